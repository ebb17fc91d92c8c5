using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How GraphSAGE turns a node's neighbors into one vector.</summary>
public enum SageAggregator
{
    /// <summary>Their mean.</summary>
    Mean,
    /// <summary>Their sum.</summary>
    Sum,
    /// <summary>The largest value of each feature.</summary>
    Max,
    /// <summary>The largest value of each feature after a further layer, ReLU(x P + p) (Hamilton et al. 2017, equation 3).</summary>
    Pool,
    /// <summary>
    /// The mean of the neighbors and the node itself, in place of both terms: y = mean(neighbors, self) W + b (Hamilton et al. 2017,
    /// equation 2).
    /// </summary>
    MeanWithSelf,
    /// <summary>
    /// The last state of an LSTM, with as many features as they have, that reads them in the order of the edges (Hamilton et al. 2017
    /// shuffle them). Its memory grows with nodes × the largest number of neighbors, so it is meant for sampled neighbors.
    /// </summary>
    Lstm,
}

public static partial class Layers
{
    /// <summary>
    /// y = agg(neighbors) Wₙ + x Wₛ + b (Hamilton et al. 2017, algorithm 1); a node without neighbors aggregates to 0.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges.</param>
    /// <param name="x">[nodes, features]; the sources' rows in a block.</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="aggregator">How neighbors become one vector.</param>
    /// <param name="normalize">Whether each row is scaled to length 1.</param>
    /// <param name="name">
    /// Scope of the parameters <c>neighbor_weight</c> and <c>self_weight</c> [features, channels], <c>bias</c> [channels], for pooling
    /// <c>pool</c>, and <c>lstm</c>.
    /// </param>
    /// <returns>[nodes, channels]; the targets' rows in a block.</returns>
    /// <remarks>Means and sums use the edges' weights; other aggregators refuse edges with weights.</remarks>
    public static Value Sage(this NetworkBuilder network, GraphEdges edges, Value x, int channels,
        SageAggregator aggregator = SageAggregator.Mean, bool normalize = false, string name = "sage")
    {
        using (network.Scope(name))
        {
            var features = x.Shape[1].Size;
            Value Weight(string part) => network.Parameter(part + "_weight", [features, channels], Initializers.GlorotUniform);
            var neighbor = Weight("neighbor");
            // Sums and means may be taken after the product, which then has fewer columns.
            Value OfProduct(Func<Value, Value> reduce) =>
                channels < features || network.IsSparse(x) ? reduce(network.SpMM(x, neighbor)) : Op.MatMul(reduce(x), neighbor);
            var y = aggregator switch
            {
                SageAggregator.Sum => OfProduct(edges.SumOfNeighbors),
                SageAggregator.Mean => OfProduct(edges.MeanOfNeighbors),
                SageAggregator.MeanWithSelf => OfProduct(rows => GcnPropagate(edges, rows, GraphNormalization.Row)),
                _ => Op.MatMul(OneByOne(network, edges, x, aggregator), neighbor),
            };
            if (aggregator != SageAggregator.MeanWithSelf)
                y += network.IsSparse(x) ? edges.OfTargets(network.SpMM(x, Weight("self")))
                    : Op.MatMul(edges.OfTargets(x), Weight("self"));
            y += network.Parameter("bias", [channels], Initializers.Zeros, decays: false);
            // A row of zeros stays unchanged, and its gradient finite.
            return normalize ? y / Op.Sqrt(Op.OrOne(Op.ReduceSumSquare(y, [1]))) : y;
        }
    }

    private static Value OneByOne(NetworkBuilder network, GraphEdges edges, Value x, SageAggregator aggregator)
    {
        edges.RefuseWeights($"GraphSAGE with aggregator {aggregator}");
        var width = (int)x.Shape[1].Size;
        return aggregator switch
        {
            SageAggregator.Max => edges.MaxOfSources(x),
            SageAggregator.Pool => edges.MaxOfSources(Op.Relu(network.Linear(x, width, name: "pool"))),
            SageAggregator.Lstm => LastState(network, edges, x, width),
            _ => throw new ArgumentOutOfRangeException(nameof(aggregator), aggregator, "Expected a known aggregator."),
        };
    }

    private static Value LastState(NetworkBuilder network, GraphEdges edges, Value x, int width)
    {
        var steps = Op.Transpose(edges.Padded(edges.Sources(x)), 1, 0, 2);              // [longest, targets, features]
        var hasNeighbors = Op.Min(edges.Degree, edges.Degree.Number(1));                 // [targets, 1]
        // A sequence has at least one step: a node without neighbors reads one step of zeros, and its result is set to 0.
        var lengths = Op.Cast(Op.Squeeze(Op.Max(edges.Degree, edges.Degree.Number(1)), 1), ElementType.Int64);
        if (network.Mode == NetworkMode.Deployment)
            lengths = Sequence.WithRows(lengths);
        var last = Op.Squeeze(network.Lstm(new(network, steps, lengths), new() { Hidden = width }).Last, 0) * hasNeighbors;
        // The fused operator's sigmoid makes a number of NaN.
        return network.Mode == NetworkMode.Deployment ? last + edges.SumOfSources(x) * 0.0 : last;
    }
}
