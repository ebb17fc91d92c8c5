using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>Σⱼ wⱼ xⱼ over the edges that end at each node, of sampled edges its estimate: [sources, features] → [targets, features].</summary>
    internal static Value WeightedSum(this GraphEdges edges, Value x) =>
        edges.OfWhole(edges.Weights is { } weights ? edges.WeightedSumOfSources(x, weights) : edges.SumOfSources(x));

    /// <summary>Σⱼ wⱼ mⱼ of messages over the edges that end at each node, of sampled edges its estimate: [edges, features] → [targets, features].</summary>
    internal static Value WeightedSumOfMessages(this GraphEdges edges, Value messages) => edges.OfWhole(edges.Sum(edges.Weighted(messages)));

    /// <summary>
    /// Σⱼ wⱼ, or the number of edges where there are no weights, over the edges that end at each node, [targets, 1]; where the edges are
    /// sampled that of the whole graph.
    /// </summary>
    internal static Value WholeDegree(this GraphEdges edges) =>
        edges.WholeDegrees is { } degrees ? edges.OfTargets(degrees) : edges.Weights is { } weights ? edges.Sum(weights) : edges.Degree;

    // A sum over edges drawn uniformly, times how many there are for each one drawn, has the whole sum as its mean.
    private static Value OfWhole(this GraphEdges edges, Value sums) =>
        edges.WholeCounts is { } counts ? sums * (counts / Op.Max(edges.Degree, edges.Degree.Number(1))) : sums;

    /// <summary>Σⱼ wⱼ xⱼ / Σⱼ wⱼ, 0 for a node without edges: [sources, features] → [targets, features].</summary>
    internal static Value WeightedMean(this GraphEdges edges, Value x)
    {
        if (edges.Weights is not { } weights)
            return edges.MeanOfSources(x);
        var total = edges.Sum(weights);                                              // [targets, 1]
        return edges.WeightedSumOfSources(x, weights) / Op.Where(Op.Equal(total, total.Number(0)), total.Number(1), total);
    }

    /// <summary>Messages, each times its edge's weight, [edges, features].</summary>
    internal static Value Weighted(this GraphEdges edges, Value messages) => edges.Weights is { } weights ? messages * weights : messages;

    /// <summary>wⱼ exp(sⱼ) / Σₖ wₖ exp(sₖ) over the edges that end at each node: [edges, heads] → [edges, heads].</summary>
    internal static Value WeightedSoftmax(this GraphEdges edges, Value scores) =>
        // An edge of weight 0 gets a score so low that nothing is left of it, and its gradient stays finite.
        edges.Softmax(edges.Weights is { } weights ? scores + Op.Log(Op.Max(weights, weights.Number(1e-30))) : scores);

    /// <summary>For layers that have no place for weights.</summary>
    /// <exception cref="GraphException">The edges have weights.</exception>
    internal static void RefuseWeights(this GraphEdges edges, string layer)
    {
        if (edges.Weights is not null)
            throw new GraphException($"{layer} doesn't weigh edges: expected edges without weights; got weights {edges.Weights}.");
    }
}
