using GraphGeneration.Data;

namespace GraphGeneration.Measures;

/// <summary>What graphs are compared by, as You et al. (2018) do: degrees, clustering coefficients, orbits of four nodes.</summary>
internal static class GraphStatistics
{
    private const int Bins = 100, Orbits = 15;

    /// <summary>The share of nodes of each degree.</summary>
    internal static double[] Degrees(SmallGraph graph)
    {
        var shares = new double[graph.Neighbors.Max(list => list.Count) + 1];
        foreach (var list in graph.Neighbors)
            shares[list.Count] += 1.0 / graph.Count;
        return shares;
    }

    /// <summary>The share of nodes of each clustering coefficient: how many pairs of neighbors have an edge, in steps of 1 %.</summary>
    internal static double[] Clustering(SmallGraph graph)
    {
        var shares = new double[Bins];
        foreach (var list in graph.Neighbors)
        {
            var pairs = list.Count * (list.Count - 1) / 2;
            var joined = 0;
            for (var i = 0; i < list.Count; i++)
                for (var j = i + 1; j < list.Count; j++)
                    joined += graph.HasEdge(list[i], list[j]) ? 1 : 0;
            shares[Math.Min(Bins - 1, pairs == 0 ? 0 : joined * Bins / pairs)] += 1.0 / graph.Count;
        }
        return shares;
    }

    /// <summary>
    /// How often a node stands in each place of the connected graphs of two to four nodes (the orbits 0 to 14 of Pržulj 2007), on average.
    /// </summary>
    internal static double[] OrbitCounts(SmallGraph graph)
    {
        var counts = new double[Orbits];
        var part = new List<int>();
        for (var node = 0; node < graph.Count; node++)
        {
            part.Add(node);
            Extend(node, [.. graph.Neighbors[node].Where(neighbor => neighbor > node)]);
            part.RemoveAt(0);
        }
        return Array.ConvertAll(counts, count => count / graph.Count);

        // each connected set of nodes once (Wernicke 2006, "ESU")
        void Extend(int root, List<int> candidates)
        {
            if (part.Count > 1)
                Add();
            if (part.Count == 4)
                return;
            for (var i = 0; i < candidates.Count; i++)
            {
                var next = candidates[i];
                List<int> others = candidates[(i + 1)..];
                foreach (var neighbor in graph.Neighbors[next])
                    if (neighbor > root && !part.Contains(neighbor) && !candidates.Contains(neighbor)
                        && !part.Exists(node => graph.HasEdge(node, neighbor)))
                        others.Add(neighbor);
                part.Add(next);
                Extend(root, others);
                part.RemoveAt(part.Count - 1);
            }
        }

        void Add()
        {
            int[] degrees = [.. part.Select(node => part.Count(other => other != node && graph.HasEdge(node, other)))];
            var edges = degrees.Sum() / 2;
            foreach (var degree in degrees)
                counts[(part.Count, edges, degrees.Max(), degree) switch
                {
                    (2, _, _, _) => 0,
                    (3, 2, _, 1) => 1,
                    (3, 2, _, _) => 2,
                    (3, 3, _, _) => 3,
                    (4, 3, 2, 1) => 4,
                    (4, 3, 2, _) => 5,
                    (4, 3, 3, 1) => 6,
                    (4, 3, 3, _) => 7,
                    (4, 4, 2, _) => 8,
                    (4, 4, 3, 1) => 9,
                    (4, 4, 3, 2) => 10,
                    (4, 4, 3, _) => 11,
                    (4, 5, _, 2) => 12,
                    (4, 5, _, _) => 13,
                    _ => 14,
                }]++;
        }
    }
}
