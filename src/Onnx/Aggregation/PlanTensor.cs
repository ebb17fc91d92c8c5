namespace MLSeqGraph.Onnx;

/// <summary>The tensors that list the edges of each node, of one direction of an aggregation plan: see <see cref="EdgeLists"/>.</summary>
internal enum PlanTensor
{
    /// <summary>Each node's row among the results of all buckets.</summary>
    Order,
    /// <summary>How many elements of <see cref="Edges"/> and <see cref="Ends"/> each bucket has.</summary>
    Split,
    /// <summary>Numbers of chunks.</summary>
    Groups,
    /// <summary>Numbers of groups, for the nodes whose edges are cut into chunks.</summary>
    Large,
    /// <summary>The lists of all buckets and chunks laid end to end, as numbers of edges.</summary>
    Edges,
    /// <summary>The same lists as numbers of the nodes at the other end.</summary>
    Ends,
    /// <summary>Number of edges of each node.</summary>
    Degree,
    /// <summary>All edges of each node, padded to the largest degree.</summary>
    Padded,
    /// <summary>The position of each edge in <see cref="Padded"/> laid end to end.</summary>
    Places,
    /// <summary>Where each node's edges begin in <see cref="SortedEdges"/>, and where the last one's end.</summary>
    Start,
    /// <summary>The edges of each node, in their order, laid end to end.</summary>
    SortedEdges,
    /// <summary>The same as numbers of the nodes at the other end.</summary>
    SortedEnds,
}
