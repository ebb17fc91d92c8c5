using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The gated graph network.</summary>
public static class GatedGraphLayer
{
    /// <summary>
    /// h⁰ = [x, 0]; T times hⱼ ← GRU(Σ W h of the sources of the edges that end at j, hⱼ), with one W for each type of edges
    /// (Li et al. 2016, equations 1 to 6). Messages are multiplied by the edges' weights.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges of a whole graph; for messages against them too, give every edge in both directions with a type of its own for each.</param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="hidden">Size of the state, no less than the features.</param>
    /// <param name="steps">T.</param>
    /// <param name="edgeTypes">The type of each edge from 0, [edges] Int64; null where all are of one type.</param>
    /// <param name="types">Number of types.</param>
    /// <param name="name">
    /// Scope of the parameters <c>message_weight</c> [hidden, types · hidden], and those of <see cref="GruLayer.Gru"/>: <c>input_weight</c>,
    /// <c>recurrent_weight</c> [hidden, 3·hidden], <c>bias</c> [3·hidden] and <c>candidate_bias</c> [hidden].
    /// </param>
    /// <returns>The states after the last step, [nodes, hidden].</returns>
    /// <exception cref="GraphException">The edges are those of a sampled block, or the state is too small.</exception>
    public static Value GatedGraph(
        this NetworkBuilder network, GraphEdges edges, Value x, int hidden, int steps, Value? edgeTypes = null, int types = 1, string name = "gated_graph")
    {
        if (edges.SourceCount != edges.TargetCount)
            throw new GraphException($"GatedGraph: several steps need the edges of all nodes; got a block from {edges.SourceCount} to {edges.TargetCount}.");
        if (hidden < x.Shape[1].Size)
            throw new GraphException($"GatedGraph: expected a state at least as large as the {x.Shape[1]} features of {x}; got {hidden}.");
        if (edgeTypes is null != (types == 1))
            throw new GraphException($"GatedGraph: expected the types of edges where there are several, and none where there is one; got {edgeTypes?.ToString() ?? "none"} for {types}.");
        using (network.Scope(name))
        {
            var message = network.Parameter("message_weight", [hidden, types * hidden], Initializers.GlorotUniform);
            var cell = new Cell(network, hidden);
            var ofType = edgeTypes is null ? null : edges.Weighted(Op.Cast(Op.OneHot(edgeTypes, types), x.Type));   // [edges, types]
            var h = Op.Pad(x, 1, 0, hidden - x.Shape[1].Size);
            for (var step = 0; step < steps; step++)
            {
                var messages = Op.MatMul(h, message);                                                            // [nodes, types · hidden]
                h = cell.Next(ofType is null ? edges.WeightedSum(messages) : Heads.Total(edges.WeightedSumOfSources(messages, ofType), types), h);
            }
            return h;
        }
    }

    // z, r = σ(x W + h U + b), n = tanh(x W + b + r ∘ (h U + c)), h ← (1 - z) ∘ n + z ∘ h
    private sealed class Cell(NetworkBuilder network, int hidden)
    {
        private readonly Value _input = network.Parameter("input_weight", [hidden, 3 * hidden], Initializers.GlorotUniform);
        private readonly Value _recurrent = network.Parameter("recurrent_weight", [hidden, 3 * hidden], Initializers.Orthogonal);
        private readonly Value _bias = network.Parameter("bias", [3 * hidden], Initializers.Zeros, decays: false);
        private readonly Value _candidateBias = network.Parameter("candidate_bias", [hidden], Initializers.Zeros, decays: false);

        internal Value Next(Value x, Value h)
        {
            Value[] input = Op.Split(Op.MatMul(x, _input) + _bias, 1, 2 * hidden, hidden), recurrent = Op.Split(Op.MatMul(h, _recurrent), 1, 2 * hidden, hidden);
            var gates = Op.Split(Op.Sigmoid(input[0] + recurrent[0]), 1, hidden, hidden);                       // z, r
            var candidate = Op.Tanh(input[1] + gates[1] * (recurrent[1] + _candidateBias));
            return candidate + gates[0] * (h - candidate);
        }
    }
}
