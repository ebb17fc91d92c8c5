using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// y = MLP((1 + ε) x + Σ neighbors) (Xu et al. 2019, equation 4.1), with a perceptron with one hidden layer and a trained ε.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges.</param>
    /// <param name="x">[nodes, features]; the sources' rows in a block.</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="hidden">Features of the hidden layer; null for <paramref name="channels"/>.</param>
    /// <param name="batchNorm">Whether the hidden layer is normalized over the batch, as in the paper's experiments.</param>
    /// <param name="name">Scope of the parameters <c>epsilon</c> [1], <c>hidden</c> and <c>output</c>.</param>
    /// <returns>[nodes, channels], without activation.</returns>
    public static Value Gin(this NetworkBuilder network, GraphEdges edges, Value x, int channels, int? hidden = null,
        bool batchNorm = false, string name = "gin")
    {
        using (network.Scope(name))
            return Perceptron(network, edges.SumOfNeighbors(x), edges.OfTargets(x), channels, hidden, batchNorm);
    }

    /// <summary>
    /// y = MLP((1 + ε) x + Σ ReLU(xⱼ + eᵢⱼ)) (Hu et al. 2020, "Strategies for pre-training graph neural networks", section 5); the
    /// edges' features are first mapped linearly to the size of the nodes'.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges.</param>
    /// <param name="x">[nodes, features]; the sources' rows in a block.</param>
    /// <param name="edgeFeatures">[edges, edge features].</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="hidden">Features of the hidden layer; null for as many as the result.</param>
    /// <param name="batchNorm">Whether the hidden layer is normalized over the batch.</param>
    /// <param name="name">Scope of the parameters <c>edge</c>, <c>epsilon</c> [1], <c>hidden</c> and <c>output</c>.</param>
    /// <returns>[nodes, channels], without activation.</returns>
    public static Value Gine(this NetworkBuilder network, GraphEdges edges, Value x, Value edgeFeatures, int channels, int? hidden = null,
        bool batchNorm = false, string name = "gine")
    {
        using (network.Scope(name))
        {
            var ofEdges = network.Linear(edgeFeatures, (int)x.Shape[1].Size, name: "edge");
            var messages = edges.Propagate(x, rows => Op.Relu(rows.Sources + ofEdges));
            return Perceptron(network, messages, edges.OfTargets(x), channels, hidden, batchNorm);
        }
    }

    private static Value Perceptron(NetworkBuilder network, Value neighbors, Value self, int channels, int? hidden, bool batchNorm)
    {
        var epsilon = network.Parameter("epsilon", [1], Initializers.Zeros, decays: false);
        var h = network.Linear(neighbors + self * (epsilon + 1.0), hidden ?? channels, name: "hidden");
        return network.Linear(Op.Relu(batchNorm ? network.BatchNorm(h) : h), channels, name: "output");
    }
}
