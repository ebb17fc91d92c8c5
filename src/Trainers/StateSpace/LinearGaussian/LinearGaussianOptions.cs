namespace MLSeqGraph.Trainers;

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
