using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>What an interaction layer is made of.</summary>
public sealed record InteractionOptions
{
    /// <summary>Features of the perceptrons' hidden layer; null, the default, for as many as the result has.</summary>
    public int? Hidden { get; init; }

    /// <summary>Whether results of perceptrons are normalized (layer normalization) before they are added. True by default.</summary>
    public bool Normalize { get; init; } = true;
}

public static partial class Layers
{
    /// <summary>
    /// A layer that keeps states of edges (Battaglia et al. 2018; the processor of GNS, Sanchez-Gonzalez et al. 2020, and of
    /// MeshGraphNets, Pfaff et al. 2021): along edges j to i m = LN(f([e, xⱼ, xᵢ])) and e' = e + m, at nodes
    /// x' = x + LN(g([x, Σ m])). f and g are perceptrons of one hidden layer with ReLU.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges; their weights multiply the messages in the sums.</param>
    /// <param name="x">States of the nodes, [nodes, channels]; the sources' rows in a block.</param>
    /// <param name="edgeStates">States of the edges, [edges, edge channels].</param>
    /// <param name="options">The rest; null for the defaults.</param>
    /// <param name="name">
    /// Scope of the linear layers <c>edge_hidden</c> (of which <c>source</c> and <c>target</c> have no bias), <c>edge</c>,
    /// <c>node_hidden</c> and <c>node</c>, and of <c>edge_norm</c> and <c>node_norm</c>.
    /// </param>
    /// <returns>The nodes [targets, channels] and the edges [edges, edge channels].</returns>
    public static (Value Nodes, Value Edges) Interaction(this NetworkBuilder network, GraphEdges edges, Value x, Value edgeStates,
        InteractionOptions? options = null, string name = "interaction")
    {
        options ??= new();
        int channels = (int)x.Shape[1].Size, ofEdges = (int)edgeStates.Shape[1].Size;
        using (network.Scope(name))
        {
            var self = edges.OfTargets(x);
            // The ends' parts of the product are computed before they are gathered, since there are fewer nodes than edges.
            var hidden = network.Linear(edgeStates, options.Hidden ?? ofEdges, name: "edge_hidden")
                + edges.Sources(network.Linear(x, options.Hidden ?? ofEdges, bias: false, name: "source"))
                + edges.Targets(network.Linear(self, options.Hidden ?? ofEdges, bias: false, name: "target"));
            var message = Normalized(network.Linear(Op.Relu(hidden), ofEdges, name: "edge"), "edge_norm");   // [edges, edge channels]
            var atNode = network.Linear(Op.Concat(1, self, edges.SumOfMessages(message)), options.Hidden ?? channels, name: "node_hidden");
            return (self + Normalized(network.Linear(Op.Relu(atNode), channels, name: "node"), "node_norm"), edgeStates + message);
        }

        Value Normalized(Value y, string norm) => options.Normalize ? network.LayerNorm(y, name: norm) : y;
    }
}
