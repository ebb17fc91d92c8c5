using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>
/// An operator <c>LSTM</c>, <c>GRU</c> or <c>RNN</c> of a file as ONNX defines it, with constant weights, and its replacement by a
/// <see cref="Recurrence"/>.
/// </summary>
internal sealed class RecurrentNode
{
    // Weights are packed in every run: for one sequence of 128 units that takes more than the kernel saves, for 64 rows of 32 it doesn't.
    private const int WidestHidden = 64;

    private readonly NodeProto _node;
    private readonly KernelModelGraph _graph;
    private readonly RecurrentKind _kind;
    private readonly int _directions, _hidden;
    private readonly string _prefix;

    private RecurrentNode(NodeProto node, KernelModelGraph graph, RecurrentKind kind, int directions, int hidden)
    {
        (_node, _graph, _kind, _directions, _hidden) = (node, graph, kind, directions, hidden);
        _prefix = $"{Kernel.Domain}/{node.Output.First(output => output.Length > 0)}";
    }

    private int Columns => RecurrentSizes.GatesOf(_kind) * _hidden;

    /// <summary>A node that a kernel can compute; null for others.</summary>
    internal static RecurrentNode? Of(NodeProto node, KernelModelGraph graph)
    {
        if (node.Domain is not ("" or "ai.onnx") || node.OpType is not ("LSTM" or "GRU" or "RNN")
            || !node.Output.Any(output => output.Length > 0) || node.Input.Count < 3)
            return null;
        var attributes = node.Attribute.ToDictionary(attribute => attribute.Name);
        long Integer(string name, long otherwise) => attributes.TryGetValue(name, out var found) ? found.I : otherwise;
        var direction = attributes.TryGetValue("direction", out var text) ? text.S.ToStringUtf8() : "forward";
        var directions = direction switch { "forward" => 1, "bidirectional" => 2, _ => 0 };
        if (directions == 0 || Integer("layout", 0) != 0
            || attributes.ContainsKey("clip") || attributes.ContainsKey("activation_alpha") || attributes.ContainsKey("activation_beta"))
            return null;
        string[] activations = attributes.TryGetValue("activations", out var given)
            ? [.. given.Strings.Select(name => name.ToStringUtf8().ToUpperInvariant())] : [];
        RecurrentKind? kind = node.OpType switch
        {
            "LSTM" when Are(activations, ["SIGMOID", "TANH", "TANH"], directions) => RecurrentKind.Lstm,
            "GRU" when Are(activations, ["SIGMOID", "TANH"], directions) && Integer("linear_before_reset", 0) == 1 => RecurrentKind.Gru,
            "RNN" when Are(activations, ["TANH"], directions) => RecurrentKind.Tanh,
            "RNN" when activations.Length > 0 && Are(activations, ["RELU"], directions) => RecurrentKind.Relu,
            _ => null,
        };
        if (kind is not { } known || graph.SizesOf(node.Input[2]) is not [_, _, > 0 and <= WidestHidden and var hidden]
            || Integer("hidden_size", hidden) != hidden)
            return null;
        var recurrent = new RecurrentNode(node, graph, known, directions, (int)hidden);
        return recurrent.HasConstantWeights ? recurrent : null;
    }

    /// <summary>Puts the kernel in its place.</summary>
    internal void Replace()
    {
        var kernel = new NodeProto { OpType = Recurrence.Kernel.Name, Domain = Kernel.Domain, Name = _prefix };
        List<NodeProto> before = [], after = [];
        kernel.Input.Add(_node.Input[0]);
        kernel.Input.Add(Input(4) is { Length: > 0 } lengths
            ? Single(before, "Cast", _prefix + "/lengths", [lengths], ("to", (long)ElementType.Int64)) : "");
        for (var direction = 0; direction < _directions; direction++)
            kernel.Input.AddRange(Weights(direction, before));
        kernel.Output.Add(Steps(after));
        string[] hidden = States(1, "hidden", after), cells = States(2, "cell", after);
        for (var direction = 0; direction < _directions; direction++)
            kernel.Output.AddRange([hidden[direction], cells[direction], ""]);
        foreach (var ends in new[] { kernel.Input, kernel.Output })
            while (ends[^1].Length == 0)
                ends.RemoveAt(ends.Count - 1);
        var isCoupled = _node.Attribute.Any(attribute => attribute.Name == "input_forget" && attribute.I != 0);
        Set(kernel, ("kind", (long)_kind), ("coupled", isCoupled ? 1L : 0L), ("truncation", 0L), ("directions", (long)_directions));
        _graph.Replace(_node, [.. before, kernel, .. after]);
    }

    private static bool Are(string[] given, string[] expected, int directions) =>
        given.Length == 0 || given.SequenceEqual(Enumerable.Repeat(expected, directions).SelectMany(names => names));

    private bool HasConstantWeights => Features is { } features
        && _graph.Floats(_node.Input[1], _directions, Columns, features) is not null
        && _graph.Floats(_node.Input[2], _directions, Columns, _hidden) is not null
        && (Input(3).Length == 0 || _graph.Floats(Input(3), _directions, 2L * Columns) is not null)
        && (_node.OpType != "LSTM" || Input(7).Length == 0 || _graph.Floats(Input(7), _directions, 3L * _hidden) is not null);

