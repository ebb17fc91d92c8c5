namespace MLSeqGraph.Onnx;

/// <summary>The concatenated edge lists of all nodes, for kernels: see <see cref="RowLists"/>.</summary>
/// <param name="Nodes">The nodes whose edges are listed.</param>
/// <param name="Start">Where each node's edges begin, and the end of the last: [nodes + 1] Int32.</param>
/// <param name="Entries">The lists as numbers of edges or of the nodes at the other end, [edges] Int32.</param>
internal sealed record CompressedLists(Dim Nodes, Value Start, Func<ListEntries, Value> Entries);
