using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>
/// Four nodes and six edges, one of them twice, and a node with an outgoing edge alone, on which layers' values were computed apart from
/// this library, by the papers' equations.
/// </summary>
internal static class GoldenGraph
{
    private static readonly long[] Ends = [0, 1, 2, 1, 3, 2, /* to */ 1, 0, 1, 2, 1, 1];

    /// <summary>(((row · columns + column) · factor mod modulus) - modulus / 2) / 10.</summary>
    internal static TensorData Pattern(int rows, int columns, int factor, int modulus) => TensorData.Create(
        [.. Enumerable.Range(0, rows * columns).Select(i => (i * factor % modulus - modulus / 2) / 10f)], rows, columns);

    internal static TensorData Vector(params float[] elements) => TensorData.Create(elements, elements.Length);

    internal static TensorData Column(params float[] elements) => TensorData.Create(elements, elements.Length, 1);

    internal static IReadOnlyDictionary<string, TensorData> Run(NetworkMode mode, bool weighted, Dictionary<string, TensorData> weights,
        Func<NetworkBuilder, GraphEdges, Value, Dictionary<string, Value>> write)
    {
        var graph = new Graph("test");
        var network = new NetworkBuilder(graph, mode, weights.ToDictionary(weight => weight.Key, weight => graph.Constant(weight.Value)));
        var edges = GraphEdges.Of(network, graph.Constant(TensorData.Create(Ends, 2, 6)), 4,
            weighted ? graph.Constant(Column(1, 2, 0.5f, 1, 3, 0.5f)) : null);
        foreach (var (name, value) in write(network, edges, network.Input("x", ElementType.Float, [4, 2])))
            graph.Output(name, value);
        using var session = new OnnxSession(graph);
        return session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Create([1f, 0, 0, 1, 2, -1, 1, 1], 4, 2) });
    }

    internal static void AreClose(float[] expected, TensorData actual)
    {
        Assert.HasCount(expected.Length, actual.As<float>());
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual.As<float>()[i], 2e-6f, $"element {i}");
    }
}
