namespace MLSeqGraph.Onnx;

/// <summary>Removes what no output of a graph depends on: nodes, constants, and outputs of loops.</summary>
internal static class DeadCode
{
    internal static void Remove(Graph graph)
    {
        var live = new HashSet<Value>(graph.Outputs.Select(output => output.Value));
        var constants = new HashSet<Value>(live.Where(value => value.Constant is not null));
        Sweep(graph, live, constants);
    }

    /// <summary>Removes what no output of a loop's body depends on.</summary>
    internal static void RemoveInBody(Graph body) => Sweep(body, [.. body.Outputs.Select(output => output.Value)], []);

    // Nodes come after those they read from, so one pass from the end finds every live value.
    private static void Sweep(Graph graph, HashSet<Value> live, HashSet<Value> constants)
    {
        var nodes = new HashSet<Node>();
        foreach (var node in graph.Nodes.Reverse())
        {
            if (!node.Outputs.Any(live.Contains))
                continue;
            nodes.Add(node);
            if (node.OpType == "Scan")
                DropUnusedSteps(node, live);
            foreach (var body in node.Bodies)
            {
                live.UnionWith(body.Outputs.Select(output => output.Value));
                Sweep(body, live, constants);
            }
            foreach (var input in node.Inputs.Take(node.ReadInputs))
                if (input is not null)
                    live.Add(input);
        }
        constants.UnionWith(live.Where(value => value.Constant is not null));
        graph.Retain(nodes, graph.Parent is null ? constants : new HashSet<Value>());
    }

    private static void DropUnusedSteps(Node scan, HashSet<Value> live)
    {
        var body = scan.Attribute<Graph>("body");
        var states = body.Inputs.Count - (int)scan.Attribute<long>("num_scan_inputs");
        var directions = scan.Attribute<long[]>(Op.ScanOutputDirections).ToList();
        for (var i = scan.Outputs.Count - 1; i >= states; i--)
        {
            if (live.Contains(scan.Outputs[i]))
                continue;
            scan.RemoveOutput(i);
            body.RemoveBodyOutput(i);
            directions.RemoveAt(i - states);
        }
        scan.SetAttribute(Op.ScanOutputDirections, directions.ToArray());
    }
}
