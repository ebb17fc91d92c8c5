using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// A node that every node of a graph is linked with in both directions (Gilmer et al. 2017, section 5.2), so that what any of them has
    /// reaches all others in one step: its state s' = s + MLP(s + mean of the nodes), with layer normalization in front of the perceptron's
    /// ReLU, and each node x + s'.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="graphs">
    /// Which graph each node belongs to (<see cref="GraphEdges.Membership"/>); null where all nodes are one graph's.
    /// </param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="state">The state s in front of the layer, [graphs, features], [1, features] of one graph; null for zeros.</param>
    /// <param name="name">Scope of the linear layers <c>hidden</c> and <c>output</c>, and of <c>layer_norm</c>.</param>
    /// <returns>The nodes [nodes, features] and the state s'.</returns>
    public static (Value Nodes, Value State) VirtualNode(this NetworkBuilder network, GraphEdges? graphs, Value x, Value? state = null,
        string name = "virtual_node")
    {
        if (x.Shape.Rank != 2 || !x.Shape[1].IsKnown)
            throw new GraphException($"VirtualNode: expected rows [nodes, features] of known width; got {x}.");
        var width = (int)x.Shape[1].Size;
        if (state is not null && (state.Shape.Rank != 2 || state.Shape[1] != x.Shape[1] || (graphs is null && state.Shape[0] != 1)))
            throw new GraphException($"VirtualNode: expected a state [{(graphs is null ? "1" : "graphs")}, {width}], as wide as the nodes "
                + $"{x}; got {state}.");
        using (network.Scope(name))
        {
            var mean = graphs is null ? Op.ReduceMean(x, [0]) : graphs.Mean(x);
            var read = state is null ? mean : mean + state;
            var hidden = Op.Relu(network.LayerNorm(network.Linear(read, width, name: "hidden")));
            var change = network.Linear(hidden, width, name: "output");
            var next = state is null ? change : state + change;
            return (x + (graphs is null ? next : graphs.Targets(next)), next);
        }
    }
}
