namespace MLSeqGraph.Trainers;

/// <summary>What <see cref="GraphNetwork.LearnedGraph"/> is made of.</summary>
public sealed record LearnedGraphOptions
{
    /// <summary>The nodes of each graph, always the same ones in the same order. Must be set.</summary>
    public int Nodes { get; init; }

    /// <summary>Features of the layers; 32 by default.</summary>
    public int Hidden { get; init; } = 32;

    /// <summary>Number of layers, which share the learned connections; 2 by default.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Features of the two vectors of each node that connections come from; 10 by default, as in the paper.</summary>
    public int VectorSize { get; init; } = 10;

    /// <summary>How many connections far a layer sees; 2 by default, as in the paper.</summary>
    public int Steps { get; init; } = 2;

    /// <summary>
    /// Whether the edges that are given are used beside the learned ones, in both directions (<see cref="Trainers.Layers.Diffusion"/>).
    /// False by default: graphs may then be without edges.
    /// </summary>
    public bool UsesEdges { get; init; }

    /// <summary>Dropout of the input and of every layer's result; 0 by default.</summary>
    public float Dropout { get; init; }

    internal void Check()
    {
        TrainingOptions.Check(nameof(Nodes), Nodes >= 1, Nodes, "the number of nodes of each graph, at least 1");
        TrainingOptions.AtLeast(nameof(Hidden), Hidden, 1);
        TrainingOptions.AtLeast(nameof(Layers), Layers, 1);
        TrainingOptions.AtLeast(nameof(VectorSize), VectorSize, 1);
        TrainingOptions.AtLeast(nameof(Steps), Steps, 1);
        TrainingOptions.Share(nameof(Dropout), Dropout);
    }
}
