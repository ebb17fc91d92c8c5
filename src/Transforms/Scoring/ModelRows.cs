namespace MLSeqGraph.Transforms;

/// <summary>What a model's rows are.</summary>
public enum ModelRows
{
    /// <summary>A sequence.</summary>
    Sequences,

    /// <summary>A node of a graph.</summary>
    Nodes,

    /// <summary>A whole graph.</summary>
    Graphs,

    /// <summary>A pair of nodes of a graph.</summary>
    Links,
}
