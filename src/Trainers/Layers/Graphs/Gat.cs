using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Options of graph attention.</summary>
public sealed record GatOptions
{
    /// <summary>Attention heads, 8 by default.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>Whether the heads' results are concatenated (the default) or averaged.</summary>
    public bool Concat { get; init; } = true;

    /// <summary>Slope of the LeakyReLU for negative inputs, 0.2 by default.</summary>
    public float NegativeSlope { get; init; } = 0.2f;

    /// <summary>Dropout of the attention weights.</summary>
    public float AttentionDropout { get; init; }

    /// <summary>Whether a bias is added.</summary>
    public bool Bias { get; init; } = true;
}

public static partial class Layers
{
    /// <summary>
    /// yᵢ = Σⱼ αᵢⱼ xⱼ W with αᵢⱼ = softmaxⱼ(LeakyReLU(a_src · xⱼ W + a_dst · xᵢ W)) over the neighbors and the
    /// node itself (Veličković et al. 2018, equations 1 to 6).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges; the layer adds self-loops.</param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="channels">Channels of each head's result.</param>
    /// <param name="options">Heads, dropout and variants; null for the defaults.</param>
    /// <param name="name">
    /// Scope of the parameters <c>weight</c> [features, heads · channels], <c>source_attention</c> and <c>target_attention</c> [heads,
    /// channels], <c>bias</c>.
    /// </param>
    /// <returns>
    /// The nodes [nodes, heads · channels], or [nodes, channels] for a mean; and the attention of each edge and then of each node's loop,
    /// [edges + nodes, heads].
    /// </returns>
    public static (Value Nodes, Value Attention) Gat(this NetworkBuilder network, GraphEdges edges, Value x, int channels,
        GatOptions? options = null, string name = "gat")
    {
        options ??= new();
        using (network.Scope(name))
        {
            var loops = edges.WithSelfLoops();
            var z = network.SpMM(x, network.Parameter("weight", [x.Shape[1].Size, options.Heads * channels],
                Initializers.GlorotUniform));
            Value Scores(string end, Value rows) =>
                Heads.Dot(rows, network.Parameter(end + "_attention", [options.Heads, channels], Initializers.GlorotUniform));
            var scores = loops.Sources(Scores("source", z)) + loops.Targets(Scores("target", edges.OfTargets(z)));
            return GatAttention(network, loops, z, Op.LeakyRelu(scores, options.NegativeSlope), channels, options);
        }
    }

    /// <summary>
    /// yᵢ = Σⱼ αᵢⱼ xⱼ Wₛ with αᵢⱼ = softmaxⱼ(a · LeakyReLU(xⱼ Wₛ + xᵢ Wₜ)) over the neighbors and the node
    /// itself (Brody, Alon and Yahav 2022, equation 7).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges; the layer adds self-loops.</param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="channels">Channels of each head's result.</param>
    /// <param name="options">Heads, dropout and variants; null for the defaults.</param>
    /// <param name="name">
    /// Scope of the parameters <c>source_weight</c> and <c>target_weight</c> [features, heads · channels], <c>attention</c> [heads,
    /// channels], <c>bias</c>.
    /// </param>
    /// <returns>As for <see cref="Gat"/>.</returns>
    public static (Value Nodes, Value Attention) GatV2(this NetworkBuilder network, GraphEdges edges, Value x, int channels,
        GatOptions? options = null, string name = "gat_v2")
    {
        options ??= new();
        using (network.Scope(name))
        {
            var loops = edges.WithSelfLoops();
            Value Project(string end) => network.SpMM(x,
                network.Parameter(end + "_weight", [x.Shape[1].Size, options.Heads * channels], Initializers.GlorotUniform));
            Value source = Project("source"), target = edges.OfTargets(Project("target"));
            var hidden = Op.LeakyRelu(loops.Sources(source) + loops.Targets(target), options.NegativeSlope);  // [edges, heads · channels]
            var attention = network.Parameter("attention", [options.Heads, channels], Initializers.GlorotUniform);
            return GatAttention(network, loops, source, Heads.Dot(hidden, attention), channels, options);
        }
    }

    private static (Value, Value) GatAttention(NetworkBuilder network, GraphEdges edges, Value z, Value scores, int channels,
        GatOptions options)
    {
        var attention = edges.SoftmaxByTarget(scores);                                                          // [edges, heads]
        var y = edges.WeightedSumOfSources(z, network.Dropout(attention, options.AttentionDropout));         // [nodes, heads · channels]
        if (!options.Concat)
            y = Op.ReduceMean(Op.Reshape(y, [y.Shape[0], options.Heads, channels]), [1], keepDims: false);
        if (options.Bias)
            y += network.Parameter("bias", [y.Shape[1].Size], Initializers.Zeros, decays: false);
        return (y, attention);
    }
}
