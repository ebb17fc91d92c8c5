using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// Vector autoregression (Sims 1980) of a set of nodes that is always the same: yᵢ = bᵢ + Σⱼ xⱼ Wᵢⱼ over all nodes j of
    /// the graph, or over i itself and the sources of its edges, with weights of their own for each edge (Knight et al. 2020, "GNAR").
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">The last values of each node, [nodes of all graphs, steps].</param>
    /// <param name="nodes">The nodes of each graph.</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="edges">
    /// The edges of all graphs: a node reads along those that end at it, and itself; weights of edges aren't read. Null, the default, for
    /// all nodes of the graph.
    /// </param>
    /// <param name="name">
    /// Scope of <c>bias</c> [nodes, channels], and <c>weight</c> [nodes · steps, nodes · channels], or where edges are given <c>own</c>
    /// [nodes, steps · channels] and <c>others</c> [nodes · nodes, steps · channels], targets first. All begin as 0.
    /// </param>
    /// <returns>[nodes of all graphs, channels].</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number isn't above 0.</exception>
    /// <exception cref="GraphException">Rows aren't of a known width, or no multiple of the nodes; too many weights.</exception>
    public static Value Autoregression(this NetworkBuilder network, Value x, int nodes, int channels, GraphEdges? edges = null,
        string name = "autoregression")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        if (x.Shape.Rank != 2 || !x.Shape[1].IsKnown || (x.Shape[0].IsKnown && x.Shape[0].Size % nodes != 0))
            throw new GraphException($"Autoregression: expected rows [nodes of all graphs, steps], a multiple of {nodes} nodes; got {x}.");
        var steps = x.Shape[1].Size;
        if ((double)nodes * nodes * steps * channels > Array.MaxLength)
            throw new GraphException($"Autoregression: {nodes} nodes of {steps} steps and {channels} channels have more than "
                + $"{Array.MaxLength} weights, some for each pair of nodes; expected fewer nodes.");
        Dim graphs = x.Shape[0].IsKnown ? x.Shape[0].Size / nodes : "graphs_of_nodes";
        using (network.Scope(name))
        {
            var rows = Op.Renamed(x, [graphs * nodes, steps]);
            var bias = network.Parameter("bias", [nodes, channels], Initializers.Zeros);
            if (edges is null)
            {
                var weight = network.Parameter("weight", [nodes * steps, nodes * channels], Initializers.Zeros);
                var all = Op.MatMul(Op.Reshape(rows, [graphs, nodes * steps]), weight);                   // [graphs, nodes · channels]
                return Op.Renamed(Op.Reshape(Op.Reshape(all, [graphs, nodes, channels]) + bias, [graphs * nodes, channels]),
                    [x.Shape[0], channels]);
            }
            var own = Op.Reshape(network.Parameter("own", [nodes, steps * channels], Initializers.Zeros), [nodes, steps, channels]);
            var each = Op.Reshape(rows, [graphs, nodes, steps, 1]);
            var itself = Op.ReduceSum(each * own, [2], keepDims: false) + bias;                           // [graphs, nodes, channels]
            // Nodes are counted on from graph to graph.
            Value Within(Value node) => Op.Mod(Op.Cast(node, ElementType.Int64), node.Graph.Scalar((long)nodes));
            var others = network.Parameter("others", [nodes * nodes, steps * channels], Initializers.Zeros);
            var ofEdges = Op.Gather(others, Within(edges.Target) * (long)nodes + Within(edges.Source));   // [edges, steps · channels]
            var messages = Op.ReduceSum(Op.Reshape(edges.Sources(x), [edges.Count, steps, 1])
                * Op.Reshape(ofEdges, [edges.Count, steps, channels]), [1], keepDims: false);             // [edges, channels]
            return Op.Renamed(Op.Reshape(itself, [graphs * nodes, channels]), [x.Shape[0], channels]) + edges.Sum(messages);
        }
    }
}
