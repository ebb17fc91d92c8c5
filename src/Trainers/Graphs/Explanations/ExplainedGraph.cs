using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A graph and the prediction over it that is to be explained.</summary>
/// <param name="NodeCount">Its nodes.</param>
/// <param name="Sources">Where each edge starts.</param>
/// <param name="Targets">Where each edge ends.</param>
/// <param name="Row">The row among the network's outputs: a node, or 0 for a graph.</param>
/// <param name="RowCount">Number of rows that the network gives.</param>
/// <param name="Feed">Gives what feeds the graph to a network that reads inputs of some names.</param>
internal sealed record ExplainedGraph(int NodeCount, int[] Sources, int[] Targets, int Row, int RowCount,
    Func<Func<string, bool>, Action<IInputFeed>> Feed)
{
    /// <summary>The edge in the other direction of each edge; the edge itself where there is none.</summary>
    internal long[] Reverses()
    {
        var found = new Dictionary<(int, int), Queue<int>>();
        for (var edge = 0; edge < Sources.Length; edge++)
        {
            if (!found.TryGetValue((Sources[edge], Targets[edge]), out var same))
                found[(Sources[edge], Targets[edge])] = same = [];
            same.Enqueue(edge);
        }
        var reverses = new long[Sources.Length];
        Array.Fill(reverses, -1);
        for (var edge = 0; edge < Sources.Length; edge++)
        {
            if (reverses[edge] >= 0)
                continue;
            reverses[edge] = edge;
            if (Sources[edge] == Targets[edge] || !found.TryGetValue((Targets[edge], Sources[edge]), out var others)
                || !others.TryDequeue(out var other))
                continue;
            (reverses[edge], reverses[other]) = (other, edge);
        }
        return reverses;
    }
}

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
