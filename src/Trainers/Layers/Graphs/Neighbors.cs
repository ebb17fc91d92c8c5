using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

// The parts that graph layers are composed of: reductions over the edges that end at each node. They use the edges' weights, if there
// are any, and estimate the sum over all edges where edges are sampled.
public static partial class Layers
{
    /// <summary>
    /// Σⱼ wⱼ xⱼ over the edges j → i that end at each node i, without a tensor of edges. In a block of sampled edges the
    /// sampled sum is divided by the sampled share, so that its mean over samples is the whole sum.
    /// </summary>
    /// <param name="edges">The edges; without weights w is 1.</param>
    /// <param name="x">A row for each source node, [sources, features].</param>
    /// <returns>[targets, features]; 0 for a node without edges.</returns>
    public static Value SumOfNeighbors(this GraphEdges edges, Value x) =>
        OfWhole(edges, edges.Weights is { } weights ? edges.WeightedSumOfSources(x, weights) : edges.SumOfSources(x));

    /// <summary>Σⱼ wⱼ xⱼ / Σⱼ wⱼ over the edges j → i that end at each node i, without a tensor of edges.</summary>
    /// <param name="edges">The edges; without weights w is 1.</param>
    /// <param name="x">A row for each source node, [sources, features].</param>
    /// <returns>[targets, features]; 0 for a node without edges.</returns>
    public static Value MeanOfNeighbors(this GraphEdges edges, Value x)
    {
        if (edges.Weights is not { } weights)
            return edges.MeanOfSources(x);
        return edges.WeightedSumOfSources(x, weights) / NotZero(edges.Unmasked.Sum(weights));
    }

    /// <summary>
    /// Σ wₑ mₑ of messages over the edges e that end at each node; sampled edges give an estimate as for <see cref="SumOfNeighbors"/>.
    /// </summary>
    /// <param name="edges">The edges; without weights w is 1.</param>
    /// <param name="messages">A row for each edge, [edges, features].</param>
    /// <returns>[targets, features]; 0 for a node without edges.</returns>
    public static Value SumOfMessages(this GraphEdges edges, Value messages) => OfWhole(edges, edges.Sum(edges.TimesWeights(messages)));

    /// <summary>Σ wₑ mₑ / Σ wₑ of messages over the edges e that end at each node.</summary>
    /// <param name="edges">The edges; without weights w is 1.</param>
    /// <param name="messages">A row for each edge, [edges, features].</param>
    /// <returns>[targets, features]; 0 for a node without edges.</returns>
    public static Value MeanOfMessages(this GraphEdges edges, Value messages) =>
        edges.Weights is { } weights ? edges.Sum(messages * weights) / NotZero(edges.Unmasked.Sum(weights)) : edges.Mean(messages);

    /// <summary>
    /// The softmax of scores over the edges that end at each node, wₑ exp(sₑ) / Σ w exp(s): PyTorch Geometric's <c>softmax(scores,
    /// target)</c>, DGL's <c>edge_softmax</c>.
    /// </summary>
    /// <param name="edges">The edges; without weights w is 1.</param>
    /// <param name="scores">[edges, heads].</param>
    /// <returns>[edges, heads].</returns>
    public static Value SoftmaxByTarget(this GraphEdges edges, Value scores) =>
        // An edge of weight 0 gets a score so low that its softmax is 0, while its gradient stays finite.
        edges.Softmax(edges.Weights is { } weights
            ? scores + Op.Where(Op.Equal(weights, weights.Number(0)), weights.Number(-1e4), Op.Log(Op.OrOne(weights))) : scores);

    /// <summary>
    /// The in-degree of each node: the sum of the weights of the edges that end at it, or their number where there are no weights. Where
    /// edges are sampled it is that of the whole graph.
    /// </summary>
    /// <param name="edges">The edges.</param>
    /// <returns>[targets, 1].</returns>
    public static Value WeightedDegrees(this GraphEdges edges) =>
        edges.WholeDegrees is { } degrees ? edges.OfTargets(degrees)
            : edges.Weights is { } weights ? edges.Unmasked.Sum(weights) : edges.Degree;

    /// <summary>Messages times their edges' weights; the messages themselves where edges have no weights.</summary>
    /// <param name="edges">The edges.</param>
    /// <param name="messages">[edges, features].</param>
    /// <returns>[edges, features].</returns>
    public static Value TimesWeights(this GraphEdges edges, Value messages) => edges.Weights is { } weights ? messages * weights : messages;

    /// <summary>For layers that can't use edge weights, such as those that take a maximum: fails where edges have weights.</summary>
    /// <param name="edges">The edges.</param>
    /// <param name="layer">The layer's name, for the error.</param>
    /// <exception cref="GraphException">The edges have weights.</exception>
    public static void RefuseWeights(this GraphEdges edges, string layer)
    {
        if (edges.Weights is not null)
            throw new GraphException($"{layer} doesn't weigh edges: expected edges without weights; got weights {edges.Weights}.");
    }

    // A sum over uniformly drawn edges divided by the drawn share has the whole sum as its mean.
    private static Value OfWhole(GraphEdges edges, Value sums) =>
        edges.WholeCounts is { } counts ? sums * (counts / Op.Max(edges.Degree, edges.Degree.Number(1))) : sums;

    private static Value NotZero(Value total) => Op.Where(Op.Equal(total, total.Number(0)), total.Number(1), total);
}
