namespace MLSeqGraph.Onnx;

/// <summary>Merges equal constants, so that weights that several parts of a model read are in its file only once.</summary>
internal static class EqualConstants
{
    /// <summary>Lets all nodes read the first of equal constants, and removes the others.</summary>
    /// <param name="graph">The outermost graph of a model, changed in place.</param>
    internal static void Merge(Graph graph)
    {
        Dictionary<Value, Value> first = [];
        foreach (var alike in graph.Constants.GroupBy(value => (value.Type, value.Shape.ToString())).Where(group => group.Count() > 1))
        {
            List<Value> kept = [];
            foreach (var value in alike)
                if (kept.Find(other => other.Constant!.SameAs(value.Constant!)) is { } same)
                    first[value] = same;
                else
                    kept.Add(value);
        }
        if (first.Count == 0)
            return;
        Redirect(graph, first);
        DeadCode.Remove(graph);
    }

    private static void Redirect(Graph graph, Dictionary<Value, Value> first)
    {
        foreach (var node in graph.Nodes)
            Redirect(node, first);
    }

    /// <summary>Lets a node, and the bodies in it, read other values.</summary>
    internal static void Redirect(Node node, Dictionary<Value, Value> first)
    {
        for (var i = 0; i < node.Inputs.Count; i++)
            if (node.Inputs[i] is { } input && first.TryGetValue(input, out var same))
                node.SetInput(i, same);
        foreach (var body in node.Bodies)
            Redirect(body, first);
    }
}
