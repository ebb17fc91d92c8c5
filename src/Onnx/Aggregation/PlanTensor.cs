namespace MLSeqGraph.Onnx;

/// <summary>The tensors of one direction of an aggregation plan, which list the edges of each node: see <see cref="EdgeLists"/>.</summary>
internal enum PlanTensor
{
    /// <summary>Each node's row among the results of all buckets.</summary>
    Order,
    /// <summary>The number of elements of each bucket in <see cref="Edges"/> and <see cref="Ends"/>.</summary>
    Split,
    /// <summary>Numbers of chunks.</summary>
    Groups,
    /// <summary>Numbers of groups, for the nodes whose edges are cut into chunks.</summary>
    Large,
    /// <summary>The concatenated lists of all buckets and chunks, as numbers of edges.</summary>
    Edges,
    /// <summary>The same lists as numbers of the nodes at the other end.</summary>
    Ends,
    /// <summary>Number of edges of each node.</summary>
    Degree,
    /// <summary>All edges of each node, padded to the largest degree.</summary>
    Padded,
    /// <summary>The position of each edge in the flattened <see cref="Padded"/>.</summary>
    Places,
    /// <summary>Where each node's edges begin in <see cref="SortedEdges"/>, and the end of the last.</summary>
    Start,
    /// <summary>The concatenated edge lists of all nodes, each in the edges' order.</summary>
    SortedEdges,
    /// <summary>The same as numbers of the nodes at the other end.</summary>
    SortedEnds,
}
