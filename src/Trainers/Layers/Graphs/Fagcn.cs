using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// yᵢ = ε h⁰ᵢ + Σⱼ αᵢⱼ xⱼ with αᵢⱼ = wᵢⱼ tanh(g_dst · xᵢ + g_src · xⱼ) / √(dᵢ dⱼ) over the edges
    /// j → i: attention that may be negative, so that it makes neighbors similar or different (FAGCN, Bo et al. 2021). Its only
    /// parameter is g; it is used between linear layers.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">
    /// The edges; no self-loops are added, as in the paper. d is the sum of the weights of the edges that end at a node, 1 without edges.
    /// </param>
    /// <param name="x">[nodes, features]; the sources' rows in a block.</param>
    /// <param name="initial">h⁰, the input of the first of a stack of these layers, of the shape of x; null for x itself.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="dropout">Dropout of the attention.</param>
    /// <param name="name">
    /// Scope of the parameters <c>source_attention</c> and <c>target_attention</c> [1, features], the two halves of g.
    /// </param>
    /// <returns>The nodes [nodes, features], the targets' rows in a block; and the attention α of each edge [edges, 1].</returns>
    /// <exception cref="GraphException">
    /// <paramref name="initial"/> has another shape than x; or the degrees of a block's sources aren't known.
    /// </exception>
    public static (Value Nodes, Value Attention) Fagcn(this NetworkBuilder network, GraphEdges edges, Value x, Value? initial = null,
        float epsilon = 0.3f, float dropout = 0, string name = "fagcn")
    {
        if (initial?.Shape.Equals(x.Shape) == false)
            throw new GraphException($"Fagcn: expected initial rows of the shape of x, {x.Shape}; got {initial}.");
        if (edges.SourceCount != edges.TargetCount && edges.WholeDegrees is null)
            throw new GraphException(
                "Fagcn: attention is divided by the degrees of both ends, and a block doesn't know those of its sources unless it is fed "
                + "with them.");
        using (network.Scope(name))
        {
            Value Scores(string end, Value rows) =>
                Heads.Dot(rows, network.Parameter(end + "_attention", [1, x.Shape[1].Size], Initializers.GlorotUniform));
            var scale = 1.0 / Op.Sqrt(NotZero(Op.Cast(edges.WholeDegrees ?? edges.WeightedDegrees(), x.Type)));   // [sources, 1]
            var signed = Op.Tanh(
                edges.Sources(Scores("source", x)) + edges.Targets(Scores("target", edges.OfTargets(x))));                  // [edges, 1]
            var attention = edges.TimesWeights(signed) * edges.Sources(scale) * edges.Targets(edges.OfTargets(scale));
            attention = network.Dropout(attention, dropout);
            var neighbors = edges.WithWeights(attention).SumOfNeighbors(x);
            return (edges.OfTargets(initial ?? x) * (double)epsilon + neighbors, attention);
        }
    }
}
