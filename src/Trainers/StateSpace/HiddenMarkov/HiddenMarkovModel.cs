namespace MLSeqGraph.Trainers;

/// <summary>
/// A hidden Markov model (Rabiner 1989): a chain of hidden states, each of which emits an observation. Forward and backward run with
/// scaled probabilities in double precision, and in logarithms where a scaled one would vanish.
/// </summary>
public sealed class HiddenMarkovModel
{
    private readonly double[] _initial, _transition;

    /// <param name="initial">p(first state), [states].</param>
    /// <param name="transition">p(next state | state), [states, states]; rows sum to 1. A 0 stays one in training.</param>
    /// <param name="emission">What the states emit.</param>
    /// <exception cref="ArgumentException">Sizes don't fit, or a row isn't a distribution.</exception>
    public HiddenMarkovModel(ReadOnlySpan<double> initial, double[,] transition, HiddenMarkovEmission emission)
        : this(initial.ToArray(), VectorMath.Flat(transition), emission)
    {
    }

    internal HiddenMarkovModel(double[] initial, double[] transition, HiddenMarkovEmission emission)
    {
        ArgumentNullException.ThrowIfNull(emission);
        (_initial, _transition, Emission) = (initial, transition, emission);
        if (initial.Length != States || transition.Length != States * States)
            throw new ArgumentException($"There are {initial.Length} initial probabilities and {transition.Length} of transitions; "
                + $"expected {States} and {States * States} for the emission's {States} states.");
        CheckRows("Initial", initial, States);
        CheckRows("Transition", transition, States);
    }

    /// <summary>Number of states.</summary>
    public int States => Emission.States;

    /// <summary>What the states emit.</summary>
    public HiddenMarkovEmission Emission { get; }

    /// <summary>p(first state), [states].</summary>
    public IReadOnlyList<double> Initial => _initial;

    /// <summary>p(next state | state), [states, states].</summary>
    public double[,] Transition => VectorMath.Square(_transition, States, States);

    /// <summary>Free parameters; probabilities of 0 that training can't change aren't free.</summary>
    public int ParameterCount => Free(_initial, States) + Free(_transition, States) + Emission.ParameterCount;

    internal double[] InitialArray => _initial;

    internal double[] TransitionArray => _transition;

    /// <summary>log p(x); -∞ where the model can't emit it.</summary>
    /// <exception cref="ArgumentException">The sequence isn't of the kind that the states emit.</exception>
    public double LogLikelihood(ObservedSequence x) => new ForwardBackward(this).Run(x, wantsPosterior: false);

    /// <summary>p(state in each step | the whole sequence), [steps, states].</summary>
    /// <exception cref="ArgumentException">The sequence isn't of the kind that the states emit.</exception>
    /// <exception cref="InvalidDataException">The model can't emit the sequence.</exception>
    public double[,] Posterior(ObservedSequence x)
    {
        var run = new ForwardBackward(this);
        Possible(run.Run(x, wantsPosterior: true));
        return VectorMath.Square(run.Posterior, x.Steps, States);
    }

    /// <summary>The most probable states of the steps together (Viterbi 1967), and the log probability of them and the
    /// sequence.</summary>
    /// <exception cref="ArgumentException">The sequence isn't of the kind that the states emit.</exception>
    /// <exception cref="InvalidDataException">The model can't emit the sequence.</exception>
    public (int[] Path, double LogProbability) Viterbi(ObservedSequence x)
    {
        var (path, logProbability) = ViterbiPath.Of(this, x);
        Possible(logProbability);
        return (path, logProbability);
    }

    /// <summary>log p(x, path).</summary>
    /// <exception cref="ArgumentException">The sequence isn't of the kind that the states emit, or the path has another length.</exception>
    public double LogProbability(ObservedSequence x, ReadOnlySpan<int> path)
    {
        if (path.Length != x.Steps)
            throw new ArgumentException($"The path has {path.Length} states; expected one for each of {x.Steps} steps.", nameof(path));
        var logs = LogDensities(x);
        var sum = 0.0;
        for (var step = 0; step < x.Steps; step++)
            sum += Math.Log(step == 0 ? _initial[path[0]] : _transition[path[step - 1] * States + path[step]])
                + logs[step * States + path[step]];
        return sum;
    }

    /// <summary>Σ p(state i in a step, j in the next | the sequence) over the steps of all sequences, [states, states].</summary>
    /// <exception cref="ArgumentException">A sequence isn't of the kind that the states emit.</exception>
    /// <exception cref="InvalidDataException">The model can't emit one of them.</exception>
    public double[,] ExpectedTransitions(params IReadOnlyList<ObservedSequence> sequences)
    {
        var sums = new double[States * States];
        var run = new ForwardBackward(this);
        foreach (var x in sequences)
            Possible(run.Run(x, wantsPosterior: true, sums));
        return VectorMath.Square(sums, States, States);
    }

    /// <summary>Draws a sequence and its states.</summary>
    /// <param name="steps">Its length, at least 1.</param>
    /// <param name="random">Draws it.</param>
    public (ObservedSequence Sequence, int[] States) Sample(int steps, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentNullException.ThrowIfNull(random);
        var path = new int[steps];
        var values = new List<double>();
        for (var step = 0; step < steps; step++)
        {
            path[step] = VectorMath.Draw(step == 0 ? _initial : _transition.AsSpan(path[step - 1] * States, States), random);
            values.AddRange(Emission.Sample(random, path[step]));
        }
        return (Emission.Dimensions == 0 ? ObservedSequence.OfSymbols([.. values.Select(value => (int)value)])
            : ObservedSequence.OfValues([.. values], Emission.Dimensions), path);
    }

    /// <summary>Akaike's information criterion, 2 parameters - 2 log likelihood: lower is better.</summary>
    public double Aic(double logLikelihood) => 2 * ParameterCount - 2 * logLikelihood;

    /// <summary>The Bayesian information criterion, parameters · log(steps) - 2 log likelihood: lower is better.</summary>
    /// <param name="logLikelihood">That of all sequences.</param>
    /// <param name="steps">Steps of all sequences.</param>
    public double Bic(double logLikelihood, long steps) => ParameterCount * Math.Log(steps) - 2 * logLikelihood;

    /// <summary>[steps, states].</summary>
    internal double[] LogDensities(ObservedSequence x)
    {
        Emission.Check(x);
        var logs = new double[x.Steps * States];
        Emission.LogDensities(x, logs);
        return logs;
    }

    internal static void CheckRows(string what, ReadOnlySpan<double> rows, int size)
    {
        for (var row = 0; row < rows.Length / size; row++)
        {
            var sum = 0.0;
            foreach (var probability in rows.Slice(row * size, size))
                sum += probability >= 0 ? probability : double.NaN;
            if (!(Math.Abs(sum - 1) <= 1e-6))
                throw new ArgumentException($"{what}: the probabilities of row {row} sum to {sum}, or one is negative; expected 1.");
        }
    }

    private static int Free(double[] rows, int size) => rows.Count(probability => probability > 0) - rows.Length / size;

    private static void Possible(double logProbability)
    {
        if (double.IsNegativeInfinity(logProbability))
            throw new InvalidDataException(
                "The model can't emit the sequence: its probability is 0. Smooth the model with a pseudo count.");
    }
}
