namespace MLSeqGraph.Onnx.Tests.Aggregation;

/// <summary>Edges to aggregate over, and the plain loops that say what comes out.</summary>
internal sealed class RandomGraph
{
    private RandomGraph(int nodes, int[] sources, int[] targets) => (Nodes, Sources, Targets) = (nodes, sources, targets);

    internal int Nodes { get; }

    internal int[] Sources { get; }

    internal int[] Targets { get; }

    internal int Count => Sources.Length;

    internal TensorData EdgeIndex => TensorData.Create(Sources.Concat(Targets).Select(node => (long)node).ToArray(), [2, Count]);

    /// <summary>
    /// Nodes with as many incoming edges as given, from random sources, repeated ones and loops among them, in random order.
    /// </summary>
    internal static RandomGraph WithDegrees(int seed, params int[] degrees)
    {
        var random = new Random(seed);
        int[] targets = [.. degrees.SelectMany((degree, node) => Enumerable.Repeat(node, degree))];
        random.Shuffle(targets);
        return new(degrees.Length, [.. targets.Select(_ => random.Next(degrees.Length))], targets);
    }

    /// <summary>Every width of a list, what is next to it, several chunks and several groups of chunks.</summary>
    internal static RandomGraph OfEveryWidth(int seed) =>
        WithDegrees(seed, [0, .. Enumerable.Range(1, 70), 0, 96, 127, 128, 129, 500, 4095, 4096, 4097, 9000]);

    /// <summary>Reduces the messages of each node's edges by a plain loop in double precision.</summary>
    internal double[] Reduce(int width, Func<int, int, double> message, Func<double, double, double>? pair = null)
    {
        var result = new double?[Nodes * width];
        for (var edge = 0; edge < Count; edge++)
            for (var feature = 0; feature < width; feature++)
            {
                ref var element = ref result[Targets[edge] * width + feature];
                var next = message(edge, feature);
                element = element is { } before ? pair?.Invoke(before, next) ?? before + next : next;
            }
        return [.. result.Select(element => element ?? 0)];
    }
}
