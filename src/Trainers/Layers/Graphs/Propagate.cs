using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How the messages that reach a node become one vector.</summary>
public enum Aggregation
{
    /// <summary>Their sum.</summary>
    Sum,
    /// <summary>Their mean.</summary>
    Mean,
    /// <summary>The largest value of each feature.</summary>
    Max,
    /// <summary>The smallest value of each feature.</summary>
    Min,
}

/// <summary>The rows of both ends of each edge, from which messages are computed.</summary>
public sealed class EdgeRows
{
    private readonly GraphEdges _edges;
    private readonly Value _x;
    private Value? _sources, _targets;

    internal EdgeRows(GraphEdges edges, Value x) => (_edges, _x) = (edges, x);

    /// <summary>The source node's row for each edge, [edges, features]: PyTorch Geometric's <c>x_j</c>, DGL's <c>edges.src</c>.</summary>
    public Value Sources => _sources ??= _edges.Sources(_x);

    /// <summary>The target node's row for each edge, [edges, features]: PyTorch Geometric's <c>x_i</c>, DGL's <c>edges.dst</c>.</summary>
    public Value Targets => _targets ??= _edges.Targets(_edges.OfTargets(_x));
}

public static partial class Layers
{
    /// <summary>
    /// One round of message passing (Gilmer et al. 2017): a message along each edge, one vector from the messages that reach a node, and
    /// the node's new row from that. PyTorch Geometric's <c>propagate</c>, DGL's <c>update_all</c>.
    /// </summary>
    /// <param name="edges">The edges; sums and means use their weights, other aggregations refuse edges with weights.</param>
    /// <param name="x">A row for each node, [nodes, features]; the sources' rows in a block.</param>
    /// <param name="message">
    /// The message of each edge [edges, channels] from the rows of its ends; null for the source's row, which then needs no tensor of edges
    /// for sums and means.
    /// </param>
    /// <param name="aggregation">How the messages that reach a node become one vector; 0 for a node without edges.</param>
    /// <param name="update">
    /// The node's new row, from its old one [targets, features] and the aggregated messages [targets, channels]; null for the latter.
    /// </param>
    /// <returns>[targets, channels], or the result of <paramref name="update"/>.</returns>
    /// <exception cref="GraphException">Edges have weights and the aggregation is a maximum or a minimum.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The aggregation is none of the enumeration's.</exception>
    public static Value Propagate(
        this GraphEdges edges, Value x, Func<EdgeRows, Value>? message = null, Aggregation aggregation = Aggregation.Sum,
        Func<Value, Value, Value>? update = null)
    {
        if (aggregation is Aggregation.Max or Aggregation.Min)
            edges.RefuseWeights($"Aggregation {aggregation}");
        var aggregated = (aggregation, message) switch
        {
            (Aggregation.Sum, null) => edges.SumOfNeighbors(x),
            (Aggregation.Mean, null) => edges.MeanOfNeighbors(x),
            (Aggregation.Sum, _) => edges.SumOfMessages(message(new(edges, x))),
            (Aggregation.Mean, _) => edges.MeanOfMessages(message(new(edges, x))),
            (Aggregation.Max, _) => edges.Max(message?.Invoke(new(edges, x)) ?? edges.Sources(x)),
            (Aggregation.Min, _) => edges.Min(message?.Invoke(new(edges, x)) ?? edges.Sources(x)),
            _ => throw new ArgumentOutOfRangeException(nameof(aggregation), aggregation, "Expected a known aggregation."),
        };
        return update is null ? aggregated : update(edges.OfTargets(x), aggregated);
    }
}
