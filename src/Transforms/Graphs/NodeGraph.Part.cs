namespace MLSeqGraph.Transforms;

// A part of a graph.
public sealed partial class NodeGraph
{
    /// <summary>Some nodes, renumbered in their order, and the edges between them in theirs.</summary>
    internal NodeGraph Part(int[] nodes)
    {
        var numbers = new Dictionary<int, int>(nodes.Length);
        for (var i = 0; i < nodes.Length; i++)
            numbers.Add(nodes[i], i);
        List<int> edges = [];
        foreach (var node in nodes)
            for (var at = IncomingStart[node]; at < IncomingStart[node + 1]; at++)
                if (numbers.ContainsKey(Sources[IncomingEdges[at]]))
                    edges.Add(IncomingEdges[at]);
        edges.Sort();
        return Of(nodes.Length, edges, node => numbers[node]);
    }

    /// <summary>The same nodes and some of the edges, in their order.</summary>
    internal NodeGraph Keeping(bool[] edges) =>
        Of(NodeCount, [.. Enumerable.Range(0, EdgeCount).Where(edge => edges[edge])], node => node);

    private NodeGraph Of(int nodes, List<int> edges, Func<int, int> number)
    {
        T[]? Of<T>(T[]? all) => all is null ? null : [.. edges.Select(edge => all[edge])];
        return new(nodes, [.. edges.Select(edge => number(Sources[edge]))], [.. edges.Select(edge => number(Targets[edge]))])
        {
            EdgeWeights = Of(EdgeWeights),
            EdgeRelations = Of(EdgeRelations),
            RelationCount = RelationCount,
            EdgeFeatures = EdgeFeatures is null ? null
                : [.. edges.SelectMany(edge => EdgeFeatures.AsSpan(edge * EdgeFeatureCount, EdgeFeatureCount).ToArray())],
            EdgeFeatureCount = EdgeFeatureCount,
        };
    }
}
