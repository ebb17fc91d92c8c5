using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// Which edges there are, told from how nodes move: an encoder of neural relational inference (Kipf et al. 2018) with weights shared
    /// over time, as in its convolutional form. From two steps in a row of both ends a perceptron makes p, of which the mean over time
    /// is a first idea of each edge. By that the edges' messages are gated, which nodes gather at each step: what is explained already.
    /// From that and p comes a second vector, again the mean over time, e; nodes h get what the mean of their edges' vectors
    /// becomes; logits are W₂ ReLU(W₁ [e, hⱼ, hᵢ]).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges that may be there, such as all pairs; they can't have weights.</param>
    /// <param name="series">[nodes, steps, features], two steps or more.</param>
    /// <param name="types">Kinds of edges.</param>
    /// <param name="hidden">Features of the hidden layers.</param>
    /// <param name="name">
    /// Scope of the linear layers <c>source</c>, <c>target</c>, <c>pair</c>, <c>gate</c>, <c>message</c>, <c>rest</c>,
    /// <c>known_source</c>, <c>known_target</c>, <c>rest_pair</c>, <c>node</c>, <c>source_node</c>, <c>target_node</c>, <c>edge</c> and
    /// <c>type</c>.
    /// </param>
    /// <returns>Logits, [edges, types].</returns>
    /// <exception cref="GraphException">Edges have weights, or there are fewer than two steps.</exception>
    public static Value RelationEncoder(this NetworkBuilder network, GraphEdges edges, Value series, int types, int hidden,
        string name = "relation_encoder")
    {
        edges.RefuseWeights("Relational inference");
        if (series.Shape.Rank != 3 || series.Shape[1] is not { IsKnown: true, Size: >= 2 })
            throw new GraphException($"RelationEncoder: expected series [nodes, steps, features] of two steps or more; got {series}.");
        using (network.Scope(name))
        {
            var pairs = Op.Concat(2, Op.Slice(series, 1, 0, series.Shape[1].Size - 1), Op.Slice(series, 1, 1));
            var p = Op.Relu(PerEdge(edges, network.Linear(pairs, hidden, bias: false, name: "source"),
                network.Linear(pairs, hidden, name: "target")));                                       // [edges, steps - 1, hidden]
            var first = OverTime(network.Linear(p, hidden, name: "pair"));                                         // [edges, hidden]
            var open = Op.Unsqueeze(Op.Sigmoid(network.Linear(first, hidden, name: "gate")), 1);
            var known = AtNodes(edges, network.Linear(p, hidden, name: "message") * open);             // [nodes, steps - 1, hidden]
            var rest = Op.Relu(network.Linear(p, hidden, name: "rest") + PerEdge(edges,
                network.Linear(known, hidden, bias: false, name: "known_source"),
                network.Linear(known, hidden, bias: false, name: "known_target")));
            var e = OverTime(network.Linear(rest, hidden, name: "rest_pair"));                                     // [edges, hidden]
            var h = Op.Relu(network.Linear(edges.MeanOfMessages(e), hidden, name: "node"));                        // [nodes, hidden]
            var both = edges.Sources(network.Linear(h, hidden, bias: false, name: "source_node"))
                + edges.Targets(network.Linear(h, hidden, bias: false, name: "target_node"));
            return network.Linear(Op.Relu(network.Linear(e, hidden, name: "edge") + both), types, name: "type");
        }

        static Value OverTime(Value x) => Op.ReduceMean(Op.Relu(x), [1], keepDims: false);
    }

    /// <summary>
    /// How states change in a step by the kinds of the edges: the decoder of neural relational inference (Kipf et al. 2018, equations 13
    /// and 14). Along edges j to i Σ wₖ fₖ([sⱼ, sᵢ]) with a perceptron for each kind k, and s + g([s, m]) with the mean m of the
    /// messages over all edges that may be there, which is their sum but for a factor where those are all pairs.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges that may be there; they can't have weights.</param>
    /// <param name="states">[nodes, cases, features], such as states at several times that don't depend on each other.</param>
    /// <param name="weights">How much of each kind an edge is, [edges, types].</param>
    /// <param name="hidden">Features of the hidden layers and of the messages.</param>
    /// <param name="skipsFirst">Whether the first kind is that of no edge, and has no messages.</param>
    /// <returns>The next states, [nodes, cases, features].</returns>
    /// <exception cref="GraphException">Edges have weights, or shapes don't fit.</exception>
    /// <remarks>
    /// Parameters are named in the scope that is open: linear layers <c>source</c>, <c>target</c> and <c>message</c> of each kind with its
    /// number, <c>node_hidden</c> and <c>node</c>. Written again in a <see cref="NetworkBuilder.SharedScope"/>, a step shares them.
    /// </remarks>
    public static Value RelationDecoder(this NetworkBuilder network, GraphEdges edges, Value states, Value weights, int hidden,
        bool skipsFirst = true)
    {
        edges.RefuseWeights("Relational inference");
        if (states.Shape.Rank != 3 || weights.Shape.Rank != 2 || weights.Shape[0] != edges.Count || !weights.Shape[1].IsKnown)
            throw new GraphException($"RelationDecoder: expected states [nodes, cases, features] and weights [{edges.Count}, types]; got "
                + $"{states} and {weights}.");
        Value? messages = null;
        for (var type = skipsFirst ? 1 : 0; type < weights.Shape[1].Size; type++)
        {
            var inner = Op.Relu(PerEdge(edges, network.Linear(states, hidden, bias: false, name: $"source_{type}"),
                network.Linear(states, hidden, name: $"target_{type}")));
            var ofType = Op.Relu(network.Linear(inner, hidden, name: $"message_{type}"))
                * Op.Unsqueeze(Op.Slice(weights, 1, type, type + 1), 2);                                      // [edges, cases, hidden]
            messages = messages is null ? ofType : messages + ofType;
        }
        if (messages is null)
            throw new GraphException("RelationDecoder: there is no kind of edges with messages; expected one or more.");
        var atNode = Op.Relu(network.Linear(Op.Concat(2, states, AtNodes(edges, messages)), hidden, name: "node_hidden"));
        return states + network.Linear(atNode, (int)states.Shape[2].Size, name: "node");
    }

    /// <summary>
    /// A choice that can be learned (Jang et al. 2017; Maddison et al. 2017): in training softmax((logits + Gumbel noise) / τ), otherwise
    /// the softmax of the logits.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="logits">[.., choices].</param>
    /// <param name="temperature">τ, above 0: the lower, the nearer to a choice of one.</param>
    /// <param name="straightThrough">
    /// Whether what passes on in training is the choice of one, while gradients are those of the softmax.
    /// </param>
    /// <returns>[.., choices], which add up to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The temperature isn't a finite number above 0.</exception>
    public static Value GumbelSoftmax(this NetworkBuilder network, Value logits, float temperature = 0.5f, bool straightThrough = false)
    {
        if (!(temperature > 0) || !float.IsFinite(temperature))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "A temperature is a finite number above 0.");
        if (network.Mode != NetworkMode.Training)
            return Op.Softmax(logits);
        var soft = Op.Softmax((logits + Op.Cast(network.GumbelNoise(logits), logits.Type)) / (double)temperature);
        if (!straightThrough)
            return soft;
        var choices = Op.Range(Op.SizeOf(logits, -1), logits.Shape[-1]);
        var one = Op.Cast(Op.Equal(choices, Op.ArgMax(Op.StopGradient(soft), -1)), logits.Type);
        return soft + Op.StopGradient(one - soft);
    }

    // The mean over the edges that end at each node, flat for the reduction: [edges, cases, features] → [nodes, cases, features].
    private static Value AtNodes(GraphEdges edges, Value messages)
    {
        long cases = messages.Shape[1].Size, features = messages.Shape[2].Size;
        var means = edges.Mean(Op.Reshape(messages, [edges.Count, cases * features], messages));
        return Op.Reshape(means, [edges.TargetCount, cases, features], means);
    }

    // What each end contributes, flat for the lookup: [nodes, cases, features] twice → [edges, cases, features].
    private static Value PerEdge(GraphEdges edges, Value ofSources, Value ofTargets)
    {
        long cases = ofSources.Shape[1].Size, features = ofSources.Shape[2].Size;
        Value Flat(Value x) => Op.Reshape(x, [x.Shape[0], cases * features], x);
        var sum = edges.Sources(Flat(ofSources)) + edges.Targets(edges.OfTargets(Flat(ofTargets)));
        return Op.Reshape(sum, [edges.Count, cases, features], sum);
    }
}
