namespace GraphGeneration.Data;

/// <summary>
/// Graphs as sequences (GraphRNN, You et al. 2018): nodes in breadth-first order, each followed by its row of the adjacency matrix, which
/// is written as the distances back to the earlier nodes it has an edge to. Token 1 begins a node, token 1 + d is an edge to the node d
/// before.
/// </summary>
internal static class GraphTokens
{
    internal const long Node = 1;

    /// <summary>The tokens of a graph in a random breadth-first order.</summary>
    internal static long[] Encode(SmallGraph graph, Random random)
    {
        var order = Order(graph, random);
        var places = new int[graph.Count];
        for (var i = 0; i < order.Length; i++)
            places[order[i]] = i;
        List<long> tokens = [];
        for (var i = 0; i < order.Length; i++)
        {
            tokens.Add(Node);
            tokens.AddRange(graph.Neighbors[order[i]].Select(neighbor => places[neighbor]).Where(place => place < i)
                .Select(place => i - place).Order().Select(distance => Node + distance));
        }
        return [.. tokens];
    }

    /// <summary>The graph of tokens; null where they begin with an edge, or an edge leads before the first node.</summary>
    internal static SmallGraph? Decode(IReadOnlyList<long> tokens)
    {
        var count = 0;
        List<(int, int)> edges = [];
        foreach (var token in tokens)
            if (token == Node)
                count++;
            else if (count - 1 - (token - Node) is >= 0 and var other)
                edges.Add((count - 1, (int)other));
            else
                return null;
        return count == 0 ? null : SmallGraph.Of(count, edges);
    }

    // From one of the nodes with fewest edges; among siblings those with fewer edges first, ties by chance.
    private static int[] Order(SmallGraph graph, Random random)
    {
        int[] shuffled = [.. Enumerable.Range(0, graph.Count)];
        random.Shuffle(shuffled);
        var seen = new HashSet<int>();
        List<int> order = [];
        foreach (var first in shuffled.OrderBy(node => graph.Neighbors[node].Count))
        {
            if (!seen.Add(first))
                continue;
            var at = order.Count;
            order.Add(first);
            for (; at < order.Count; at++)
            {
                int[] next = [.. graph.Neighbors[order[at]].Where(node => !seen.Contains(node))];
                random.Shuffle(next);
                foreach (var node in next.OrderBy(node => graph.Neighbors[node].Count))
                    if (seen.Add(node))
                        order.Add(node);
            }
        }
        return [.. order];
    }
}
