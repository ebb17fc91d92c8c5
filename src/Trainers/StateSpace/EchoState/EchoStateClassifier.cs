namespace MLSeqGraph.Trainers;

/// <summary>
/// Classes of series by an echo state network: a ridge regression on the mean of the reservoirs' states, their last state, and the mean of
/// the steps, with the targets 1 for the class and 0 for the others.
/// </summary>
internal sealed class EchoStateClassifier(EchoStateReservoir reservoir, double[] readout, double ridge, double sharpness)
{
    internal EchoStateReservoir Reservoir => reservoir;

    /// <summary>[classes, 2 · units + inputs + 1].</summary>
    internal double[] Readout => readout;

    internal double Ridge => ridge;

    /// <summary>What regressed values are multiplied by before their softmax, so that it gives probabilities.</summary>
    internal double Sharpness => sharpness;

    internal static EchoStateClassifier Fit(IReadOnlyList<ObservedSequence> sequences, IReadOnlyList<int> classes, int count,
        EchoStateOptions options, double? ridge, CancellationToken cancellationToken)
    {
        var reservoir = new EchoStateReservoir(options, sequences[0].Dimensions);
        var regression = new RidgeRegression(2 * reservoir.Size + reservoir.Inputs, count);
        List<double[]> all = [];
        for (var i = 0; i < sequences.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            all.Add(Summary(reservoir, sequences[i]));
            var target = new double[count];
            target[classes[i]] = 1;
            regression.Add(all[i], target);
        }
        var (weights, chosen, _) = regression.Solve(ridge);
        var sharpness = new[] { 1.0, 2, 4, 8, 16 }.MinBy(candidate => all.Zip(classes, (summary, label) =>
            Surprise(Array.ConvertAll(Read(weights, summary), value => candidate * value), label)).Sum());
        return new(reservoir, weights, chosen, sharpness);
    }

    /// <summary>The regressed values, [classes].</summary>
    internal double[] Scores(ObservedSequence x) => Read(readout, Summary(reservoir, x));

    private static double[] Summary(EchoStateReservoir reservoir, ObservedSequence x)
    {
        var (state, n) = (new double[reservoir.Size], reservoir.Size);
        var summary = new double[2 * n + x.Dimensions];
        for (var step = 0; step < x.Steps; step++)
        {
            reservoir.Step(state, x.At(step));
            VectorMath.AddScaled(1.0 / x.Steps, state, summary.AsSpan(0, n));
            VectorMath.AddScaled(1.0 / x.Steps, x.At(step), summary.AsSpan(2 * n, x.Dimensions));
        }
        state.CopyTo(summary.AsSpan(n));
        return summary;
    }

    private static double[] Read(double[] weights, double[] summary)
    {
        var size = summary.Length + 1;
        return [.. Enumerable.Range(0, weights.Length / size).Select(output =>
            weights[(output + 1) * size - 1] + VectorMath.Dot(weights.AsSpan(output * size, size - 1), summary))];
    }

    private static double Surprise(double[] logits, int label) => VectorMath.LogSumExp(logits) - logits[label];
}
