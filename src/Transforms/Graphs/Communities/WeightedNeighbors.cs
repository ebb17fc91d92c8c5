using System.Runtime.InteropServices;

namespace MLSeqGraph.Transforms;

/// <summary>An undirected graph with weights, in which communities are looked for; loops keep the weight of what was joined.</summary>
internal sealed class WeightedNeighbors
{
    private readonly List<(int Node, double Weight)>[] _neighbors;

    private WeightedNeighbors(List<(int, double)>[] neighbors, double[] loops)
    {
        (_neighbors, Loops) = (neighbors, loops);
        Degrees = [.. neighbors.Select((list, node) => list.Sum(neighbor => neighbor.Item2) + loops[node])];
        Total = Degrees.Sum();
    }

    internal int Count => _neighbors.Length;

    /// <summary>The weight of each node's edges to itself, each counted in both directions.</summary>
    internal double[] Loops { get; }

    internal double[] Degrees { get; }

    /// <summary>The weight of all edges, each counted in both directions.</summary>
    internal double Total { get; }

    internal ReadOnlySpan<(int Node, double Weight)> Of(int node) => CollectionsMarshal.AsSpan(_neighbors[node]);

    /// <summary>A graph's edges; both directions of an edge are averaged.</summary>
    /// <exception cref="InvalidDataException">A weight is below 0.</exception>
    internal static WeightedNeighbors Of(NodeGraph graph)
    {
        var sums = new Dictionary<(int, int), double>();
        var loops = new double[graph.NodeCount];
        for (var edge = 0; edge < graph.EdgeCount; edge++)
        {
            double weight = graph.EdgeWeights?[edge] ?? 1;
            if (weight < 0)
                throw new InvalidDataException($"Communities need weights of at least 0; the edge from node {graph.Sources[edge]} to node "
                    + FormattableString.Invariant($"{graph.Targets[edge]} has {weight}."));
            if (graph.Sources[edge] == graph.Targets[edge])
                loops[graph.Sources[edge]] += weight;
            else
                CollectionsMarshal.GetValueRefOrAddDefault(sums, (Math.Min(graph.Sources[edge], graph.Targets[edge]),
                    Math.Max(graph.Sources[edge], graph.Targets[edge])), out _) += weight / 2;
        }
        return Of(graph.NodeCount, sums, loops);
    }

    /// <summary>The graph whose nodes are communities of this one's.</summary>
    internal WeightedNeighbors Joined(int[] communities, int count)
    {
        var sums = new Dictionary<(int, int), double>();
        var loops = new double[count];
        for (var node = 0; node < Count; node++)
        {
            loops[communities[node]] += Loops[node];
            foreach (var (neighbor, weight) in _neighbors[node])
                if (communities[neighbor] == communities[node])
                    loops[communities[node]] += weight;
                else if (neighbor > node)
                    CollectionsMarshal.GetValueRefOrAddDefault(sums, (Math.Min(communities[node], communities[neighbor]),
                        Math.Max(communities[node], communities[neighbor])), out _) += weight;
        }
        return Of(count, sums, loops);
    }

    private static WeightedNeighbors Of(int count, Dictionary<(int, int), double> sums, double[] loops)
    {
        var neighbors = new List<(int, double)>[count];
        for (var node = 0; node < count; node++)
            neighbors[node] = [];
        foreach (var ((a, b), weight) in sums.OrderBy(entry => entry.Key))
        {
            neighbors[a].Add((b, weight));
            neighbors[b].Add((a, weight));
        }
        return new(neighbors, loops);
    }
}
