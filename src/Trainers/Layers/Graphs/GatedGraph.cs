using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// h⁰ = [x, 0]; T times hⱼ ← GRU(Σ W h of the sources of the edges that end at j, hⱼ), with one W per relation (Li et al.
    /// 2016, equations 1 to 6). Messages are multiplied by the edges' weights.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">
    /// The edges of a whole graph; for messages in both directions, give every edge in both, with a separate relation for each direction.
    /// </param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="hidden">Size of the state, at least the number of features.</param>
    /// <param name="steps">T.</param>
    /// <param name="relations">The relation of each edge from 0, [edges] Int64; null where there is one.</param>
    /// <param name="relationCount">Number of relations.</param>
    /// <param name="name">
    /// Scope of the parameters <c>message_weight</c> [hidden, relations · hidden], and those of <see cref="Layers.Gru"/>:
    /// <c>input_weight</c>, <c>recurrent_weight</c> [hidden, 3·hidden], <c>bias</c> [3·hidden] and <c>candidate_bias</c> [hidden].
    /// </param>
    /// <returns>The states after the last step, [nodes, hidden].</returns>
    /// <exception cref="GraphException">The edges are those of a sampled block, or the state is too small.</exception>
    public static Value GatedGraph(
        this NetworkBuilder network, GraphEdges edges, Value x, int hidden, int steps, Value? relations = null, int relationCount = 1,
        string name = "gated_graph")
    {
        if (edges.SourceCount != edges.TargetCount)
            throw new GraphException(
                $"GatedGraph: several steps need the edges of all nodes; got a block from {edges.SourceCount} to {edges.TargetCount}.");
        if (hidden < x.Shape[1].Size)
            throw new GraphException($"GatedGraph: expected a state at least as large as the {x.Shape[1]} features of {x}; got {hidden}.");
        if (relations is null != (relationCount == 1))
            throw new GraphException(
                "GatedGraph: expected the relations of edges where there are several, and none where there is one; "
                + $"got {relations?.ToString() ?? "none"} for {relationCount}.");
        using (network.Scope(name))
        {
            var message = network.Parameter("message_weight", [hidden, relationCount * hidden], Initializers.GlorotUniform);
            var cell = new GruOptions { Hidden = hidden }.CreateCell(network, hidden);
            // [edges, relations]
            var ofRelation = relations is null ? null : edges.TimesWeights(Op.Cast(Op.OneHot(relations, relationCount), x.Type));
            var h = Op.Pad(x, 1, 0, hidden - x.Shape[1].Size);
            for (var step = 0; step < steps; step++)
            {
                var messages = Op.MatMul(h, message);    // [nodes, relations · hidden]
                var sums = ofRelation is null ? edges.SumOfNeighbors(messages)
                    : Heads.Total(edges.WeightedSumOfSources(messages, ofRelation), relationCount);
                h = cell.Step(cell.Project(sums), [h])[0];
            }
            return h;
        }
    }
}
