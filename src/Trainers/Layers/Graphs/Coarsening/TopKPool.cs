using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How <see cref="Layers.TopKPool"/> chooses nodes.</summary>
public sealed record TopKPoolOptions
{
    /// <summary>The share of each graph's nodes that stay, rounded up; 0.5 by default.</summary>
    public double Ratio { get; init; } = 0.5;

    /// <summary>The number of each graph's nodes that stay, all of smaller graphs; null, the default, for a share of them.</summary>
    public int? Count { get; init; }

    /// <summary>
    /// Whether a graph convolution scores nodes, by their neighbors too (SAGPool, Lee et al. 2019); by default a projection does, by their
    /// features alone.
    /// </summary>
    public bool ByNeighbors { get; init; }
}

/// <summary>The nodes of graphs of which some were left out: rows stay where they were.</summary>
/// <param name="Nodes">[nodes, features], the rows of nodes left out being 0.</param>
/// <param name="Edges">The same edges, with weight 0 where an end is left out.</param>
/// <param name="Kept">1 for a node that stays and 0 for others, [nodes, 1].</param>
public sealed record KeptNodes(Value Nodes, GraphEdges Edges, Value Kept);

public static partial class Layers
{
    // Nodes whose scores differ from the last one's by less than this share of the largest are as good as it.
    private const double TieTolerance = 1e-4;

    private const double NoScore = -1e30;

    /// <summary>
    /// Keeps the nodes of each graph that score best, each times a gate by its score, and the edges between them: y = x p / ‖p‖ and
    /// x σ(y) (Gao and Ji 2019, "Graph U-Nets", equation 2), or by <see cref="TopKPoolOptions.ByNeighbors"/> y = GCN(x) and x tanh(y)
    /// (Lee et al. 2019, "Self-attention graph pooling", equations 3 and 5).
    /// </summary>
    /// <remarks>
    /// Nodes that are left out stay as rows of 0 whose edges weigh nothing: sums over neighbors and over graphs are those of the smaller
    /// graph. A layer's biases fill such rows again: multiply its result by <see cref="KeptNodes.Kept"/>. All nodes that tie with the
    /// last one stay, so the order of nodes doesn't matter.
    /// </remarks>
    /// <param name="network">The network.</param>
    /// <param name="graphs">Which graph each node belongs to: <see cref="GraphEdges.Membership"/>.</param>
    /// <param name="edges">The edges, those of <see cref="KeptNodes"/> behind another pooling.</param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="options">Which nodes stay.</param>
    /// <param name="kept">Which nodes there are behind another pooling, [nodes, 1]; null for all.</param>
    /// <param name="name">Scope of the parameter <c>projection</c> [features, 1], or of the layer <c>gcn</c>.</param>
    public static KeptNodes TopKPool(this NetworkBuilder network, GraphEdges graphs, GraphEdges edges, Value x,
        TopKPoolOptions? options = null, Value? kept = null, string name = "top_k_pool")
    {
        ArgumentNullException.ThrowIfNull(graphs);
        ArgumentNullException.ThrowIfNull(edges);
        options ??= new();
        if (!(options.Ratio is > 0 and <= 1))
            throw new GraphException($"TopKPool: found {nameof(options.Ratio)} {options.Ratio}; expected a number above 0 and at most 1.");
        if (options.Count < 1)
            throw new GraphException($"TopKPool: found {nameof(options.Count)} {options.Count}; expected at least 1.");
        using (network.Scope(name))
        {
            Value score, gate;
            if (options.ByNeighbors)
                gate = Op.Tanh(score = network.Gcn(edges, x, 1));                                           // [nodes, 1]
            else
            {
                var projection = network.Parameter("projection", [x.Shape[1].Size, 1], Initializers.GlorotUniform, decays: false);
                var length = Op.Sqrt(Op.ReduceSumSquare(projection) + 1e-12);
                gate = Op.Sigmoid(score = Op.MatMul(x, projection) / length);
            }
            var stays = Op.StopGradient(Best(graphs, score, kept, options));
            var both = edges.Sources(stays) * edges.Targets(stays);
            if (edges.Weights is { } weights)
                both *= Op.Cast(weights, both.Type);
            return new(x * gate * stays, edges.WithWeights(both), stays);
        }
    }

    /// <summary>The mean and the largest of each feature over the nodes of each graph that are kept.</summary>
    /// <param name="graphs">Which graph each node belongs to.</param>
    /// <param name="x">[nodes, features].</param>
    /// <param name="kept">1 or 0, [nodes, 1].</param>
    /// <returns>[graphs, 2 · features].</returns>
    internal static Value MeanAndMaxOfKept(GraphEdges graphs, Value x, Value kept)
    {
        var count = graphs.Sum(kept);                                                                       // [graphs, 1]
        var isKept = Op.Greater(kept, kept.Number(0));
        var largest = graphs.Max(Op.Where(isKept, x, x.Number(NoScore)));
        return Op.Concat(1, graphs.Sum(x * kept) / Op.Max(count, count.Number(1)), largest);
    }

    // The score of the last node that stays is found in each graph's sorted scores.
    private static Value Best(GraphEdges graphs, Value score, Value? kept, TopKPoolOptions options)
    {
        var one = Op.OnesLike(score);
        var there = kept ?? one;
        var scores = Op.Where(Op.Greater(there, there.Number(0)), score, score.Number(NoScore));
        var nodes = graphs.Sum(there);                                                                      // [graphs, 1]
        var count = options.Count is { } most ? Op.Min(nodes, nodes.Number(most))
            : -Op.Floor(-(nodes * options.Ratio - 1e-4));
        var last = Op.Cast(Op.Max(count, count.Number(1)) - 1.0, ElementType.Int64);
        var lists = Op.Squeeze(Op.Where(Op.Greater(graphs.Padded(there), there.Number(0)), graphs.Padded(scores),
            score.Number(NoScore)), 2);                                                                     // [graphs, longest]
        var least = Op.GatherElements(Op.SortedDescending(lists), last, 1)
            - graphs.Max(Op.Abs(score * there)) * TieTolerance;                                             // [graphs, 1]
        return there * Op.Cast(Op.GreaterOrEqual(scores, graphs.Targets(least)), score.Type);
    }
}
