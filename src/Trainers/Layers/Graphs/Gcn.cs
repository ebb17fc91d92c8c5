using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The weight of a neighbor in a graph convolution; dᵢ is the degree of node i.</summary>
public enum GraphNormalization
{
    /// <summary>1 / √(dᵢ dⱼ).</summary>
    Symmetric,
    /// <summary>1 / dᵢ, a mean.</summary>
    Row,
    /// <summary>1, a sum.</summary>
    None,
}

public static partial class Layers
{
    /// <summary>
    /// y = D^-1/2 (A + I) D^-1/2 x W + b (Kipf and Welling 2017, equation 2), where A holds the edges' weights and D the sums of the
    /// weights of the edges that end at each node, including 1 for its loop.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges; the layer adds self-loops.</param>
    /// <param name="x">[nodes, features]; the sources' rows in a block.</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="normalization">How neighbors are weighted.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="name">Scope of the parameters <c>weight</c> [features, channels] and <c>bias</c> [channels].</param>
    /// <returns>[nodes, channels]; the targets' rows in a block.</returns>
    /// <remarks>
    /// Products are taken in the order that aggregates fewer columns, counting the gradient. In a block of sampled edges the degrees are
    /// those of the whole graph, and the sum over the neighbors is the sampled sum divided by the sampled share: its mean over samples is
    /// the convolution over the whole graph, which is what evaluation and the deployed model compute.
    /// </remarks>
    public static Value Gcn(this NetworkBuilder network, GraphEdges edges, Value x, int channels,
        GraphNormalization normalization = GraphNormalization.Symmetric, bool bias = true, string name = "gcn")
    {
        using (network.Scope(name))
        {
            var features = x.Shape[1].Size;
            var weight = network.Parameter("weight", [features, channels], Initializers.GlorotUniform);
            // A model's input needs no gradient: if it is aggregated first, that happens once per step.
            var aggregateFirst = features * (x.Producer is null ? 1 : 2) < 2 * channels && !network.IsSparse(x);
            var y = aggregateFirst ? network.SpMM(GcnPropagate(edges, x, normalization), weight)
                : GcnPropagate(edges, network.SpMM(x, weight), normalization);
            return bias ? y + network.Parameter("bias", [channels], Initializers.Zeros, decays: false) : y;
        }
    }

    /// <summary>
    /// The convolution without W and b: D^-1/2 (A + I) D^-1/2 x for symmetric normalization, D^-1 (A + I) x for row normalization.
    /// </summary>
    /// <param name="edges">The edges; the layer adds self-loops.</param>
    /// <param name="x">[nodes, features]; the sources' rows in a block.</param>
    /// <param name="normalization">How neighbors are weighted.</param>
    public static Value GcnPropagate(this GraphEdges edges, Value x, GraphNormalization normalization = GraphNormalization.Symmetric)
    {
        Value Sum(Value rows) => edges.SumOfNeighbors(rows) + edges.OfTargets(rows);
        switch (normalization)
        {
            case GraphNormalization.None:
                return Sum(x);
            case GraphNormalization.Row:
                return Sum(x) / WithLoop(edges.WeightedDegrees(), x);
            default:
                if (edges.SourceCount != edges.TargetCount && edges.WholeDegrees is null)
                    throw new GraphException(
                        "Gcn: symmetric normalization needs the degrees of all nodes, which a block doesn't know unless it is fed with "
                        + "them; use that of rows.");
                var scale = 1.0 / Op.Sqrt(WithLoop(edges.WholeDegrees ?? edges.WeightedDegrees(), x));      // [sources, 1]
                return edges.Weights is null && edges.WholeCounts is null && edges.SourceCount == edges.TargetCount
                    ? edges.ScaledSumWithLoops(x, scale)
                    : Sum(x * scale) * edges.OfTargets(scale);
        }
    }

    private static Value WithLoop(Value degrees, Value x) => Op.Cast(degrees, x.Type) + 1.0;
}
