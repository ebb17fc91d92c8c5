namespace MLSeqGraph.Transforms;

/// <summary>What a row of a model's input is.</summary>
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

/// <summary>Names of the kinds of rows, for messages.</summary>
internal static class ModelRowsNames
{
    internal static string Name(this ModelRows rows) => rows switch
    {
        ModelRows.Sequences => "sequences",
        ModelRows.Nodes => "nodes",
        ModelRows.Graphs => "whole graphs",
        _ => "links",
    };
}
