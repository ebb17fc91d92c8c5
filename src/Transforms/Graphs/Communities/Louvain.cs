namespace MLSeqGraph.Transforms;

/// <summary>
/// Communities of large modularity (Blondel et al. 2008, "Fast unfolding of communities in large networks"): nodes move to the neighboring
/// community that gains most; communities become nodes, and so on until nothing gains.
/// </summary>
internal static class Louvain
{
    private const double LeastGain = 1e-9;

    /// <summary>The community of each node, from 0, the largest first; a node without edges is one of its own.</summary>
    internal static int[] Find(WeightedNeighbors graph, double resolution, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        int[] found = [.. Enumerable.Range(0, graph.Count)];
        while (true)
        {
            var moved = Move(graph, resolution, random, cancellationToken);
            var count = Renumber(moved);
            for (var node = 0; node < found.Length; node++)
                found[node] = moved[found[node]];
            if (count == graph.Count)
                break;
            graph = graph.Joined(moved, count);
        }
        return BySize(found);
    }

    /// <summary>
    /// Q = Σ over communities of (inside / all - resolution (degrees / all)²) (Newman 2004); 0 for a graph without edges.
    /// </summary>
    internal static double Modularity(WeightedNeighbors graph, int[] communities, double resolution = 1)
    {
        if (graph.Total == 0)
            return 0;
        var count = communities.Max() + 1;
        double[] inside = new double[count], degrees = new double[count];
        for (var node = 0; node < graph.Count; node++)
        {
            degrees[communities[node]] += graph.Degrees[node];
            inside[communities[node]] += graph.Loops[node];
            foreach (var (neighbor, weight) in graph.Of(node))
                if (communities[neighbor] == communities[node])
                    inside[communities[node]] += weight;
        }
        return Enumerable.Range(0, count).Sum(community =>
            inside[community] / graph.Total - resolution * Math.Pow(degrees[community] / graph.Total, 2));
    }

    private static int[] Move(WeightedNeighbors graph, double resolution, Random random, CancellationToken cancellationToken)
    {
        int[] communities = [.. Enumerable.Range(0, graph.Count)], order = [.. Enumerable.Range(0, graph.Count)];
        random.Shuffle(order);
        var degrees = (double[])graph.Degrees.Clone();
        var links = new double[graph.Count];
        List<int> near = [];
        for (var isChanged = graph.Total > 0; isChanged;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            isChanged = false;
            foreach (var node in order)
            {
                var before = communities[node];
                near.Clear();
                near.Add(before);
                foreach (var (neighbor, weight) in graph.Of(node))
                {
                    var community = communities[neighbor];
                    if (links[community] == 0 && community != before)
                        near.Add(community);
                    links[community] += weight;
                }
                degrees[before] -= graph.Degrees[node];
                double Gain(int community) =>
                    links[community] - resolution * degrees[community] * graph.Degrees[node] / graph.Total;
                var best = before;
                var most = Gain(before);
                foreach (var community in near)
                    if (Gain(community) is var gain && gain > most + LeastGain * graph.Total)
                        (best, most) = (community, gain);
                degrees[best] += graph.Degrees[node];
                communities[node] = best;
                isChanged |= best != before;
                foreach (var community in near)
                    links[community] = 0;
            }
        }
        return communities;
    }

    private static int Renumber(int[] communities)
    {
        var numbers = new Dictionary<int, int>();
        for (var node = 0; node < communities.Length; node++)
        {
            numbers.TryAdd(communities[node], numbers.Count);
            communities[node] = numbers[communities[node]];
        }
        return numbers.Count;
    }

    private static int[] BySize(int[] communities)
    {
        var order = communities.GroupBy(community => community).OrderByDescending(entry => entry.Count()).ThenBy(entry => entry.Key)
            .Select((entry, number) => (entry.Key, number)).ToDictionary();
        return Array.ConvertAll(communities, community => order[community]);
    }
}
