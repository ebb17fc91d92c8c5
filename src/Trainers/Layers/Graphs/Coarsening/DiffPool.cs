using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>A batch of graphs each of which has as many nodes, its clusters, linked by a dense matrix.</summary>
/// <param name="Nodes">The clusters' features, [graphs, clusters, features].</param>
/// <param name="Adjacency">The weights of the links from cluster to cluster, [graphs, to, from].</param>
/// <param name="LinkLoss">How badly shared clusters predict links, a scalar: for <see cref="NetworkBuilder.AddToLoss"/>.</param>
/// <param name="EntropyLoss">How undecided the assignments are, a scalar: the mean entropy of a node's.</param>
public sealed record ClusteredGraphs(Value Nodes, Value Adjacency, Value LinkLoss, Value EntropyLoss);

public static partial class Layers
{
    private const double LeastDegree = 1e-6;

    /// <summary>
    /// Pools the nodes of each graph into clusters that the network learns (DiffPool, Ying et al. 2018, "Hierarchical graph representation
    /// learning with differentiable pooling", equations 3 and 4): with S = softmax(scores), X' = Sᵀ Z and A' = Sᵀ A S.
    /// </summary>
    /// <remarks>
    /// Computed from edges without a matrix of all pairs of nodes, so that time and memory grow with nodes and edges, times clusters.
    /// A graph may have fewer nodes than there are clusters: some of these then stay empty or share nodes. The link loss is ‖A - S
    /// Sᵀ‖ over the number of pairs of nodes, as PyTorch Geometric has it.
    /// </remarks>
    /// <param name="network">The network.</param>
    /// <param name="graphs">Which graph each node belongs to: <see cref="GraphEdges.Membership"/>.</param>
    /// <param name="edges">A: the edges, with their weights.</param>
    /// <param name="x">Z: what is pooled, [nodes, features].</param>
    /// <param name="scores">How much each node belongs to each cluster, [nodes, clusters], before the softmax; usually by a graph
    /// network of its own.</param>
    public static ClusteredGraphs DiffPool(this NetworkBuilder network, GraphEdges graphs, GraphEdges edges, Value x, Value scores)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(graphs);
        ArgumentNullException.ThrowIfNull(edges);
        if (x.Shape.Rank != 2 || scores.Shape.Rank != 2 || x.Shape[0] != scores.Shape[0])
            throw new GraphException($"DiffPool: expected [nodes, features] and [nodes, clusters]; got {x} and {scores}.");
        var assigned = Op.Softmax(scores);                                                                  // [nodes, clusters]
        var reached = edges.SumOfNeighbors(assigned);                                                       // A S
        var ofRows = Op.Unsqueeze(assigned, 2);                                                             // [nodes, clusters, 1]
        Value Pooled(Value rows) => graphs.Sum(ofRows * Op.Unsqueeze(rows, 1));                             // [graphs, clusters, ..]
        // ‖A - S Sᵀ‖² = Σ a² - 2 Σ a (S Sᵀ) + ‖Sᵀ S‖², none of which needs a matrix of pairs; the first is a constant.
        var weights = edges.Weights;
        var links = Op.Cast(Op.ReduceSum(weights is null ? edges.Degree : weights * weights, keepDims: false), x.Type);
        var difference = links - 2.0 * Op.ReduceSum(assigned * reached, keepDims: false) + Op.ReduceSumSquare(Pooled(assigned),
            keepDims: false);
        var pairs = Op.Cast(Op.ReduceSumSquare(graphs.Degree, keepDims: false), x.Type);
        return new(Pooled(x), Pooled(reached), LinkLoss(difference, pairs), Entropy(scores));
    }

    /// <summary>The same of graphs that are clustered already: another level.</summary>
    /// <param name="network">The network.</param>
    /// <param name="adjacency">A, [graphs, nodes, nodes].</param>
    /// <param name="x">Z, [graphs, nodes, features].</param>
    /// <param name="scores">[graphs, nodes, clusters], before the softmax.</param>
    public static ClusteredGraphs DiffPool(this NetworkBuilder network, Value adjacency, Value x, Value scores)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (adjacency.Shape.Rank != 3 || x.Shape.Rank != 3 || scores.Shape.Rank != 3)
            throw new GraphException("DiffPool: expected [graphs, nodes, nodes], [graphs, nodes, features] and [graphs, nodes, "
                + $"clusters]; got {adjacency}, {x} and {scores}.");
        var assigned = Op.Softmax(scores);
        var transposed = Op.Transpose(assigned, 0, 2, 1);                                                   // [graphs, clusters, nodes]
        var error = adjacency - Op.MatMul(assigned, transposed);
        var pairs = Op.ReduceSum(Op.OnesLike(error), keepDims: false);
        return new(Op.MatMul(transposed, x), Op.MatMul(transposed, Op.MatMul(adjacency, assigned)),
            LinkLoss(Op.ReduceSumSquare(error, keepDims: false), pairs), Entropy(scores));
    }

    /// <summary>
    /// y = x V + b + D⁻¹ A x W, GraphSAGE's mean over neighbors (Hamilton et al. 2017) with a dense matrix of weights of links.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="adjacency">A, [graphs, to, from], at least 0.</param>
    /// <param name="x">[graphs, nodes, features].</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="name">Scope of the linear layers <c>self</c> and <c>neighbor</c>, which has no bias.</param>
    /// <returns>[graphs, nodes, channels], without activation.</returns>
    public static Value DenseSage(this NetworkBuilder network, Value adjacency, Value x, int channels, string name = "dense_sage")
    {
        using (network.Scope(name))
        {
            var mean = Op.MatMul(adjacency, x) / (Op.ReduceSum(adjacency, [2]) + LeastDegree);
            return network.Linear(x, channels, name: "self") + network.Linear(mean, channels, bias: false, name: "neighbor");
        }
    }

    // The root keeps a finite slope where nothing differs.
    private static Value LinkLoss(Value squares, Value pairs) => Op.Sqrt(Op.Max(squares, squares.Number(0)) + 1e-6)
        / Op.Max(pairs, pairs.Number(1));

    private static Value Entropy(Value scores) =>
        -Op.ReduceMean(Op.ReduceSum(Op.Softmax(scores) * Op.LogSoftmax(scores), [scores.Shape.Rank - 1]), keepDims: false);
}
