namespace MLSeqGraph.Onnx;

/// <summary>
/// Merges nodes that compute the same from the same values, such as the sizes that several layers ask for, and removes nodes that only
/// hand a value on.
/// </summary>
internal static class EqualNodes
{
    /// <summary>Changes the outermost graph of a model in place.</summary>
    /// <param name="graph">The graph.</param>
    internal static void Merge(Graph graph)
    {
        var kept = graph.Outputs.Select(output => output.Value).ToHashSet();
        Dictionary<Value, Value> first = [];
        Dictionary<string, Node> known = [];
        Dictionary<Value, int> numbers = [];
        foreach (var node in graph.Nodes)
        {
            EqualConstants.Redirect(node, first);
            // Outputs of the model and tensors of plans are known by their names.
            if (node.Outputs.Any(output => kept.Contains(output) || PlanTensors.Find(output.Name) is not null))
                continue;
            if (node is { OpType: "Identity", Inputs: [{ Producer: not null } handedOn] } && handedOn.Graph == graph)
                first[node.Outputs[0]] = handedOn;
            else if (KeyOf(node, numbers) is { } key && !known.TryAdd(key, node))
                foreach (var (output, same) in node.Outputs.Zip(known[key].Outputs))
                    first[output] = same;
        }
        DeadCode.Remove(graph);
    }

    // Null where equal nodes need not give the same.
    private static string? KeyOf(Node node, Dictionary<Value, int> numbers)
    {
        if (ConstantFolding.Random.Contains(node.OpType) || node.Bodies.Any())
            return null;
        int NumberOf(Value value)
        {
            if (!numbers.TryGetValue(value, out var number))
                numbers[value] = number = numbers.Count;
            return number;
        }
        var inputs = string.Join(',', node.Inputs.Select(input => input is null ? "-" : $"{NumberOf(input)}"));
        var attributes = node.Attributes.Select(attribute => $"{attribute.Key}={attribute.Value switch
        {
            long[] all => string.Join(',', all),
            float[] all => string.Join(',', all.Select(BitConverter.SingleToInt32Bits)),
            string[] all => string.Join(',', all.Select(text => $"{text.Length}:{text}")),
            float one => BitConverter.SingleToInt32Bits(one),
            TensorData tensor => $"{tensor.Type}[{string.Join(',', tensor.Sizes)}]{(tensor.Type == ElementType.String
                ? string.Join(',', tensor.As<string>().Select(text => $"{text.Length}:{text}")) : Convert.ToHexString(tensor.Bytes))}",
            var other => other,
        }}");
        return $"{node.Domain}|{node.OpType}|{node.Outputs.Count}|{inputs}|{string.Join('|', attributes)}";
    }
}
