namespace MLSeqGraph.Onnx;

/// <summary>
/// Reads recurrent operators: as they are where a model runs, and as loops over their equations where it is trained, since the operators
/// have no gradient.
/// </summary>
internal static class RecurrentReaders
{
    internal static Dictionary<string, OperatorReader> All { get; } = new(StringComparer.Ordinal)
    {
        ["GRU"] = node => Read(node, 3, Gru),
        ["LSTM"] = node => Read(node, 4, Lstm),
        ["RNN"] = node => Read(node, 1, Rnn),
    };

    // What a step makes of x·Wᵀ + Wb [batch, gates·hidden] and the states, with R [hidden, gates·hidden], Rb [gates·hidden] and
    // peepholes [3·hidden].
    private delegate Value[] Step(ImportedNode node, Value input, Value[] states, Value recurrent, Value? bias, Value? peepholes,
        int hidden);

    private static Value[] Read(ImportedNode node, int gates, Step step)
    {
        Value x = node[0], weight = node[1], recurrent = node[2];
        if (node.Int("layout", 0) != 0)
            return BatchFirst(node, gates, step);
        if (x.Shape.Rank != 3 || weight.Shape.Rank != 3 || recurrent.Shape.Rank != 3
            || !recurrent.Shape[2].IsKnown || !recurrent.Shape[0].IsKnown)
            throw new ImportException($"it reads {x} with weights {weight} and {recurrent}; expected [time, batch, features] and "
                + "weights of known sizes");
        if (!x.Shape[2].IsKnown && weight.Shape[2].IsKnown)
            x = Op.Renamed(x, x.Shape.With(2, weight.Shape[2]));
        var (directions, hidden) = ((int)recurrent.Shape[0].Size, (int)recurrent.Shape[2].Size);
        if (weight.Shape != [directions, gates * hidden, x.Shape[2]] || recurrent.Shape[1] != gates * hidden)
            throw new ImportException($"it reads {x} with weights {weight} and {recurrent}; expected [{directions}, {gates * hidden}, "
                + $"{x.Shape[2]}] and [{directions}, {gates * hidden}, {hidden}]");
        var states = gates == 4 ? 2 : 1;
        for (var i = 5; i < 5 + states; i++)
            if (node.Optional(i) is { Shape.Rank: 3 } initial)
                (_, x) = Agreement.Along(initial, 1, x, 1);
        return node.Importer.IsForTraining ? Loops(node, x, gates, states, directions, hidden, step)
            : AsItIs(node, x, states, directions, hidden);
    }

    // [batch, time, ..] and [batch, directions, hidden], which ONNX Runtime doesn't run.
    private static Value[] BatchFirst(ImportedNode node, int gates, Step step)
    {
        Value?[] inputs = [.. node.Inputs.Select((input, i) => input is null || i is not (0 or 5 or 6) ? input
            : input.Shape.Rank == 3 ? Op.Transpose(input, 1, 0, 2) : throw new ImportException($"it reads {input}; expected three axes"))];
        var outputs = Read(node.With(inputs, "layout"), gates, step);
        return [Op.Transpose(outputs[0], 2, 0, 1, 3), .. outputs[1..].Select(state => Op.Transpose(state, 1, 0, 2))];
    }

    private static Value[] AsItIs(ImportedNode node, Value x, int states, int directions, int hidden)
    {
        var copy = Graph.Emit(node.Operator, [x, .. node.Inputs.Skip(1)]);
        copy.SetAttribute("hidden_size", (long)hidden);
        copy.SetAttribute("direction", node.Text("direction", "forward"));
        if (node.Texts("activations") is { Length: > 0 } activations)
            copy.SetAttribute("activations", activations);
        foreach (var name in (string[])["linear_before_reset", "input_forget"])
            if (node.Int(name, 0) != 0)
                copy.SetAttribute(name, 1L);
        if (node.Has("clip"))
            copy.SetAttribute("clip", node.Float("clip", 0));
        copy.AddOutput(x.Type, [x.Shape[0], directions, x.Shape[1], hidden]);
        for (var i = 0; i < states; i++)
            copy.AddOutput(x.Type, [directions, x.Shape[1], hidden], "last_state");
        return [.. copy.Outputs];
    }

