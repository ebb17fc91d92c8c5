namespace MLSeqGraph.Transforms;

/// <summary>The columns of a view that has a graph a row.</summary>
public sealed record GraphColumns
{
    /// <summary>Features of the nodes, a vector of Single [nodes, features], node after node.</summary>
    public string NodeFeatures { get; init; } = "NodeFeatures";

    /// <summary>Edges, a vector of Int32 [2, edges]: first all sources, then all targets, nodes counted from 0. Undirected edges are there both ways.</summary>
    public string Edges { get; init; } = "Edges";

    /// <summary>Features of the edges, a vector of Single [edges, features]; null for none.</summary>
    public string? EdgeFeatures { get; init; }

    /// <summary>Weights of the edges, a vector of Single [edges]; null for equal ones.</summary>
    public string? EdgeWeights { get; init; }

    /// <summary>Relations of the edges, a vector of keys [edges]; null for one kind.</summary>
    public string? EdgeTypes { get; init; }

    /// <summary>Features a node; null to take it from the column's dimensions.</summary>
    public int? NodeFeatureCount { get; init; }

    /// <summary>Features an edge; null to take it from the column's dimensions.</summary>
    public int? EdgeFeatureCount { get; init; }
}
