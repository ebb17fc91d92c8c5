namespace MLSeqGraph.Trainers;

/// <summary>What <see cref="GraphNetwork.Autoregressive"/> puts beside a network.</summary>
public sealed record AutoregressiveGraphOptions
{
    /// <summary>The nodes of each graph, always the same ones in the same order. Must be set.</summary>
    public int Nodes { get; init; }

    /// <summary>The first features of a node, its last values, that are read. Must be set.</summary>
    public int Steps { get; init; }

    /// <summary>
    /// Whether a node reads the last values of all nodes, rather than its own and those at the other ends of the edges that end at it.
    /// False by default.
    /// </summary>
    public bool ReadsAllNodes { get; init; }

    /// <summary>Features per node that the network beside it gives, of which a layer makes numbers; 32 by default.</summary>
    public int Hidden { get; init; } = 32;

    /// <summary>
    /// Dropout of the last values, 0 by default: it shrinks weights as ridge regression does (Wager et al. 2013), for many nodes and few
    /// times.
    /// </summary>
    public float Dropout { get; init; }

    internal void Check()
    {
        TrainingOptions.Check(nameof(Nodes), Nodes >= 1, Nodes, "the number of nodes of each graph, at least 1");
        TrainingOptions.Check(nameof(Steps), Steps >= 1, Steps, "the number of last values of a node, at least 1");
        TrainingOptions.AtLeast(nameof(Hidden), Hidden, 1);
        TrainingOptions.Share(nameof(Dropout), Dropout);
    }
}