    private static Value[] Loops(ImportedNode node, Value x, int gates, int states, int directions, int hidden, Step step)
    {
        if (node.Has("clip") || node.Int("input_forget", 0) != 0)
            throw new ImportException("training it with clipping or coupled gates is not supported");
        if (node.Texts("activations") is { Length: > 0 } activations && gates > 1 && !activations.SequenceEqual(Enumerable.Repeat(
            gates == 4 ? (string[])["Sigmoid", "Tanh", "Tanh"] : ["Sigmoid", "Tanh"], directions).SelectMany(all => all)))
            throw new ImportException($"training it with the functions {string.Join(", ", activations)} is not supported");
        var direction = node.Text("direction", "forward");
        // Whether a step is one of its row's, [time, batch, 1].
        var valid = node.Optional(4) is not { } lengths ? null : Op.Unsqueeze(Op.Cast(Op.Less(Op.Unsqueeze(Op.Range(Op.SizeOf(x, 0),
            x.Shape[0]), 1), Op.Unsqueeze(Op.Cast(lengths, ElementType.Int64), 0)), x.Type), 2);
        var (steps, last) = (new Value[directions], new Value[states][]);
        for (var i = 0; i < states; i++)
            last[i] = new Value[directions];
        for (var d = 0; d < directions; d++)
        {
            Value Of(Value all) => Op.Squeeze(Op.Slice(all, 0, d, d + 1), 0);
            var recurrent = Op.Transpose(Of(node[2]), 1, 0);
            var input = Op.MatMul(x, Op.Transpose(Of(node[1]), 1, 0));                                       // [time, batch, gates·hidden]
            Value? recurrentBias = null;
            if (node.Optional(3) is { } biases)
            {
                var halves = Op.Split(Of(biases), 0, gates * hidden, gates * hidden);
                (input, recurrentBias) = (input + halves[0], halves[1]);
            }
            Value[] initial = [.. Enumerable.Range(0, states).Select(i => node.Optional(5 + i) is { } given ? Of(given)
                : Op.Filled(0f, [x.Shape[1], hidden], x))];
            initial = [.. initial.Select(state => Agreement.Along(state, 0, x, 1).Left)];
            var peepholes = node.Optional(7) is { } given ? Of(given) : null;
            var (ends, outputs) = Op.Scan(initial, valid is null ? [input] : [input, valid], (before, slices) =>
            {
                var next = step(node, slices[0], before, recurrent, recurrentBias, peepholes, hidden);
                if (valid is null)
                    return (next, [next[0]]);
                var kept = slices[1];                                                                                 // [batch, 1]
                return ([.. next.Zip(before, (now, then) => now * kept + then * (1 - kept))], [next[0] * kept]);
            }, reverse: direction == "reverse" || d == 1);
            steps[d] = Op.Unsqueeze(outputs[0], 1);
            for (var i = 0; i < states; i++)
                last[i][d] = Op.Unsqueeze(ends[i], 0);
        }
        return [Op.Concat(1, steps), .. last.Select(all => Op.Concat(0, all))];
    }

    // Gates in the order i, o, f, c.
    private static Value[] Lstm(ImportedNode node, Value input, Value[] states, Value recurrent, Value? bias, Value? peepholes, int hidden)
    {
        var all = input + Op.MatMul(states[0], recurrent);
        var gates = Op.Split(bias is null ? all : all + bias, 1, hidden, hidden, hidden, hidden);
        var seen = peepholes is null ? null : Op.Split(peepholes, 0, hidden, hidden, hidden); // by i, o, f
        Value Seeing(int gate, Value cell) => seen is null ? gates[gate] : gates[gate] + seen[gate] * cell;
        var next = Op.Sigmoid(Seeing(2, states[1])) * states[1] + Op.Sigmoid(Seeing(0, states[1])) * Op.Tanh(gates[3]);
        return [Op.Sigmoid(Seeing(1, next)) * Op.Tanh(next), next];
    }

    // Gates in the order z, r, h.
    private static Value[] Gru(ImportedNode node, Value input, Value[] states, Value recurrent, Value? bias, Value? _, int hidden)
    {
        var (h, x) = (states[0], Op.Split(input, 1, hidden, hidden, hidden));
        var weights = Op.Split(recurrent, 1, hidden, hidden, hidden);
        var biases = bias is null ? null : Op.Split(bias, 0, hidden, hidden, hidden);
        Value Product(Value state, int gate) => biases is null ? Op.MatMul(state, weights[gate])
            : Op.MatMul(state, weights[gate]) + biases[gate];
        Value update = Op.Sigmoid(x[0] + Product(h, 0)), reset = Op.Sigmoid(x[1] + Product(h, 1));
        var candidate = Op.Tanh(x[2] + (node.Int("linear_before_reset", 0) != 0 ? reset * Product(h, 2) : Product(reset * h, 2)));
        return [(1 - update) * candidate + update * h];
    }

    private static Value[] Rnn(ImportedNode node, Value input, Value[] states, Value recurrent, Value? bias, Value? _, int hidden)
    {
        var sum = input + Op.MatMul(states[0], recurrent);
        sum = bias is null ? sum : sum + bias;
        return [(node.Texts("activations")?.FirstOrDefault() ?? "Tanh") switch
        {
            "Tanh" => Op.Tanh(sum), "Relu" => Op.Relu(sum),
            var other => throw new ImportException($"training it with the function {other} is not supported"),
        }];
    }
}
