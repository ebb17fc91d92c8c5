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
        T[]? Of<T>(T[]? all) => all is null ? null : [.. edges.Select(edge => all[edge])];
        return new(nodes.Length, [.. edges.Select(edge => numbers[Sources[edge]])], [.. edges.Select(edge => numbers[Targets[edge]])])
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
