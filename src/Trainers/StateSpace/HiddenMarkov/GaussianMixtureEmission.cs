using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>States that emit vectors with a mixture of Gaussian distributions each.</summary>
public sealed class GaussianMixtureEmission : HiddenMarkovEmission
{
    private readonly double[] _weights;

    /// <param name="weights">The components' shares, [states, components]; rows sum to 1.</param>
    /// <param name="components">The Gaussian distributions, those of the first state first.</param>
    /// <exception cref="ArgumentException">There aren't as many, or a row isn't a distribution.</exception>
    public GaussianMixtureEmission(double[,] weights, GaussianEmission components)
        : this(VectorMath.Flat(weights), weights.GetLength(0), components)
    {
    }

    internal GaussianMixtureEmission(double[] weights, int states, GaussianEmission components) : base(states)
    {
        ArgumentNullException.ThrowIfNull(components);
        if (components.States != weights.Length)
            throw new ArgumentException($"There are {components.States} components; expected one for each of {weights.Length} weights.");
        (_weights, Components, Mixtures) = (weights, components, weights.Length / states);
        HiddenMarkovModel.CheckRows("Mixture weights", weights, Mixtures);
    }

    /// <summary>Number of components of each state.</summary>
    public int Mixtures { get; }

    /// <summary>The Gaussian distributions, those of the first state first.</summary>
    public GaussianEmission Components { get; }

    /// <summary>The components' shares, [states, components].</summary>
    public double[,] Weights => VectorMath.Square(_weights, States, Mixtures);

    /// <inheritdoc/>
    public override int Dimensions => Components.Dimensions;

    /// <inheritdoc/>
    public override int ParameterCount => Components.ParameterCount + States * (Mixtures - 1);

    internal override double[] Sample(Random random, int state) => Components.Sample(random,
        state * Mixtures + VectorMath.Draw(_weights.AsSpan(state * Mixtures, Mixtures), random));

    internal override void LogDensities(ObservedSequence x, Span<double> logs)
    {
        var parts = Parts(x);
        for (var row = 0; row < x.Steps * States; row++)
            logs[row] = VectorMath.LogSumExp(parts.AsSpan(row * Mixtures, Mixtures));
    }

    internal override HiddenMarkovSums NewSums() => new Sums(this);

    internal override Value Write(Value x)
    {
        var parts = Components.Write(x) + x.Graph.Vector(Array.ConvertAll(_weights, Log));
        return HiddenMarkovGraph.LogSumExp(Op.Reshape(parts, [x.Shape[0], x.Shape[1], States, Mixtures], x), 3);
    }

    // log weight + log density, [steps, states, components]
    private double[] Parts(ObservedSequence x)
    {
        var parts = new double[x.Steps * _weights.Length];
        Components.LogDensities(x, parts);
        var logWeights = Array.ConvertAll(_weights, Math.Log);
        for (var step = 0; step < x.Steps; step++)
            VectorMath.AddScaled(1, logWeights, parts.AsSpan(step * logWeights.Length, logWeights.Length));
        return parts;
    }

    private sealed class Sums(GaussianMixtureEmission before) : HiddenMarkovSums
    {
        private readonly HiddenMarkovSums _components = before.Components.NewSums();
        private readonly double[] _counts = new double[before._weights.Length];

        internal override void Add(ObservedSequence x, ReadOnlySpan<double> posterior)
        {
            var (parts, mixtures) = (before.Parts(x), before.Mixtures);
            for (var row = 0; row < x.Steps * before.States; row++)
            {
                var part = parts.AsSpan(row * mixtures, mixtures);
                var whole = VectorMath.LogSumExp(part);
                for (var m = 0; m < mixtures; m++)
                    part[m] = posterior[row] == 0 ? 0 : posterior[row] * Math.Exp(part[m] - whole);
            }
            _components.Add(x, parts);
            for (var step = 0; step < x.Steps; step++)
                VectorMath.AddScaled(1, parts.AsSpan(step * _counts.Length, _counts.Length), _counts);
        }

        internal override HiddenMarkovEmission Maximize(double pseudoCount, double leastVariance)
        {
            var weights = (double[])_counts.Clone();
            for (var state = 0; state < before.States; state++)
            {
                var row = weights.AsSpan(state * before.Mixtures, before.Mixtures);
                for (var m = 0; m < row.Length; m++)
                    row[m] += pseudoCount;
                if (!VectorMath.Normalize(row))
                    before._weights.AsSpan(state * before.Mixtures, before.Mixtures).CopyTo(row);
            }
            return new GaussianMixtureEmission(weights, before.States, (GaussianEmission)_components.Maximize(pseudoCount, leastVariance));
        }
    }
}
