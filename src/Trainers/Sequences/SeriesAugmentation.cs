namespace MLSeqGraph.Trainers;

/// <summary>
/// Random changes of the series in training rows, drawn anew for each row in each epoch; validation, scoring and exported models have none.
/// </summary>
/// <remarks>
/// Um et al. 2017 (jitter, scaling, time warping), Le Guennec, Malinowski and Tavenard 2016 (window slicing). An output layer in closed
/// form (<see cref="SequenceNetwork.MiniRocket"/>) is fitted to the rows and three changed copies of each.
/// </remarks>
public sealed record SeriesAugmentation
{
    /// <summary>Normal noise at every step, in standard deviations of the feature; 0 by default.</summary>
    public float Jitter { get; init; }

    /// <summary>Standard deviation of a factor around 1 of each feature's distance from its mean; 0 by default.</summary>
    public float Scale { get; init; }

    /// <summary>
    /// The largest share of the steps that is cut off at the ends; what is left is stretched to the length before. 0 by default.
    /// </summary>
    public float Crop { get; init; }

    /// <summary>The largest share by which a series runs faster or slower in places, its ends kept; 0 by default.</summary>
    public float TimeWarp { get; init; }

    internal bool MovesSteps => Crop > 0 || TimeWarp > 0;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal void Check()
    {
        static void Holds(string option, float found, float limit) => TrainingOptions.Check(
            $"{nameof(SequenceTrainerOptions.Augmentation)}.{option}", found >= 0 && found < limit && float.IsFinite(found), found,
            float.IsFinite(limit) ? $"at least 0 and below {limit}" : "a finite number of at least 0");
        Holds(nameof(Jitter), Jitter, float.PositiveInfinity);
        Holds(nameof(Scale), Scale, float.PositiveInfinity);
        Holds(nameof(Crop), Crop, 1);
        Holds(nameof(TimeWarp), TimeWarp, 1);
    }
}
