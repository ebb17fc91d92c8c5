using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>What a graph of a model file reads, and what of it is of use.</summary>
internal static class ProtoGraph
{
    /// <summary>The values that a node reads, its bodies included.</summary>
    internal static IEnumerable<string> Read(NodeProto node) =>
        node.Input.Concat(node.Attribute.Where(attribute => attribute.G is not null).SelectMany(attribute => Read(attribute.G)));

    /// <summary>Removes nodes, constants and descriptions of values that no output needs.</summary>
    /// <returns>The names of the values that are read.</returns>
    internal static HashSet<string> DropUnread(GraphProto graph)
    {
        var live = graph.Output.Select(output => output.Name).ToHashSet();
        for (var i = graph.Node.Count - 1; i >= 0; i--)
            if (graph.Node[i].Output.Any(live.Contains))
                live.UnionWith(Read(graph.Node[i]));
            else
                graph.Node.RemoveAt(i);
        for (var i = graph.Initializer.Count - 1; i >= 0; i--)
            if (!live.Contains(graph.Initializer[i].Name))
                graph.Initializer.RemoveAt(i);
        for (var i = graph.ValueInfo.Count - 1; i >= 0; i--)
            if (!live.Contains(graph.ValueInfo[i].Name))
                graph.ValueInfo.RemoveAt(i);
        return live;
    }

    private static IEnumerable<string> Read(GraphProto body) =>
        body.Node.SelectMany(Read).Concat(body.Output.Select(output => output.Name));
}
