using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>States that emit symbols: a table of probabilities [states, symbols].</summary>
public sealed class DiscreteEmission : HiddenMarkovEmission
{
    private readonly double[] _probabilities;

    /// <param name="probabilities">p(symbol | state), [states, symbols]; rows sum to 1.</param>
    /// <exception cref="ArgumentException">A row isn't a distribution.</exception>
    public DiscreteEmission(double[,] probabilities) : this(VectorMath.Flat(probabilities), probabilities.GetLength(0))
    {
    }

    internal DiscreteEmission(double[] probabilities, int states) : base(states)
    {
        (_probabilities, Symbols) = (probabilities, probabilities.Length / states);
        HiddenMarkovModel.CheckRows("Emission", probabilities, Symbols);
    }

    /// <summary>Number of symbols.</summary>
    public int Symbols { get; }

    /// <summary>p(symbol | state), [states, symbols].</summary>
    public double[,] Probabilities => VectorMath.Square(_probabilities, States, Symbols);

    /// <inheritdoc/>
    public override int Dimensions => 0;

    /// <inheritdoc/>
    public override int ParameterCount => States * (Symbols - 1);

    internal override double[] Sample(Random random, int state) =>
        [VectorMath.Draw(_probabilities.AsSpan(state * Symbols, Symbols), random)];

    internal override void Check(ObservedSequence x)
    {
        base.Check(x);
        if (x.SymbolArray.Max() is var largest && largest >= Symbols)
            throw new ArgumentException($"The sequence has the symbol {largest}; the model has {Symbols}, and -1 for an unknown one.");
    }

    internal override void LogDensities(ObservedSequence x, Span<double> logs)
    {
        var table = Array.ConvertAll(DenseMatrix.Transposed(_probabilities, States, Symbols), Math.Log);
        for (var step = 0; step < x.Steps; step++)
            if (x.SymbolArray[step] is var symbol && symbol >= 0)
                table.AsSpan(symbol * States, States).CopyTo(logs[(step * States)..]);
            else
                logs.Slice(step * States, States).Clear();
    }

    internal override HiddenMarkovSums NewSums() => new Sums(this);

    internal override Value Write(Value x) => x;

    internal override float[] Table() => [.. new float[States], .. DenseMatrix.Transposed(_probabilities, States, Symbols).Select(Log)];

    private sealed class Sums(DiscreteEmission before) : HiddenMarkovSums
    {
        private readonly double[] _counts = new double[before._probabilities.Length];           // [symbols, states]

        internal override void Add(ObservedSequence x, ReadOnlySpan<double> posterior)
        {
            for (var step = 0; step < x.Steps; step++)
                if (x.SymbolArray[step] is var symbol && symbol >= 0)
                    VectorMath.AddScaled(1, posterior.Slice(step * before.States, before.States),
                        _counts.AsSpan(symbol * before.States, before.States));
        }

        internal override HiddenMarkovEmission Maximize(double pseudoCount, double leastVariance)
        {
            var probabilities = DenseMatrix.Transposed(_counts, before.Symbols, before.States);
            for (var state = 0; state < before.States; state++)
            {
                var row = probabilities.AsSpan(state * before.Symbols, before.Symbols);
                for (var symbol = 0; symbol < row.Length; symbol++)
                    row[symbol] += pseudoCount;
                if (!VectorMath.Normalize(row))
                    before._probabilities.AsSpan(state * before.Symbols, before.Symbols).CopyTo(row);
            }
            return new DiscreteEmission(probabilities, before.States);
        }
    }
}
