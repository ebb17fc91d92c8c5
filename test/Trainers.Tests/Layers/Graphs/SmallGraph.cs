using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>A few nodes and edges with features of both, and the tensors a network is fed with.</summary>
internal sealed record SmallGraph(int Nodes, int[] Sources, int[] Targets, float[] X, float[] EdgeFeatures, long[] EdgeTypes)
{
    internal const int Features = 4, EdgeWidth = 3, Relations = 3;

    internal int Count => Sources.Length;

    internal TensorData EdgeIndex => TensorData.Create(Sources.Concat(Targets).Select(node => (long)node).ToArray(), [2, Count]);

    /// <summary>Positive, so that degrees are.</summary>
    internal TensorData Weights => TensorData.Create(EdgeTypes.Select((type, edge) =>
        0.5f + 0.25f * type + Math.Abs(EdgeFeatures[edge * EdgeWidth])).ToArray(), [Count]);

    /// <summary>Edges repeated, a loop, a node with a loop alone (3), one with outgoing edges alone (4), one without edges (5).</summary>
    internal static SmallGraph Typical { get; } = Of(6, (0, 1), (2, 1), (3, 3), (2, 1), (1, 0), (4, 0), (3, 0), (0, 2), (1, 2), (4, 2));

    /// <summary>The same nodes without edges.</summary>
    internal static SmallGraph WithoutEdges { get; } = Of(6);

    internal static SmallGraph Of(int nodes, params (int Source, int Target)[] edges) => new(
        nodes, [.. edges.Select(edge => edge.Source)], [.. edges.Select(edge => edge.Target)],
        FiniteDifferences.Random(ElementType.Float, 1, nodes, Features).As<float>(),
        FiniteDifferences.Random(ElementType.Float, 2, edges.Length, EdgeWidth).As<float>(),
        [.. edges.Select((_, edge) => (long)(edge % Relations))]);

    /// <summary>The same graph with its nodes renumbered and its edges in another order.</summary>
    /// <param name="nodes">The new number of each node.</param>
    /// <param name="edges">Which edge comes first, second, ….</param>
    internal SmallGraph Permuted(int[] nodes, int[] edges) => new(
        Nodes, [.. edges.Select(edge => nodes[Sources[edge]])], [.. edges.Select(edge => nodes[Targets[edge]])],
        [.. Enumerable.Range(0, Nodes).SelectMany(node => X.Skip(Array.IndexOf(nodes, node) * Features).Take(Features))],
        [.. edges.SelectMany(edge => EdgeFeatures.Skip(edge * EdgeWidth).Take(EdgeWidth))],
        [.. edges.Select(edge => EdgeTypes[edge])]);

    /// <summary>Everything but the edges' ends.</summary>
    internal TensorInputs Tensors() => new()
    {
        ["x"] = TensorData.Create(X, [Nodes, Features]),
        ["edge_features"] = TensorData.Create(EdgeFeatures, [Count, EdgeWidth]),
        ["edge_types"] = TensorData.Create(EdgeTypes, [Count]),
        ["edge_weight"] = Weights,
    };
}
