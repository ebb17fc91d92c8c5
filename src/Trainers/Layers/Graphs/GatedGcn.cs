using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    private const double LeastGate = 1e-6;

    /// <summary>
    /// A gated graph convolution (Bresson and Laurent 2017; with states of edges as in Dwivedi et al. 2020, "GatedGCN"):
    /// g = C eⱼᵢ + D xᵢ + E xⱼ along edges j to i, and yᵢ = A xᵢ + Σ σ(g) ⊙ B xⱼ / (Σ σ(g) + ε), each feature with a
    /// gate of its own.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges; their weights multiply the gates.</param>
    /// <param name="x">[nodes, features]; the sources' rows in a block.</param>
    /// <param name="channels">Channels of the nodes' and of the edges' result.</param>
    /// <param name="edgeFeatures">
    /// Features of the edges, or their states after the previous layer, [edges, edge features]; null for none.
    /// </param>
    /// <param name="name">
    /// Scope of the linear layers <c>self</c> (A), <c>neighbor</c> (B), <c>edge</c> (C), <c>target_gate</c> (D) and <c>source_gate</c> (E);
    /// of C, D and E only D has a bias.
    /// </param>
    /// <returns>
    /// The nodes y [targets, channels] and the edges g [edges, channels], without activation, normalization or residual sum.
    /// </returns>
    public static (Value Nodes, Value Edges) GatedGcn(this NetworkBuilder network, GraphEdges edges, Value x, int channels,
        Value? edgeFeatures = null, string name = "gated_gcn")
    {
        using (network.Scope(name))
        {
            var self = edges.OfTargets(x);
            // Mapped before they are gathered, since there are fewer nodes than edges.
            var gates = edges.Targets(network.Linear(self, channels, name: "target_gate"))
                + edges.Sources(network.Linear(x, channels, bias: false, name: "source_gate"));              // [edges, channels]
            if (edgeFeatures is not null)
                gates += network.Linear(edgeFeatures, channels, bias: false, name: "edge");
            var open = edges.TimesWeights(Gate(gates));
            var messages = open * edges.Sources(network.Linear(x, channels, name: "neighbor"));
            var y = network.Linear(self, channels, name: "self") + edges.Sum(messages) / (edges.Sum(open) + LeastGate);
            return (y, gates);
        }
    }

    // σ(g) to full relative precision. ONNX Runtime's Sigmoid on the processor is exact to some 6e-8 of 1, which is nothing of a gate
    // near 1 and all of a gate of 1e-7; where all gates of a node are nearly closed, it is their ratios that count. The gradient is written
    // out, since that of the quotient is 0 times infinity where exp(-g) overflows.
    private static Value Gate(Value g)
    {
        var open = 1.0 / (Op.Exp(-g) + 1.0);
        return Op.WithGradient(open, c => [c.Gradient * open * (1.0 - open)], g);
    }
}
