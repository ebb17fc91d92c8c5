namespace GraphGeneration.Data;

/// <summary>Graphs to learn from, and how to tell whether a new one is of their kind.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="Graphs">The graphs.</param>
/// <param name="IsValid">Whether a graph is of their kind.</param>
internal sealed record GraphSet(string Name, SmallGraph[] Graphs, Func<SmallGraph, bool> IsValid)
{
    /// <summary>Breadth-first orders of each graph to learn from.</summary>
    internal int Orders { get; init; } = 20;

    /// <summary>Width, epochs and learning rate that suit them.</summary>
    internal (int Width, int Epochs, float Rate) Settings { get; init; } = (128, 20, 3e-3f);
}

/// <summary>The graphs that are built in, and those of files.</summary>
internal static class GraphSets
{
    internal static readonly string[] Names = ["grids", "trees", "communities"];

    private const int Count = 200;

    internal static GraphSet Make(string name, int seed)
    {
        var random = new Random(seed);
        return name switch
        {
            "grids" => new(name, [.. Enumerable.Range(0, Count).Select(_ => Grid(random.Next(3, 8), random.Next(3, 8)))], IsGrid)
            {
                Orders = 8, Settings = (128, 150, 3e-3f),
            },
            "trees" => new(name, [.. Enumerable.Range(0, Count).Select(_ => Tree(random.Next(10, 31), random))],
                graph => graph.Edges.Count == graph.Count - 1 && graph.IsConnected),
            _ => new(name, [.. Enumerable.Range(0, Count).Select(_ => Communities(random))], AreCommunities)
            {
                Orders = 40, Settings = (128, 20, 1.5e-3f),
            },
        };
    }

    /// <summary>The graphs of a file of the TU collection.</summary>
    internal static GraphSet Read(string path)
    {
        List<SmallGraph> graphs = [];
        foreach (var (tags, edges) in TuGraphs.Read(path))
            graphs.Add(SmallGraph.Of(tags, edges));
        return new(Path.GetFileName(path), [.. graphs], graph => graph.IsConnected);
    }

    internal static SmallGraph Grid(int width, int height) => SmallGraph.Of(width * height,
        [.. from x in Enumerable.Range(0, width - 1) from y in Enumerable.Range(0, height) select (x * height + y, (x + 1) * height + y),
        .. from x in Enumerable.Range(0, width) from y in Enumerable.Range(0, height - 1) select (x * height + y, x * height + y + 1)]);

    // Each new node hangs on one of the last few, so that trees are neither stars nor paths.
    private static SmallGraph Tree(int nodes, Random random) => SmallGraph.Of(nodes, Enumerable.Range(1, nodes - 1)
        .Select(node => (random.Next(Math.Max(0, node - 6), node), node)));

    private static SmallGraph Communities(Random random)
    {
        while (true)
        {
            int[] sizes = [random.Next(6, 11), random.Next(6, 11)];
            List<(int, int)> edges = [];
            foreach (var (first, size) in ((int, int)[])[(0, sizes[0]), (sizes[0], sizes[1])])
                for (var a = first; a < first + size; a++)
                    for (var b = a + 1; b < first + size; b++)
                        if (random.NextDouble() < 0.7)
                            edges.Add((a, b));
            for (var bridge = random.Next(1, 3); bridge > 0; bridge--)
                edges.Add((random.Next(sizes[0]), sizes[0] + random.Next(sizes[1])));
            if (SmallGraph.Of(sizes.Sum(), edges) is { IsConnected: true } graph)
                return graph;
        }
    }

    internal static bool IsGrid(SmallGraph graph)
    {
        for (var width = 2; width * width <= graph.Count; width++)
            if (graph.Count % width == 0 && Grid(width, graph.Count / width) is var grid && grid.Edges.Count == graph.Edges.Count
                && grid.Fingerprint() == graph.Fingerprint())
                return true;
        return false;
    }

    /// <summary>Whether removing at most four edges leaves two parts, each with more than half of its possible edges.</summary>
    internal static bool AreCommunities(SmallGraph graph)
    {
        if (!graph.IsConnected || graph.Count < 8)
            return false;
        // the best of parts that grow from each node by the neighbor with most edges into the part
        for (var first = 0; first < graph.Count; first++)
        {
            HashSet<int> part = [first];
            while (part.Count < graph.Count - 3)
            {
                var next = Enumerable.Range(0, graph.Count).Where(node => !part.Contains(node)).MaxBy(node =>
                    graph.Neighbors[node].Count(part.Contains) * 1000 - graph.Neighbors[node].Count)!;
                part.Add(next);
                if (part.Count >= 4 && graph.Edges.Keys.Count(edge => part.Contains(edge.A) != part.Contains(edge.B)) <= 4
                    && IsDense(part.Contains) && IsDense(node => !part.Contains(node)))
                    return true;
            }
        }
        return false;

        bool IsDense(Func<int, bool> isIn)
        {
            var nodes = Enumerable.Range(0, graph.Count).Count(isIn);
            return graph.Edges.Keys.Count(edge => isIn(edge.A) && isIn(edge.B)) > 0.5 * nodes * (nodes - 1) / 2;
        }
    }
}
