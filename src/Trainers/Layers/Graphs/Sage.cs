using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How GraphSAGE makes one vector of a node's neighbors.</summary>
public enum SageAggregator
{
    /// <summary>Their mean.</summary>
    Mean,
    /// <summary>Their sum.</summary>
    Sum,
    /// <summary>The largest value of each feature.</summary>
    Max,
    /// <summary>The largest value of each feature after a layer of its own, ReLU(x P + p) (Hamilton et al. 2017, equation 3).</summary>
    Pool,
}

/// <summary>GraphSAGE.</summary>
public static class SageLayer
{
    /// <summary>
    /// y = agg(neighbors) Wₙ + x Wₛ + b (Hamilton et al. 2017, algorithm 1); a node without neighbors aggregates to 0.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="edges">The edges.</param>
    /// <param name="x">[nodes, features]; the sources' rows in a block.</param>
    /// <param name="outputs">Features of the result.</param>
    /// <param name="aggregator">How neighbors become one vector.</param>
    /// <param name="normalize">Whether each row is divided by its length.</param>
    /// <param name="name">Scope of the parameters <c>neighbor_weight</c> and <c>self_weight</c> [features, outputs], <c>bias</c> [outputs], and for pooling <c>pool</c>.</param>
    /// <returns>[nodes, outputs]; the targets' rows in a block.</returns>
    public static Value Sage(this NetworkBuilder network, GraphEdges edges, Value x, int outputs, SageAggregator aggregator = SageAggregator.Mean, bool normalize = false, string name = "sage")
    {
        using (network.Scope(name))
        {
            var features = x.Shape[1].Size;
            Value self = network.Parameter("self_weight", [features, outputs], Initializers.GlorotUniform), neighbor = network.Parameter("neighbor_weight", [features, outputs], Initializers.GlorotUniform);
            var bias = network.Parameter("bias", [outputs], Initializers.Zeros, decays: false);
            Value Reduced(Value rows) => aggregator == SageAggregator.Sum ? edges.SumOfSources(rows) : edges.MeanOfSources(rows);
            // Sums and means may be taken after the product, which then has fewer columns.
            var ofNeighbors = aggregator switch
            {
                SageAggregator.Max => Op.MatMul(edges.MaxOfSources(x), neighbor),
                SageAggregator.Pool => Op.MatMul(edges.MaxOfSources(Op.Relu(network.Linear(x, (int)features, name: "pool"))), neighbor),
                _ when outputs < features || network.IsSparse(x) => Reduced(network.Product(x, neighbor)),
                _ => Op.MatMul(Reduced(x), neighbor),
            };
            var y = ofNeighbors + (network.IsSparse(x) ? edges.OfTargets(network.Product(x, self)) : Op.MatMul(edges.OfTargets(x), self)) + bias;
            return normalize ? y / Op.Max(Op.Sqrt(Op.ReduceSumSquare(y, [1]) + 1e-12), y.Number(1e-6)) : y;
        }
    }
}
