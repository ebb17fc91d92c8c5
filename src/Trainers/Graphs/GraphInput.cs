using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>What a graph network reads.</summary>
/// <param name="Network">The network that is being written.</param>
/// <param name="Features">A row for each node, [nodes, features].</param>
/// <param name="Edges">The edges, which all layers of a whole graph share; in sampled blocks those of the first layer, since each layer has
/// its own: <see cref="Hop"/>.</param>
public sealed record GraphInput(NetworkBuilder Network, Value Features, GraphEdges Edges)
{
    /// <summary>Features of the edges, [edges, features]; null for none.</summary>
    public Value? EdgeFeatures { get; init; }

    /// <summary>The relation of each edge from 0, [edges] Int64; null for one kind.</summary>
    public Value? Relations { get; init; }

    /// <summary>Number of relations.</summary>
    public int RelationCount { get; init; }

    /// <summary>The graph of each node, as edges from nodes to graphs; null where there is one graph.</summary>
    public GraphEdges? Graphs { get; init; }

    internal IReadOnlyList<GraphHop>? Hops { get; init; }

    /// <summary>Is given what <see cref="OutputAttention"/> is; null where nobody asks for it.</summary>
    internal Action<Value>? OnAttention { get; init; }

    /// <summary>
    /// Hands out how much each edge counts, where a trainer asks for it (<see cref="NetworkTrainerOptions.OutputAttention"/>): a network
    /// of your own may call it, once or in every layer, of which the last counts.
    /// </summary>
    /// <param name="attention">
    /// [edges, heads], or with rows of loops behind those of the edges, as <see cref="Layers.Gat"/> gives it.
    /// </param>
    /// <exception cref="GraphException">It has another shape.</exception>
    public void OutputAttention(Value attention)
    {
        ArgumentNullException.ThrowIfNull(attention);
        if (attention.Shape.Rank != 2 || attention.Type != ElementType.Float)
            throw new GraphException($"{nameof(OutputAttention)}: expected Float [edges, heads]; got {attention.Type} {attention}.");
        OnAttention?.Invoke(attention);
    }

    /// <summary>The edges of a layer, counted from 0.</summary>
    public GraphEdges Hop(int layer) => Hops is null ? Edges : Hops[layer].Edges;

    /// <summary>Features of a layer's edges, [edges, features]; null for none.</summary>
    public Value? EdgeFeaturesOf(int layer) => Hops is null ? EdgeFeatures : Hops[layer].Features;

    /// <summary>The relation of each of a layer's edges from 0, [edges] Int64; null for one kind.</summary>
    public Value? RelationsOf(int layer) => Hops is null ? Relations : Hops[layer].Relations;
}

/// <summary>The edges of one layer where each layer has its own.</summary>
internal sealed record GraphHop(GraphEdges Edges, Value? Features, Value? Relations);
