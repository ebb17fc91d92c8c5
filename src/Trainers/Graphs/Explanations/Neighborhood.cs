using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A graph of one explained node, cut out of a larger one.</summary>
/// <param name="Features">Features of the nodes that are left.</param>
/// <param name="Graph">The edges between them.</param>
/// <param name="Nodes">The number in the larger graph of each of them.</param>
/// <param name="Row">The explained node among them.</param>
internal sealed record Neighborhood(FeatureMatrix Features, NodeGraph Graph, int[] Nodes, int Row)
{
    /// <summary>
    /// The nodes that reach a node by at most as many edges as the network has layers, and one more, for the degrees of the last of them.
    /// </summary>
    internal static Neighborhood Of(FeatureMatrix features, NodeGraph graph, int node, int layers)
    {
        var depth = new Dictionary<int, int> { [node] = 0 };
        List<int> nodes = [node];
        for (var i = 0; i < nodes.Count && depth[nodes[i]] <= layers; i++)
            for (var at = graph.IncomingStart[nodes[i]]; at < graph.IncomingStart[nodes[i] + 1]; at++)
                if (graph.Sources[graph.IncomingEdges[at]] is var source && depth.TryAdd(source, depth[nodes[i]] + 1))
                    nodes.Add(source);
        int[] order = [.. nodes.Order()];
        return new(features.Reordered(order), graph.Part(order), order, Array.BinarySearch(order, node));
    }

    internal static Neighborhood Whole(FeatureMatrix features, NodeGraph graph, int node) =>
        new(features, graph, [.. Enumerable.Range(0, graph.NodeCount)], node);
}
