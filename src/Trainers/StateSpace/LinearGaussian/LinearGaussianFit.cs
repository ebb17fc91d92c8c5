namespace MLSeqGraph.Trainers;

/// <summary>Parts of a linear dynamical system that are learned.</summary>
[Flags]
public enum LinearGaussianParts
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>F and, where there are inputs, B.</summary>
    Transition = 1,

    /// <summary>H and, where there are inputs, D.</summary>
    Observation = 2,

    /// <summary>Q.</summary>
    TransitionCovariance = 4,

    /// <summary>R.</summary>
    ObservationCovariance = 8,

    /// <summary>Mean and covariance of the first state.</summary>
    Initial = 16,

    /// <summary>Q and R.</summary>
    Noise = TransitionCovariance | ObservationCovariance,

    /// <summary>All.</summary>
    All = Transition | Observation | Noise | Initial,
}

/// <summary>A fitted linear dynamical system and how it was reached.</summary>
/// <param name="Model">The model.</param>
/// <param name="LogLikelihoods">The log likelihood before each step and after the last one: it never falls.</param>
/// <param name="HasConverged">Whether the last step added less than the tolerance.</param>
public sealed record LinearGaussianFit(LinearGaussianModel Model, IReadOnlyList<double> LogLikelihoods, bool HasConverged)
{
    /// <summary>The log likelihood of the sequences, natural logarithm.</summary>
    public double LogLikelihood => LogLikelihoods[^1];
}

/// <summary>How a linear dynamical system is fitted.</summary>
public sealed record LinearGaussianOptions
{
    /// <summary>What is learned; all by default.</summary>
    public LinearGaussianParts Learned { get; init; } = LinearGaussianParts.All;

    /// <summary>Whether learned noise is independent between components: covariances stay diagonal. False by default.</summary>
    public bool IndependentNoise { get; init; }

    /// <summary>The most steps, 100 by default.</summary>
    public int MaximumIterations { get; init; } = 100;

    /// <summary>Steps end where one adds less than this to the log likelihood per observed step; 1e-6 by default.</summary>
    public double Tolerance { get; init; } = 1e-6;

    internal void Check()
    {
        TrainingOptions.Check(nameof(Learned), (Learned & ~LinearGaussianParts.All) == 0, Learned, "parts of a model");
        TrainingOptions.Check(nameof(MaximumIterations), MaximumIterations >= 0, MaximumIterations, "at least 0");
        TrainingOptions.Check(nameof(Tolerance), Tolerance >= 0 && double.IsFinite(Tolerance), Tolerance, "a finite number of at least 0");
    }
}
