using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// From nodes to edges, hᵢⱼ = ReLU([xᵢ, xⱼ, eᵢⱼ] Wₑ + bₑ), and from edges to nodes, yⱼ = ReLU([xⱼ, Σᵢ hᵢⱼ]
    /// Wᵥ + bᵥ)
    /// (Gilmer et al. 2017, with edges updated as in Battaglia et al. 2018).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges, each from i to j.</param>
    /// <param name="x">[nodes, features]; the sources' rows in a block.</param>
    /// <param name="edgeFeatures">[edges, edge features]; null for none.</param>
    /// <param name="channels">Channels of the nodes' result.</param>
    /// <param name="edgeChannels">Channels of the edges' result.</param>
    /// <param name="name">Scope of the parameters <c>edge</c> and <c>node</c>.</param>
    /// <returns>The nodes [nodes, channels] and the edges [edges, edge channels].</returns>
    public static (Value Nodes, Value Edges) MessagePassing(
        this NetworkBuilder network, GraphEdges edges, Value x, Value? edgeFeatures, int channels, int edgeChannels,
        string name = "message_passing")
    {
        using (network.Scope(name))
        {
            var self = edges.OfTargets(x);
            var h = Op.Relu(Messages(network, edges, x, self, edgeFeatures, edgeChannels));
            return (Op.Relu(network.Linear(Op.Concat(1, self, edges.SumOfMessages(h)), channels, name: "node")), h);
        }
    }
    // The ends' parts of the product are computed before they are gathered, since there are fewer nodes than edges.
    private static Value Messages(NetworkBuilder network, GraphEdges edges, Value x, Value self, Value? edgeFeatures, int channels)
    {
        using (network.Scope("edge"))
        {
            long features = x.Shape[1].Size, ofEdge = edgeFeatures?.Shape[1].Size ?? 0;
            var weight = network.Parameter("weight", [2 * features + ofEdge, channels], Initializers.GlorotUniform);
            var parts = edgeFeatures is null ? Op.Split(weight, 0, features, features) : Op.Split(weight, 0, features, features, ofEdge);
            var sum = edges.Sources(network.SpMM(x, parts[0]))
                + edges.Targets(Op.MatMul(self, parts[1]) + network.Parameter("bias", [channels], Initializers.Zeros, decays: false));
            return edgeFeatures is null ? sum : sum + Op.MatMul(edgeFeatures, parts[2]);                     // [edges, edge channels]
        }
    }
}
