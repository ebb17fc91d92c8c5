namespace GraphGeneration.Data;

/// <summary>A graph without directions, loops or repeated edges.</summary>
/// <param name="Labels">What each node is, from 0; all 0 where nodes are alike.</param>
/// <param name="Edges">The edges, each once, the smaller node first, with what it is.</param>
internal sealed record SmallGraph(int[] Labels, IReadOnlyDictionary<(int A, int B), int> Edges)
{
    internal int Count => Labels.Length;

    internal static SmallGraph Of(int count, IEnumerable<(int, int)> edges) => new(new int[count],
        edges.Where(edge => edge.Item1 != edge.Item2).Select(edge => (Math.Min(edge.Item1, edge.Item2), Math.Max(edge.Item1, edge.Item2)))
            .Distinct().ToDictionary(edge => edge, _ => 0));

    private List<int>[]? _neighbors;

    /// <summary>The neighbors of each node, ascending.</summary>
    internal List<int>[] Neighbors
    {
        get
        {
            if (_neighbors is not null)
                return _neighbors;
            var lists = new List<int>[Count];
            for (var node = 0; node < Count; node++)
                lists[node] = [];
            foreach (var (a, b) in Edges.Keys.Order())
            {
                lists[a].Add(b);
                lists[b].Add(a);
            }
            return _neighbors = lists;
        }
    }

    internal bool HasEdge(int a, int b) => Edges.ContainsKey((Math.Min(a, b), Math.Max(a, b)));

    internal bool IsConnected
    {
        get
        {
            var seen = new HashSet<int> { 0 };
            var queue = new Queue<int>([0]);
            while (queue.TryDequeue(out var node))
                foreach (var neighbor in Neighbors[node])
                    if (seen.Add(neighbor))
                        queue.Enqueue(neighbor);
            return seen.Count == Count;
        }
    }

    /// <summary>
    /// A name that equal graphs share whatever the order of their nodes: colors refined by those of neighbors (Weisfeiler and Leman 1968).
    /// A few different graphs share one too, so that what it calls new is new.
    /// </summary>
    internal ulong Fingerprint()
    {
        var colors = Array.ConvertAll(Labels, label => Mixed((ulong)label + 1));
        for (var round = 0; round < Math.Min(Count, 12); round++)
            colors = [.. Enumerable.Range(0, Count).Select(node => Mixed(colors[node] * 31 + Total(Neighbors[node].Select(neighbor =>
                Mixed(colors[neighbor] + (ulong)(Edges[(Math.Min(node, neighbor), Math.Max(node, neighbor))] + 1) * 0x9e3779b9)))))];
        return Mixed(Total(colors) + (ulong)Count * 0x51ed27 + (ulong)Edges.Count);

        static ulong Total(IEnumerable<ulong> of) => of.Aggregate(0UL, (sum, one) => sum + one);
    }

    // SplitMix64's last steps.
    private static ulong Mixed(ulong x)
    {
        x += 0x9e3779b97f4a7c15;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }
}
