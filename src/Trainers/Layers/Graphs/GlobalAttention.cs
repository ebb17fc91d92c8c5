using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// Multi-head attention of each node to all nodes of its graph, whatever the edges: the global half of a GPS layer (Rampášek et al.
    /// 2022, equation 3). Takes time in the square of the number of nodes of the largest graph.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="graphs">
    /// Which graph each node belongs to (<see cref="GraphEdges.Membership"/>); null where all nodes are one graph's.
    /// </param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="options">Heads, biases and dropout; null for the defaults. The features must be a multiple of the heads.</param>
    /// <param name="name">Scope of the linear layers <c>query</c>, <c>key</c>, <c>value</c> and <c>output</c>.</param>
    /// <returns>[nodes, features].</returns>
    public static Value GlobalAttention(this NetworkBuilder network, GraphEdges? graphs, Value x, MultiHeadOptions? options = null,
        string name = "global_attention")
    {
        if (graphs is null)
        {
            var all = Op.Unsqueeze(x, 0);                                                                   // [1, nodes, features]
            return Op.Squeeze(network.MultiHeadAttention(all, all, options, name: name).Output, 0);
        }
        var rows = graphs.Padded(x);                                                                        // [graphs, longest, features]
        var lengths = Op.Cast(Op.Squeeze(graphs.Degree, 1), ElementType.Int64);
        var mask = AttentionMask.Padding(lengths, rows, mayBeEmpty: true);
        return graphs.Unpadded(network.MultiHeadAttention(rows, rows, options, mask, name: name).Output);
    }
}
