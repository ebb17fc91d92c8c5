namespace MLSeqGraph.Transforms;

/// <summary>The columns of a view that has a graph per row.</summary>
public sealed record GraphColumns
{
    /// <summary>Features of the nodes, a vector of Single [nodes, features], node after node.</summary>
    public string NodeFeaturesColumnName { get; init; } = "NodeFeatures";

    /// <summary>
    /// Edges, a vector of Int32 [2, edges]: first all sources, then all targets, nodes counted from 0. Undirected edges must be listed in
    /// both directions.
    /// </summary>
    public string EdgesColumnName { get; init; } = "Edges";

    /// <summary>Features of the edges, a vector of Single [edges, features]; null, as by default, for none.</summary>
    public string? EdgeFeaturesColumnName { get; init; }

    /// <summary>Weights of the edges, a vector of Single [edges]; null, as by default, for equal ones.</summary>
    public string? EdgeWeightsColumnName { get; init; }

    /// <summary>Relations of the edges, a vector of keys [edges]; null, as by default, for a single relation.</summary>
    public string? EdgeRelationsColumnName { get; init; }

    /// <summary>Number of features per node; null to take it from the column's dimensions.</summary>
    public int? NodeFeatureCount { get; init; }

    /// <summary>Number of features per edge; null to take it from the column's dimensions.</summary>
    public int? EdgeFeatureCount { get; init; }
}
