namespace MLSeqGraph.Onnx;

/// <summary>
/// Computes small values that depend on constants alone while a model is read, where their operators aren't followed element by element: as
/// exporters write the padding of a signal.
/// </summary>
internal static class ConstantEvaluation
{
    private const int MostNodes = 64;
    private const long MostElements = 4096;

    /// <summary>The elements as whole numbers; null where the value depends on an input or is large.</summary>
    internal static long[]? Numbers(Value value)
    {
        if (value.Type is not (ElementType.Int64 or ElementType.Int32 or ElementType.Bool) || NodesOf(value) is not { } nodes)
            return null;
        var data = value.Constant;
        if (data is null)
        {
            var excerpt = Graph.Excerpt("constants", NodesSeen(value.Graph).Where(nodes.Contains), value.Graph.Root.Constants,
                [value]);
            DeadCode.Remove(excerpt);
            using var session = new OnnxSession(excerpt);
            data = session.Run(new Dictionary<string, TensorData>())[value.Name];
        }
        return [.. data.Elements.Cast<object>().Select(element => Convert.ToInt64(element))];
    }

    // Those of the graphs around it come first.
    private static IEnumerable<Node> NodesSeen(Graph graph) =>
        graph.Parent is { } parent ? NodesSeen(parent).Concat(graph.Nodes) : graph.Nodes;

    private static HashSet<Node>? NodesOf(Value value)
    {
        var nodes = new HashSet<Node>();
        var open = new Stack<Value>([value]);
        while (open.TryPop(out var next))
        {
            if (!next.Shape.IsKnown || next.Shape.Elements.Size > MostElements)
                return null;
            if (next.Constant is not null)
                continue;
            if (next.Producer is not { } node || node.Bodies.Any() || node.Domain.Length > 0
                || ConstantFolding.Random.Contains(node.OpType))
                return null;
            if (!nodes.Add(node))
                continue;
            if (nodes.Count > MostNodes)
                return null;
            foreach (var input in node.Inputs.OfType<Value>())
                open.Push(input);
        }
        return nodes;
    }
}
