using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The log-density of steps of series by what a <see cref="MixtureLayout"/> describes, as graph operations.</summary>
/// <param name="Layout">Which number says what.</param>
internal sealed record MixtureDensity(MixtureLayout Layout)
{
    // Deviations are kept between these, in units of the data's: a component on one repeated number would get a density without bound.
    private const double LeastLogDeviation = -7, MostLogDeviation = 7;

    /// <summary>What describes each step, with deviations in their bounds.</summary>
    /// <param name="raw">[.., numbers].</param>
    internal Value Bounded(Value raw)
    {
        var parts = Op.Split(raw, -1, Layout.Deviations, Layout.Dependences - Layout.Deviations, Layout.Count - Layout.Dependences);
        return Op.Concat(-1, parts[0], Op.Clip(parts[1], LeastLogDeviation, MostLogDeviation), parts[2]);
    }

    /// <summary>The logarithm of the density of steps, in nats.</summary>
    /// <param name="bounded">What describes them, [rows, time, numbers].</param>
    /// <param name="steps">[rows, time, features].</param>
    /// <param name="isLast">1 at the last step of each row, otherwise 0, [rows, time].</param>
    /// <returns>[rows, time].</returns>
    internal Value LogDensity(Value bounded, Value steps, Value isLast)
    {
        var (count, real) = (Layout.Components, Layout.Real);
        // [rows, time, components] each, then those of binary numbers and of the end
        var parts = Op.Split(bounded, 2, [.. Enumerable.Repeat((long)count, 1 + 2 * real + Layout.Pairs), Layout.Binary + 1L]);
        var x = Op.Split(steps, 2, [.. Enumerable.Repeat(1L, real), .. Layout.Binary > 0 ? (long[])[Layout.Binary] : []]);
        Value[] from = [.. Enumerable.Range(0, real).Select(i => x[i] - parts[1 + i])];
        var (pair, density) = (1 + 2 * real, Op.LogSoftmax(parts[0]));
        for (var i = 0; i < real; i++)
        {
            var logDeviation = parts[1 + real + i];
            var noise = from[i] * Op.Exp(-logDeviation);
            for (var j = 0; j < i; j++)
                noise += parts[pair++] * from[j];
            density = density - noise * noise * 0.5 - logDeviation - 0.5 * Math.Log(2 * Math.PI);
        }
        var most = Op.StopGradient(Op.ReduceMax(density, [2]));
        var all = Op.Squeeze(most + Op.Log(Op.ReduceSum(Op.Exp(density - most), [2])), 2);
        var ends = Op.Unsqueeze(isLast, 2);
        var tosses = Layout.Binary > 0 ? Op.Concat(2, x[real], ends) : ends;
        return all + Op.ReduceSum(tosses * parts[^1] - Op.Softplus(parts[^1]), [2], keepDims: false);
    }
}
