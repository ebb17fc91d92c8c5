using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A window normalized by its own mean and deviation, and the way back for what is forecast from it (Kim et al. 2022).
/// </summary>
/// <param name="Normalized">The window, of the shape it had.</param>
/// <param name="Mean">The mean of each feature over the steps; the axis of time has size 1.</param>
/// <param name="Deviation">The standard deviation likewise.</param>
/// <param name="Gain">The trained factor [features]; null where there is none.</param>
/// <param name="Bias">The trained offset [features]; null where there is none.</param>
public sealed record ReversibleNormalization(Value Normalized, Value Mean, Value Deviation, Value? Gain = null, Value? Bias = null)
{
    /// <summary>Takes forecasts back into the window's units: (y - bias) / gain · deviation + mean.</summary>
    /// <param name="forecasts">Normalized, with the axes of the window; its axis of time may have another size.</param>
    public Value Restore(Value forecasts)
    {
        if (Bias is not null && Gain is not null)
        {
            // The sign is kept: a gain that passes 0 must not turn into another one's inverse.
            var isSmall = Op.Less(Op.Abs(Gain), Gain.Number(1e-3f));
            forecasts = (forecasts - Bias) / Op.Where(isSmall, Op.OnesLike(Gain) * 1e-3, Gain);
        }
        return forecasts * Deviation + Mean;
    }
}

public static partial class Layers
{
    /// <summary>
    /// Reversible instance normalization: y = (x - mean) / √(variance + ε) · gain + bias, with mean and variance of each window and
    /// feature over its steps (Kim et al. 2022).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">A window, with features on the last axis: [batch, time, features] or [time, batch, features].</param>
    /// <param name="timeAxis">The axis of time.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="affine">Whether there are a gain and a bias.</param>
    /// <param name="detached">Whether mean and variance are constants to the gradient.</param>
    /// <param name="mask">1 for steps that count, 0 for missing ones, of a shape that broadcasts to that of x; null for all.</param>
    /// <param name="name">Scope of the parameters: <c>gain</c>, <c>bias</c> [features].</param>
    /// <exception cref="GraphException">The number of features isn't known, or there is no such axis.</exception>
    public static ReversibleNormalization ReversibleNormalization(this NetworkBuilder network, Value x, int timeAxis = 1,
        float epsilon = 1e-5f, bool affine = true, bool detached = false, Value? mask = null, string name = "reversible")
    {
        if (x.Shape.Rank < 2 || timeAxis < 0 || timeAxis >= x.Shape.Rank - 1 || !x.Shape[-1].IsKnown)
            throw new GraphException($"ReversibleNormalization: expected a window with an axis {timeAxis} of time and a known number of "
                + $"features on the last one; got {x}.");
        int[] time = [timeAxis];
        var spread = mask is null ? null : Op.Expand(mask, x);
        var count = spread is null ? null : Op.OrOne(Op.ReduceSum(spread, time));
        var mean = MeanOf(x);
        var difference = x - mean;
        var deviation = Op.Sqrt(MeanOf(difference * difference) + epsilon);
        if (detached)
            (mean, deviation) = (Op.StopGradient(mean), Op.StopGradient(deviation));
        var y = (x - mean) / deviation;
        if (!affine)
            return new(y, mean, deviation);
        using (network.Scope(name))
        {
            long[] sizes = [x.Shape[-1].Size];
            var gain = network.Parameter("gain", sizes, Initializers.Ones, decays: false);
            var bias = network.Parameter("bias", sizes, Initializers.Zeros, decays: false);
            return new(y * gain + bias, mean, deviation, gain, bias);
        }

        Value MeanOf(Value values) => spread is null ? Op.ReduceMean(values, time) : Op.ReduceSum(values * spread, time) / count!;
    }
}
