using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>What the hidden states of a Markov model emit.</summary>
public abstract class HiddenMarkovEmission
{
    private protected HiddenMarkovEmission(int states) => States = states;

    /// <summary>Number of states.</summary>
    public int States { get; }

    /// <summary>Numbers of an observation; 0 where it is a symbol.</summary>
    public abstract int Dimensions { get; }

    /// <summary>Free parameters, for the information criteria.</summary>
    public abstract int ParameterCount { get; }

    /// <summary>Draws an observation: one symbol, or <see cref="Dimensions"/> numbers.</summary>
    internal abstract double[] Sample(Random random, int state);

    /// <summary>The log density of each step in each state, [steps, states].</summary>
    internal abstract void LogDensities(ObservedSequence x, Span<double> logs);

    /// <exception cref="ArgumentException">The sequence isn't of the kind that the states emit.</exception>
    internal virtual void Check(ObservedSequence x)
    {
        if (x.Dimensions != Dimensions)
            throw new ArgumentException($"The sequence has {Kind(x.Dimensions)}; the model emits {Kind(Dimensions)}.");
        for (var i = 0; i < x.ValueArray.Length; i++)
            if (double.IsNaN(x.ValueArray[i]))
                throw new ArgumentException($"Step {i / Dimensions}, value {i % Dimensions}: NaN, expected a finite number.");

        static string Kind(int dimensions) => dimensions == 0 ? "symbols" : $"steps of {dimensions} numbers";
    }

    /// <summary>Sums of a Baum-Welch step.</summary>
    internal abstract HiddenMarkovSums NewSums();

    /// <summary>
    /// Writes the log densities [time, batch, states]. Given are numbers [time, batch, dimensions], or where symbols are emitted the log
    /// densities themselves, looked up in <see cref="Table"/>.
    /// </summary>
    internal abstract Value Write(Value x);

    /// <summary>Of symbols: the log densities [symbols + 1, states] by the tokens' ids, where 0, an unknown one, says nothing.</summary>
    internal virtual float[] Table() => [];

    /// <summary>The finite number that stands for log 0 in a graph.</summary>
    internal const float LogZero = -1e9f;

    internal static float Log(double probability) => probability > 0 ? (float)Math.Log(probability) : LogZero;
}
