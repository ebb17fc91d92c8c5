namespace MLSeqGraph.Onnx;

/// <summary>Copies the nodes of a body, and of bodies in it, into another graph, with names of their own.</summary>
internal static class BodyCopy
{
    /// <summary>Appends copies of a body's nodes to a graph that sees what the body reads from outside.</summary>
    /// <returns>The copy of each value of the body.</returns>
    internal static Dictionary<Value, Value> Into(Graph graph, Graph body)
    {
        Dictionary<Value, Value> copies = [];
        Into(graph, body, copies);
        return copies;
    }

    /// <summary>As <see cref="Into(Graph, Graph)"/>, with values that stand for those of the body, to which the copies are added.</summary>
    internal static void Into(Graph graph, Graph body, Dictionary<Value, Value> copies) => CopyNodes(body, graph, copies);

    /// <summary>Lets the nodes of a graph, and of bodies in it, read the copies of values.</summary>
    internal static void ReadCopies(Graph graph, Dictionary<Value, Value> copies)
    {
        foreach (var node in graph.Nodes)
            EqualConstants.Redirect(node, copies);
    }

    private static void CopyNodes(Graph from, Graph to, Dictionary<Value, Value> copies)
    {
        foreach (var node in from.Nodes)
        {
            var copy = to.Append(node.OpType, [.. node.Inputs.Select(input => input is null ? null : Of(input, copies))], node.Domain);
            foreach (var (name, attribute) in node.Attributes)
                copy.SetAttribute(name, attribute is Graph inner ? Copy(inner, to, copies) : attribute);
            (copy.Truncation, copy.TakesDifferentRows, copy.PaddedAxis) = (node.Truncation, node.TakesDifferentRows, node.PaddedAxis);
            (copy.TellsShape, copy.StopsGradient, copy.Rule) = (node.TellsShape, node.StopsGradient, node.Rule);
            foreach (var output in node.Outputs)
                copies[output] = copy.AddOutput(output.Type, output.Shape);
        }
    }

    private static Graph Copy(Graph body, Graph parent, Dictionary<Value, Value> copies)
    {
        var inner = new Graph(parent.UniqueName(body.Name), parent);
        foreach (var input in body.Inputs)
            copies[input] = inner.BodyInput(input.Name, input.Type, input.Shape);
        CopyNodes(body, inner, copies);
        foreach (var (_, output) in body.Outputs)
            inner.BodyOutput(Of(output, copies));
        return inner;
    }

    private static Value Of(Value value, Dictionary<Value, Value> copies) => copies.GetValueOrDefault(value, value);
}
