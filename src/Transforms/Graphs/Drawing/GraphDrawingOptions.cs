namespace MLSeqGraph.Transforms;

/// <summary>How a graph is drawn.</summary>
public sealed record GraphDrawingOptions
{
    /// <summary>How nodes find their places; by forces by default.</summary>
    public GraphLayout Layout { get; init; }

    /// <summary>
    /// The column that colors nodes: keys, text, Boolean or Single. Null, the default, for the first there is of <c>PredictedLabel</c>,
    /// <c>Label</c> and <c>Score</c>; all nodes have one color where there is none.
    /// </summary>
    public string? ColorColumnName { get; init; }

    /// <summary>The column of nodes' ids, which edges name and names are taken from; null where edges name row numbers.</summary>
    public string? NodeIdColumnName { get; init; }

    /// <summary>What stands above the picture; null for the numbers of nodes and edges.</summary>
    public string? Title { get; init; }

    /// <summary>The most nodes that are drawn, 10,000 by default and at most.</summary>
    public int MaximumNodes { get; init; } = GraphDrawing.MostNodes;

    /// <summary>
    /// Whether of a graph with more nodes a connected sample of <see cref="MaximumNodes"/> is drawn, which the title says; by default it is
    /// refused.
    /// </summary>
    public bool Sample { get; init; }

    /// <summary>Seed of places and samples.</summary>
    public int Seed { get; init; }

    /// <summary>Stops it.</summary>
    public CancellationToken CancellationToken { get; init; }
}