    private int? Features => _graph.SizesOf(_node.Input[1]) is [_, _, > 0 and <= int.MaxValue and var features] ? (int)features : null;

    private string Input(int index) => index < _node.Input.Count ? _node.Input[index] : "";

    private string Output(int index) => index < _node.Output.Count && _graph.IsRead(_node.Output[index]) ? _node.Output[index] : "";

    // Of one direction, in the order of RecurrenceWeights.
    private string[] Weights(int direction, List<NodeProto> before)
    {
        int features = Features!.Value, columns = Columns;
        var prefix = $"{_prefix}/{direction}/";
        var bias = new float[columns];
        float[]? extra = null;
        if (Input(3).Length > 0)
        {
            var both = _graph.Floats(Input(3), _directions, 2L * columns).AsSpan(direction * 2 * columns, 2 * columns);
            // A GRU's candidate has the state's bias inside the reset gate.
            var summed = _kind == RecurrentKind.Gru ? 2 * _hidden : columns;
            for (var i = 0; i < columns; i++)
                bias[i] = both[i] + (i < summed ? both[columns + i] : 0);
            if (_kind == RecurrentKind.Gru)
                extra = both[(columns + summed)..].ToArray();
        }
        if (_kind == RecurrentKind.Lstm && Input(7).Length > 0)
            extra = _graph.Floats(Input(7), _directions, 3L * _hidden).AsSpan(direction * 3 * _hidden, 3 * _hidden).ToArray();
        if (_kind == RecurrentKind.Gru)
            extra ??= new float[_hidden];
        string Initial(int input, string name) => Input(input) is not { Length: > 0 } states ? "" : Single(before, "Gather", prefix + name,
            [states, _graph.Add(TensorData.Scalar((long)direction), prefix + name + "_index")], ("axis", 0L));
        return
        [
            _graph.Add(Transposed(_node.Input[1], direction, features), prefix + "input_weight"),
            _graph.Add(Transposed(_node.Input[2], direction, _hidden), prefix + "recurrent_weight"),
            _graph.Add(TensorData.Create(bias, columns), prefix + "bias"),
            extra is null ? "" : _graph.Add(TensorData.Create(extra, extra.Length), prefix + "extra"),
            Initial(5, "hidden"),
            _kind == RecurrentKind.Lstm ? Initial(6, "cell") : "",
        ];
    }

    // [directions, columns, rows] → [rows, columns] of one.
    private TensorData Transposed(string name, int direction, int rows)
    {
        var from = _graph.Floats(name, _directions, Columns, rows).AsSpan(direction * Columns * rows, Columns * rows);
        var to = new float[from.Length];
        for (var column = 0; column < Columns; column++)
            for (var row = 0; row < rows; row++)
                to[row * Columns + column] = from[column * rows + row];
        return TensorData.Create(to, rows, Columns);
    }

    // The operator gives [time, directions, batch, hidden], the kernel [time, batch, directions · hidden]. What a reader would only turn
    // back stays as it is.
    private string Steps(List<NodeProto> after)
    {
        var steps = _prefix + "/steps";
        if (Output(0) is not { Length: > 0 } given)
            return steps;
        var reader = _graph.OnlyReaderOf(given);
        if (_directions == 1 && reader is { OpType: "Squeeze", Input.Count: 2 } && _graph.Longs(reader.Input[1]) is [1])
        {
            _graph.Remove(reader);
            return reader.Output[0];
        }
        var turned = reader is { OpType: "Transpose" } && reader.Attribute is [{ Ints: [0, 2, 1, 3] }];
        var sizes = _graph.Add(TensorData.Create(new long[] { 0, 0, _directions, _hidden }, 4), _prefix + "/sizes");
        if (turned)
            _graph.Remove(reader!);
        var split = Single(after, "Reshape", turned ? reader!.Output[0] : _prefix + "/split", [steps, sizes]);
        if (!turned)
            Single(after, "Transpose", given, [split], ("perm", new long[] { 0, 2, 1, 3 }));
        return steps;
    }

    // The last states of each direction, [batch, hidden], and what makes the operator's [directions, batch, hidden] of them.
    private string[] States(int output, string name, List<NodeProto> after)
    {
        if (Output(output) is not { Length: > 0 } given)
            return [.. Enumerable.Repeat("", _directions)];
        string[] names = [.. Enumerable.Range(0, _directions).Select(direction => $"{_prefix}/{direction}/last_{name}")];
        var axis = _graph.Add(TensorData.Create(new long[] { 0 }, 1), $"{_prefix}/{name}_axis");
        string[] each = [.. names.Select(state =>
            Single(after, "Unsqueeze", _directions == 1 ? given : state + "_of_direction", [state, axis]))];
        if (_directions > 1)
            Single(after, "Concat", given, each, ("axis", 0L));
        return names;
    }

    private static string Single(List<NodeProto> nodes, string type, string output, string[] inputs,
        params ReadOnlySpan<(string, object)> attributes)
    {
        var node = new NodeProto { OpType = type, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        Set(node, attributes);
        nodes.Add(node);
        return output;
    }

    private static void Set(NodeProto node, params ReadOnlySpan<(string, object)> attributes)
    {
        foreach (var (name, value) in attributes)
            node.Attribute.Add(OnnxWriter.WriteAttribute(name, value));
    }
}
