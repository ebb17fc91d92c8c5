using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Options of a graph Transformer layer.</summary>
public sealed record GraphTransformerOptions
{
    /// <summary>Attention heads, 4 by default; the number of features must be a multiple.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>
    /// Features between the two linear maps after the attention; null, the default, for twice the layer's, 0 for no such maps.
    /// </summary>
    public int? FeedForwardSize { get; init; }

    /// <summary>Whether rows are normalized before attention and linear maps, or (the default) after their residual sums.</summary>
    public bool NormFirst { get; init; }

    /// <summary>
    /// Whether each feature is normalized over the batch
    /// (<see cref="Layers.BatchNorm(NetworkBuilder, Value, float, float, string)"/>), or (the default) each row over its features
    /// (<see cref="Layers.LayerNorm"/>).
    /// </summary>
    public bool BatchNorm { get; init; }

    /// <summary>Dropout before each residual sum, 0 by default.</summary>
    public float Dropout { get; init; }

    /// <summary>Dropout of the attention weights, 0 by default.</summary>
    public float AttentionDropout { get; init; }
}

public static partial class Layers
{
    /// <summary>
    /// hᵢ = norm(xᵢ + O Σⱼ αᵢⱼ V xⱼ) with αᵢⱼ = softmaxⱼ(Q xᵢ · K xⱼ / √d + b · eᵢⱼ) over the edges that
    /// end at i, and y = norm(h + W₂ ReLU(W₁ h)) (Dwivedi and Bresson 2021, section 2.2; the bias of edges as in Ying et al. 2021,
    /// equation 7).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">
    /// The edges; add loops with <see cref="GraphEdges.WithSelfLoops"/> for nodes to attend to themselves. Their weights multiply the terms
    /// of the softmax.
    /// </param>
    /// <param name="x">[nodes, features]; the sources' rows in a block.</param>
    /// <param name="edgeFeatures">Features from which each edge gets a bias per head, [edges, edge features]; null for none.</param>
    /// <param name="options">Heads, dropout and variants; null for the defaults.</param>
    /// <param name="name">
    /// Scope of the linear layers <c>query</c>, <c>key</c>, <c>value</c>, <c>edge_bias</c>, <c>output</c>, <c>hidden</c>,
    /// <c>feed_forward</c>, and of the normalizations.
    /// </param>
    /// <returns>The nodes [nodes, features], and the attention [edges, heads].</returns>
    public static (Value Nodes, Value Attention) GraphTransformer(
        this NetworkBuilder network, GraphEdges edges, Value x, Value? edgeFeatures = null, GraphTransformerOptions? options = null,
        string name = "graph_transformer")
    {
        options ??= new();
        var width = (int)x.Shape[1].Size;
        if (options.Heads < 1 || width % options.Heads != 0)
            throw new GraphException($"GraphTransformer: {options.Heads} heads don't divide the {width} features of {x}.");
        Value Norm(Value h) => options.BatchNorm ? network.BatchNorm(h) : network.LayerNorm(h);
        using (network.Scope(name))
        {
            var from = options.NormFirst ? Norm(x) : x;
            var (attended, attention) = GraphTransformerAttention(network, edges, from, edgeFeatures, width, options);
            var h = edges.OfTargets(x) + network.Dropout(attended, options.Dropout);
            if (!options.NormFirst)
                h = Norm(h);
            var feedForwardSize = options.FeedForwardSize ?? 2 * width;
            if (feedForwardSize == 0)
                return (h, attention);
            var hidden = Op.Relu(network.Linear(options.NormFirst ? Norm(h) : h, feedForwardSize, name: "hidden"));
            h += network.Dropout(network.Linear(hidden, width, name: "feed_forward"), options.Dropout);
            return (options.NormFirst ? h : Norm(h), attention);
        }
    }

    private static (Value Result, Value Attention) GraphTransformerAttention(NetworkBuilder network, GraphEdges edges, Value x,
        Value? edgeFeatures, int width, GraphTransformerOptions options)
    {
        Value query = network.Linear(edges.OfTargets(x), width, name: "query"), key = network.Linear(x, width, name: "key"),
            value = network.Linear(x, width, name: "value");
        // Scaled before they are gathered, since there are fewer nodes than edges.
        // [edges, heads]
        var scores = Heads.Sum(edges.Targets(query * Math.Sqrt((double)options.Heads / width)) * edges.Sources(key), options.Heads);
        if (edgeFeatures is not null)
            scores += network.Linear(edgeFeatures, options.Heads, bias: false, name: "edge_bias");
        var attention = edges.SoftmaxByTarget(scores);
        var attended = edges.WeightedSumOfSources(value, network.Dropout(attention, options.AttentionDropout));
        return (network.Linear(attended, width, name: "output"), attention);
    }
}
