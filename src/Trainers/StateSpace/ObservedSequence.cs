namespace MLSeqGraph.Trainers;

/// <summary>A sequence of observations in double precision, for models with hidden states.</summary>
public sealed class ObservedSequence
{
    private ObservedSequence(int[] symbols, double[] values, int dimensions, int steps) =>
        (SymbolArray, ValueArray, Dimensions, Steps) = (symbols, values, dimensions, steps);

    /// <summary>Numbers of an observation; 0 for symbols.</summary>
    public int Dimensions { get; }

    /// <summary>Number of steps.</summary>
    public int Steps { get; }

    /// <summary>[steps] symbols from 0, -1 for an unknown one; empty for numbers.</summary>
    public ReadOnlySpan<int> Symbols => SymbolArray;

    /// <summary>[steps × dimensions] numbers; empty for symbols.</summary>
    public ReadOnlySpan<double> Values => ValueArray;

    internal int[] SymbolArray { get; }

    internal double[] ValueArray { get; }

    /// <summary>A sequence of symbols.</summary>
    /// <param name="symbols">Symbols from 0; -1 for one that isn't known, which says nothing about the states.</param>
    /// <exception cref="ArgumentException">There are none, or one is below -1.</exception>
    public static ObservedSequence OfSymbols(params ReadOnlySpan<int> symbols)
    {
        if (symbols.IsEmpty)
            throw new ArgumentException("The sequence is empty; expected at least one symbol.", nameof(symbols));
        for (var step = 0; step < symbols.Length; step++)
            if (symbols[step] < -1)
                throw new ArgumentException($"Step {step}: the symbol is {symbols[step]}; expected one from 0, or -1 for an unknown one.",
                    nameof(symbols));
        return new(symbols.ToArray(), [], 0, symbols.Length);
    }

    /// <summary>A sequence of vectors.</summary>
    /// <param name="values">[steps × dimensions]; NaN where a value is missing, which only linear dynamical systems take.</param>
    /// <param name="dimensions">Numbers of an observation.</param>
    /// <exception cref="ArgumentException">There are none, their number is no multiple of the dimensions, or one is infinite.</exception>
    public static ObservedSequence OfValues(ReadOnlySpan<double> values, int dimensions = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (values.IsEmpty || values.Length % dimensions != 0)
            throw new ArgumentException($"The sequence has {values.Length} values; expected at least one step of {dimensions}.",
                nameof(values));
        for (var i = 0; i < values.Length; i++)
            if (double.IsInfinity(values[i]))
                throw new ArgumentException($"Step {i / dimensions}, value {i % dimensions}: {values[i]}, expected a finite number, or NaN "
                    + "for a missing one.", nameof(values));
        return new([], values.ToArray(), dimensions, values.Length / dimensions);
    }

    /// <summary>The first numbers of each step, and the others.</summary>
    /// <param name="first">How many come first, fewer than <see cref="Dimensions"/>.</param>
    internal (ObservedSequence First, ObservedSequence Others) Split(int first)
    {
        ObservedSequence Part(int from, int count) => OfValues([.. Enumerable.Range(0, Steps)
            .SelectMany(step => At(step).Slice(from, count).ToArray())], count);
        return (Part(0, first), Part(first, Dimensions - first));
    }

    /// <summary>Steps with the numbers of another sequence of as many steps behind their own.</summary>
    internal ObservedSequence Beside(ObservedSequence others) => OfValues([.. Enumerable.Range(0, Steps)
        .SelectMany(step => At(step).ToArray().Concat(others.At(step).ToArray()))], Dimensions + others.Dimensions);

    /// <summary>The numbers of a step.</summary>
    internal ReadOnlySpan<double> At(int step) => ValueArray.AsSpan(step * Dimensions, Dimensions);
}
