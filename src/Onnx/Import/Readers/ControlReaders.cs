using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>Reads operators that have graphs inside.</summary>
internal static class ControlReaders
{
    internal static Dictionary<string, OperatorReader> All { get; } = new(StringComparer.Ordinal)
    {
        ["If"] = If,
        ["Loop"] = LoopReader.Read,
        ["Scan"] = Scan,
    };

    // A condition on sizes or on an input that was given as a constant chooses now; another one stays in the model.
    private static Value[] If(ImportedNode node)
    {
        ParsedGraph then = node.Source.Body(node.Body("then_branch")), otherwise = node.Source.Body(node.Body("else_branch"));
        if ((node.Extents(0) is [{ Number: { } known }] ? known : ConstantEvaluation.Numbers(node[0])?.FirstOrDefault()) is { } condition)
            return Body(node, condition != 0 ? then : otherwise);
        if (Squeezes(then, otherwise) is { } squeezed && IsOfSizes(node[0]))
            return Body(node, squeezed);
        try
        {
            return Op.If(node[0], () => Body(node, then), () => Body(node, otherwise));
        }
        catch (GraphException problem) when (problem.Message.StartsWith("If: expected results", StringComparison.Ordinal))
        {
            throw new ImportException($"its condition {node[0]} depends on the model's inputs, and its branches differ in what they give "
                + $"({problem.Message.TrimEnd('.')}): give the input or the sizes that it depends on as constants", problem);
        }
    }

    /// <summary>Writes a body without inputs.</summary>
    private static Value[] Body(ImportedNode node, ParsedGraph body) =>
        node.Importer.Write(body, new Dictionary<string, Value>(), Outputs(body));

    internal static string[] Outputs(ParsedGraph body) => [.. body.Proto.Output.Select(output => output.Name)];

    // "Remove the axis if its size is 1", as PyTorch writes it: models rely on it. Where the size is another one, ONNX Runtime says so.
    private static ParsedGraph? Squeezes(ParsedGraph then, ParsedGraph otherwise)
    {
        NodeProto? a = Only(then), b = Only(otherwise);
        return a?.OpType == "Squeeze" && b?.OpType == "Identity" && a.Input[0] == b.Input[0] ? then
            : b?.OpType == "Squeeze" && a?.OpType == "Identity" && a.Input[0] == b.Input[0] ? otherwise : null;

        static NodeProto? Only(ParsedGraph body) =>
            body.Proto.Node.Where(node => node.OpType != "Constant").ToArray() is [{ Domain: "" or "ai.onnx", Input.Count: > 0 } one]
                ? one : null;
    }

    // Whether a value is computed of sizes and constants alone.
    private static bool IsOfSizes(Value value)
    {
        HashSet<Value> seen = [value];
        Stack<Value> open = new(seen);
        while (open.TryPop(out var at))
        {
            if (at.Constant is not null || at.Producer?.OpType is "Shape" or "Size")
                continue;
            if (at.Producer is not { } producer)
                return false;
            foreach (var input in producer.Inputs)
                if (input is not null && seen.Add(input))
                    open.Push(input);
        }
        return true;
    }

    private static Value[] Scan(ImportedNode node)
    {
        if (node.Opset < 9)
            throw new ImportException($"as operator set {node.Opset} has it, with an axis of the batch, it is not supported: expected 9 or "
                + "later");
        var body = node.Source.Body(node.Body("body"));
        var count = (int)node.Int("num_scan_inputs");
        var states = node.Inputs.Count - count;
        if (count < 1 || states < 0 || body.Proto.Input.Count != node.Inputs.Count || body.Proto.Output.Count < states)
            throw new ImportException($"it has {node.Inputs.Count} inputs, {count} of them sequences, and its body "
                + $"{body.Proto.Input.Count}");
        bool[] inward = Directions("scan_input_directions", count);
        bool[] outward = Directions("scan_output_directions", body.Proto.Output.Count - states);
        Value[] sequences = [.. Enumerable.Range(0, count).Select(i => Ordered(ToFront(node[states + i], Axis("scan_input_axes", i,
            node[states + i].Shape.Rank)), inward[i]))];
        for (var i = 1; i < count; i++)
            (sequences[0], sequences[i]) = Agreement.Along(sequences[0], 0, sequences[i], 0);
        var (ends, outputs) = Op.Scan([.. Enumerable.Range(0, states).Select(i => node[i])], sequences, (before, slices) =>
        {
            var given = body.Proto.Input.Select(input => input.Name).Zip(before.Concat(slices)).ToDictionary(pair => pair.First,
                pair => pair.Second);
            var results = node.Importer.Write(body, given, Outputs(body));
            return ([.. before.Zip(results, Like)], results[states..]);
        }, reverse: inward[0]);
        return [.. ends, .. outputs.Select((output, i) => FromFront(Ordered(output, outward[i]), Axis("scan_output_axes", i,
            output.Shape.Rank)))];

        // All run as the first sequence does; the others are turned round where they run against it.
        Value Ordered(Value x, bool reversed)
        {
            if (reversed == inward[0])
                return x;
            var size = Op.SizeOf(x, 0);
            return Op.Gather(x, size - 1L - Op.Range(size, x.Shape[0]), 0);
        }
        bool[] Directions(string name, int length) => node.Ints(name) is not { } given ? new bool[length]
            : given.Length == length ? Array.ConvertAll(given, direction => direction == 1)
            : throw new ImportException($"it has {given.Length} {name}; expected {length}");
        int Axis(string name, int i, int rank) => node.Ints(name) is not { } given ? 0
            : i < given.Length ? ImportedNode.Axis(given[i], rank) : throw new ImportException($"it has {given.Length} {name}");
    }

    // A state keeps its shape; the model may compute sizes of the next one that can't be followed.
    private static Value Like(Value before, Value next) =>
        next.Shape.Rank != before.Shape.Rank || next.Shape.Equals(before.Shape)
            || next.Shape.Zip(before.Shape).Any(pair => pair.First != pair.Second && pair.First.IsKnown && pair.Second.IsKnown)
            ? next : Op.Renamed(next, before.Shape);

    private static Value ToFront(Value x, int axis) => axis == 0 ? x
        : Op.Transpose(x, [axis, .. Enumerable.Range(0, x.Shape.Rank).Where(other => other != axis)]);

    private static Value FromFront(Value x, int axis) => axis == 0 ? x
        : Op.Transpose(x, [.. Enumerable.Range(0, x.Shape.Rank).Select(i => i < axis ? i + 1 : i == axis ? 0 : i)]);
}
