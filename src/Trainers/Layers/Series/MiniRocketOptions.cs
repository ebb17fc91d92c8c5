namespace MLSeqGraph.Trainers;

/// <summary>How the output layer over fixed features is trained.</summary>
public enum Readout
{
    /// <summary>In closed form where that takes little time, otherwise step by step.</summary>
    Auto,
    /// <summary>
    /// By ridge regression in closed form; the options of steps (epochs, learning rate, optimizer, schedule, clipping, dropout) don't
    /// matter.
    /// </summary>
    ClosedForm,
    /// <summary>Step by step, by the optimizer, like any network.</summary>
    Gradient,
}

/// <summary>Options of <see cref="SequenceNetwork.MiniRocket"/> (Dempster, Schmidt and Webb 2021).</summary>
public sealed record MiniRocketOptions
{
    /// <summary>Number of features, rounded down to a multiple of the 84 kernels; 9,996 by default.</summary>
    public int Features { get; init; } = 9_996;

    /// <summary>The most dilations of a kernel, 32 by default; short series have fewer.</summary>
    public int MaximumDilations { get; init; } = 32;

    /// <summary>How the output layer is trained.</summary>
    public Readout Readout { get; init; }

    /// <summary>
    /// The ridge of the closed form, for features of variance 1; null, the default, to choose it by cross-validation that leaves each row
    /// out.
    /// </summary>
    public double? Ridge { get; init; }

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal void Check()
    {
        TrainingOptions.Check(nameof(Features), Features is >= MiniRocketKernels.Count and <= 1_000_000, Features, "84 to 1000000");
        TrainingOptions.Check(nameof(MaximumDilations), MaximumDilations is >= 1 and <= 1024, MaximumDilations, "1 to 1024");
        TrainingOptions.Defined(nameof(Readout), Readout);
        TrainingOptions.Check(nameof(Ridge), Ridge is null || (Ridge > 0 && double.IsFinite(Ridge.Value)), Ridge,
            "a finite number above 0, or null");
    }
}
