namespace MLSeqGraph.Onnx;

/// <summary>
/// Reads loops whose body says when they end. States may change their sizes from one iteration to the next, such as a list that grows, but
/// not their number of axes; those that keep their sizes have gradients.
/// </summary>
internal static class LoopReader
{
    internal static Value[] Read(ImportedNode node)
    {
        var body = node.Source.Body(node.Body("body"));
        var states = Math.Max(0, node.Inputs.Count - 2);
        if (body.Proto.Input.Count != states + 2 || body.Proto.Output.Count < states + 1)
            throw new ImportException($"it has {states} states, but its body {body.Proto.Input.Count} inputs and {body.Proto.Output.Count} "
                + $"outputs; expected {states + 2} and at least {states + 1}");
        Value[] initial = [.. Enumerable.Range(0, states).Select(i => node[i + 2])];
        var outer = node.Optional(0) ?? node.Optional(1) ?? initial.FirstOrDefault();
        var at = outer is null ? node.Graph : Graph.Open("Loop", outer);
        var shapes = initial.Select(state => state.Shape).ToArray();
        var changing = new HashSet<(int State, int Axis)>();
        while (true)
        {
            var before = changing.Count;
            Value[] results = [];
            var inner = Graph.Branch("iteration", at, graph => results = Iteration(node, body, graph, initial, shapes));
            Check(node, initial, shapes, results, changing);
            if (changing.Count == before)
                return Emit(node, at, inner, initial, shapes, results);
        }
    }

    private static Value[] Iteration(ImportedNode node, ParsedGraph body, Graph graph, Value[] initial, Shape[] shapes)
    {
        var names = body.Proto.Input.Select(input => input.Name).ToArray();
        var given = new Dictionary<string, Value>
        {
            [names[0]] = graph.BodyInput("number", ElementType.Int64, []),
            [names[1]] = graph.BodyInput("going_on", ElementType.Bool, []),
        };
        for (var i = 0; i < initial.Length; i++)
            given[names[i + 2]] = graph.BodyInput("state", initial[i].Type, shapes[i]);
        return node.Importer.Write(body, given, ControlReaders.Outputs(body));
    }

    // Sizes that an iteration changes get names; the body is then written again.
    private static void Check(ImportedNode node, Value[] initial, Shape[] shapes, Value[] results, HashSet<(int, int)> changing)
    {
        if (results[0].Type != ElementType.Bool || results[0].Shape.Elements != 1)
            throw new ImportException($"its body says whether to go on by {results[0].Type} {results[0]}; expected Bool []");
        for (var i = 0; i < initial.Length; i++)
        {
            var next = results[i + 1];
            if (next.Type != initial[i].Type || next.Shape.Rank != initial[i].Shape.Rank)
                throw new ImportException($"its state {i + 1} is {initial[i].Type} {initial[i]} at first and {next.Type} {next} after an "
                    + "iteration; expected the same type and number of axes");
            for (var axis = 0; axis < next.Shape.Rank; axis++)
                if (next.Shape[axis] != shapes[i][axis] && changing.Add((i, axis)))
                    shapes[i] = shapes[i].With(axis, node.Importer.NewDim("loop"));
        }
    }

    private static Value[] Emit(ImportedNode node, Graph at, Graph inner, Value[] initial, Shape[] shapes, Value[] results)
    {
        var loop = at.Append("Loop", [node.Optional(0), node.Optional(1), .. initial]);
        loop.SetAttribute("body", inner);
        for (var i = 0; i < initial.Length; i++)
        {
            var shape = shapes[i];
            for (var axis = 0; axis < shape.Rank; axis++)
                if (shape[axis] != initial[i].Shape[axis])
                    shape = shape.With(axis, node.Importer.NewDim("loop"));
            loop.AddOutput(initial[i].Type, shape);
        }
        var steps = Steps(node, inner, results[0]) ?? node.Importer.NewDim("loop");
        foreach (var output in results.Skip(initial.Length + 1))
            loop.AddOutput(output.Type, output.Shape.Insert(0, steps));
        return [.. loop.Outputs];
    }

    // The number of iterations where nothing but it ends the loop.
    private static Dim? Steps(ImportedNode node, Graph inner, Value goesOn) =>
        (node.Optional(1) is null || node.Extents(1) is [{ Number: 1 }]) && (goesOn == inner.Inputs[1]
            || goesOn.Constant?.Elements.GetValue(0) is true) ? node.Extents(0)?[0].Dim : null;
}
