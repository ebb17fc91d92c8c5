namespace MLSeqGraph.Trainers;

/// <summary>Options of a map of all pairs of steps (<see cref="SequenceNetwork.PairMap"/>).</summary>
public sealed record PairMapOptions
{
    /// <summary>Numbers of a pair, 24 by default.</summary>
    public int Channels { get; init; } = 24;

    /// <summary>Residual blocks of two convolutions of 3 × 3 pairs, 6 by default.</summary>
    public int Blocks { get; init; } = 6;

    /// <summary>Dilations of the blocks in turn: 1, 2 and 4, unless others are given.</summary>
    public IReadOnlyList<int> Dilations { get; init; } = [1, 2, 4];

    /// <summary>Dropout of what a block adds, 0 by default.</summary>
    public float Dropout { get; init; }

    internal void Check()
    {
        TrainingOptions.AtLeast(nameof(Channels), Channels, 1);
        TrainingOptions.AtLeast(nameof(Blocks), Blocks, 0);
        TrainingOptions.Check(nameof(Dilations), Dilations.Count > 0 && Dilations.All(dilation => dilation >= 1),
            string.Join(", ", Dilations), "numbers of at least 1");
        TrainingOptions.Share(nameof(Dropout), Dropout);
    }
}
