namespace MLSeqGraph.Trainers;

/// <summary>Which transitions between hidden states there are.</summary>
public enum HiddenMarkovTopology
{
    /// <summary>From every state to every state.</summary>
    Ergodic,

    /// <summary>From a state to itself and to later ones (Bakis); sequences begin in the first state.</summary>
    LeftRight,
}

/// <summary>How a hidden Markov model is fitted to sequences.</summary>
public sealed record HiddenMarkovOptions
{
    /// <summary>Number of hidden states, 4 by default.</summary>
    public int States { get; init; } = 4;

    /// <summary>Which covariances Gaussian distributions have; diagonal ones by default.</summary>
    public CovarianceKind Covariance { get; init; }

    /// <summary>Gaussian distributions of each state, 1 by default; more make a mixture.</summary>
    public int Mixtures { get; init; } = 1;

    /// <summary>Which transitions there are; ergodic by default, all of them.</summary>
    public HiddenMarkovTopology Topology { get; init; }

    /// <summary>For <see cref="HiddenMarkovTopology.LeftRight"/>: the most states ahead that a step may go, 1 by default.</summary>
    public int MaximumJump { get; init; } = 1;

    /// <summary>
    /// Which transitions there are, [states, states]; others have probability 0 and keep it. Null, the default, for those of the topology.
    /// </summary>
    public bool[,]? TransitionMask { get; init; }

    /// <summary>The most Baum-Welch steps from each start, 100 by default.</summary>
    public int MaximumIterations { get; init; } = 100;

    /// <summary>Steps end where one adds less than this to the log likelihood per observed step; 1e-5 by default.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>How often fitting starts anew, with the likeliest model kept; 1 by default.</summary>
    public int Starts { get; init; } = 1;

    /// <summary>
    /// Added to each count of initial states, transitions that there are, symbols and mixture weights: a Dirichlet prior, so that nothing
    /// gets the probability 0 for lack of data. 0, the default, maximizes the likelihood alone. With a prior each step raises the
    /// likelihood times the prior.
    /// </summary>
    public double PseudoCount { get; init; }

    /// <summary>The least variance, as a share of the data's in its least dimension; 1e-3 by default.</summary>
    public double MinimumVariance { get; init; } = 1e-3;

    /// <summary>Decides the starts. 0 by default.</summary>
    public int Seed { get; init; }

    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal void Check()
    {
        TrainingOptions.AtLeast(nameof(States), States, 1);
        TrainingOptions.Defined(nameof(Covariance), Covariance);
        TrainingOptions.AtLeast(nameof(Mixtures), Mixtures, 1);
        TrainingOptions.Defined(nameof(Topology), Topology);
        TrainingOptions.AtLeast(nameof(MaximumJump), MaximumJump, 1);
        TrainingOptions.Check(nameof(TransitionMask), TransitionMask is null || IsMask(TransitionMask),
            "of another size, or has a row without transitions", $"[{States}, {States}] with a transition in each row, or null");
        TrainingOptions.AtLeast(nameof(MaximumIterations), MaximumIterations, 0);
        TrainingOptions.Check(nameof(Tolerance), Tolerance >= 0 && double.IsFinite(Tolerance), Tolerance, "a finite number of at least 0");
        TrainingOptions.AtLeast(nameof(Starts), Starts, 1);
        TrainingOptions.Check(nameof(PseudoCount), PseudoCount >= 0 && double.IsFinite(PseudoCount), PseudoCount,
            "a finite number of at least 0");
        TrainingOptions.Check(nameof(MinimumVariance), MinimumVariance is > 0 and < 1, MinimumVariance, "above 0 and below 1");
    }

    /// <summary>Whether there is a transition.</summary>
    internal bool Allows(int from, int to) => TransitionMask is { } mask ? mask[from, to]
        : Topology == HiddenMarkovTopology.Ergodic || (to >= from && to <= from + MaximumJump);

    /// <summary>Whether a sequence may begin in a state.</summary>
    internal bool AllowsFirst(int state) => Topology == HiddenMarkovTopology.Ergodic || state == 0;

    private bool IsMask(bool[,] mask) => mask.GetLength(0) == States && mask.GetLength(1) == States
        && Enumerable.Range(0, States).All(from => Enumerable.Range(0, States).Any(to => mask[from, to]));

    private static void Check(string option, bool holds, object found, string expected) =>
        TrainingOptions.Check(option, holds, found, expected);
}
