namespace MLSeqGraph.Transforms;

/// <summary>
/// First places for the nodes of a graph, from their distances to a few of them (Brandes and Pich 2006, "Eigensolver methods for
/// progressive multidimensional scaling of large data"): large structures are apart before forces set in.
/// </summary>
internal static class PivotPlacement
{
    private const int Pivots = 30, Rounds = 60;

    internal static (double[] X, double[] Y) Of(SimpleGraph graph, int seed)
    {
        var count = graph.NodeCount;
        var distances = Distances(graph, Math.Min(Pivots, count));
        Center(distances, count);
        var random = new Random(seed);
        var first = Axis(distances, count, random, null);
        var second = Axis(distances, count, random, first);
        return (Times(distances, first, count, random), Times(distances, second, count, random));
    }

    // Each next pivot is the node furthest from those before it. Nodes that can't be reached are a little beyond the furthest.
    private static double[][] Distances(SimpleGraph graph, int pivots)
    {
        var nearest = new int[graph.NodeCount];
        Array.Fill(nearest, int.MaxValue);
        var found = new double[pivots][];
        for (int i = 0, pivot = 0; i < pivots; i++)
        {
            var hops = Hops(graph, pivot);
            var beyond = hops.Max() + 2;
            found[i] = Array.ConvertAll(hops, hop => (double)(hop < 0 ? beyond : hop));
            for (var node = 0; node < nearest.Length; node++)
                nearest[node] = Math.Min(nearest[node], hops[node] < 0 ? int.MaxValue : hops[node]);
            pivot = Array.IndexOf(nearest, nearest.Max());
        }
        return found;
    }

    internal static int[] Hops(SimpleGraph graph, int from)
    {
        var hops = new int[graph.NodeCount];
        Array.Fill(hops, -1);
        hops[from] = 0;
        var queue = new Queue<int>([from]);
        while (queue.TryDequeue(out var node))
            foreach (var neighbor in graph.NeighborsOf(node))
                if (hops[neighbor] < 0)
                {
                    hops[neighbor] = hops[node] + 1;
                    queue.Enqueue(neighbor);
                }
        return hops;
    }

    // Squared distances, doubly centered.
    private static void Center(double[][] distances, int count)
    {
        var ofNode = new double[count];
        double all = 0;
        foreach (var column in distances)
            for (var node = 0; node < count; node++)
            {
                column[node] *= column[node];
                ofNode[node] += column[node] / distances.Length;
                all += column[node] / distances.Length / count;
            }
        foreach (var column in distances)
        {
            var mean = column.Average();
            for (var node = 0; node < count; node++)
                column[node] = -0.5 * (column[node] - ofNode[node] - mean + all);
        }
    }

    // The leading eigenvector of C'C, or the one after it.
    private static double[] Axis(double[][] columns, int count, Random random, double[]? before)
    {
        var vector = Array.ConvertAll(columns, _ => random.NextDouble() - 0.5);
        for (var round = 0; round < Rounds; round++)
        {
            if (before is not null)
            {
                var along = vector.Zip(before, (a, b) => a * b).Sum();
                for (var i = 0; i < vector.Length; i++)
                    vector[i] -= along * before[i];
            }
            var length = Math.Sqrt(vector.Sum(value => value * value));
            if (length == 0)
                return vector;
            for (var i = 0; i < vector.Length; i++)
                vector[i] /= length;
            if (round == Rounds - 1)
                break;
            var image = new double[count];
            for (var i = 0; i < vector.Length; i++)
                for (var node = 0; node < count; node++)
                    image[node] += columns[i][node] * vector[i];
            for (var i = 0; i < vector.Length; i++)
                vector[i] = columns[i].Zip(image, (a, b) => a * b).Sum();
        }
        return vector;
    }

    // Of about the size that forces expect, with a little noise that parts nodes of one place.
    private static double[] Times(double[][] columns, double[] weights, int count, Random random)
    {
        var places = new double[count];
        for (var i = 0; i < weights.Length; i++)
            for (var node = 0; node < count; node++)
                places[node] += columns[i][node] * weights[i];
        var largest = Math.Max(1e-9, places.Max(Math.Abs));
        return Array.ConvertAll(places, place => (place / largest + 0.02 * (random.NextDouble() - 0.5)) * Math.Sqrt(count));
    }
}
