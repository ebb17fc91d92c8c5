namespace MLSeqGraph.Onnx;

// ONNX's fused recurrent operators, for deployed models. They have no gradient: training uses Scan.
public static partial class Op
{
    /// <summary>One layer of a long short-term memory as a single operation; gates in the order i, o, f, g.</summary>
    /// <param name="x">[time, batch, features].</param>
    /// <param name="input">Input weights [directions, 4·hidden, features].</param>
    /// <param name="recurrent">Recurrent weights [directions, 4·hidden, hidden].</param>
    /// <param name="bias">[directions, 8·hidden], the input's biases before the state's.</param>
    /// <param name="lengths">[batch] Int32, or null where every sequence has all steps.</param>
    /// <param name="peepholes">[directions, 3·hidden] for i, o, f; or null.</param>
    /// <param name="coupled">Whether the forget gate is 1 minus the input gate.</param>
    /// <param name="direction"><c>forward</c>, <c>reverse</c> or <c>bidirectional</c>.</param>
    /// <param name="initialState">The hidden states before the first step, [directions, batch, hidden]; null for zeros.</param>
    /// <param name="initialCell">The cell states before the first step, of the same shape; null for zeros.</param>
    /// <returns>The states of every step [time, directions, batch, hidden], the last states and the last cells [directions, batch,
    /// hidden].</returns>
    public static Value[] Lstm(
        Value x, Value input, Value recurrent, Value bias, Value? lengths = null, Value? peepholes = null, bool coupled = false,
            string direction = "forward",
        Value? initialState = null, Value? initialCell = null)
    {
        var node = Recurrent("LSTM", 4, [x, input, recurrent, bias, lengths, initialState, initialCell, peepholes], direction);
        if (coupled)
            node.SetAttribute("input_forget", 1L);
        node.AddOutput(x.Type, node.Outputs[1].Shape, "last_cell");
        return [.. node.Outputs];
    }

    /// <summary>
    /// One layer of gated recurrent units as a single operation; gates in the order z, r, n, the reset gate applied after the
    /// matrix product.
    /// </summary>
    /// <param name="x">[time, batch, features].</param>
    /// <param name="input">Input weights [directions, 3·hidden, features].</param>
    /// <param name="recurrent">Recurrent weights [directions, 3·hidden, hidden].</param>
    /// <param name="bias">[directions, 6·hidden], the input's biases before the state's.</param>
    /// <param name="lengths">[batch] Int32, or null where every sequence has all steps.</param>
    /// <param name="direction"><c>forward</c>, <c>reverse</c> or <c>bidirectional</c>.</param>
    /// <param name="initialState">The hidden states before the first step, [directions, batch, hidden]; null for zeros.</param>
    /// <returns>The states of every step [time, directions, batch, hidden] and the last states [directions, batch, hidden].</returns>
    public static Value[] Gru(Value x, Value input, Value recurrent, Value bias, Value? lengths = null, string direction = "forward",
        Value? initialState = null)
    {
        var node = Recurrent("GRU", 3, [x, input, recurrent, bias, lengths, initialState], direction);
        node.SetAttribute("linear_before_reset", 1L);
        return [.. node.Outputs];
    }

    /// <summary>One plain recurrent layer as a single operation.</summary>
    /// <param name="x">[time, batch, features].</param>
    /// <param name="input">Input weights [directions, hidden, features].</param>
    /// <param name="recurrent">Recurrent weights [directions, hidden, hidden].</param>
    /// <param name="bias">[directions, 2·hidden], the input's biases before the state's.</param>
    /// <param name="lengths">[batch] Int32, or null where every sequence has all steps.</param>
    /// <param name="activation"><c>Tanh</c> or <c>Relu</c>.</param>
    /// <param name="direction"><c>forward</c>, <c>reverse</c> or <c>bidirectional</c>.</param>
    /// <param name="initialState">The hidden states before the first step, [directions, batch, hidden]; null for zeros.</param>
    /// <returns>The states of every step [time, directions, batch, hidden] and the last states [directions, batch, hidden].</returns>
    public static Value[] Rnn(Value x, Value input, Value recurrent, Value bias, Value? lengths = null, string activation = "Tanh",
        string direction = "forward",
        Value? initialState = null)
    {
        var node = Recurrent("RNN", 1, [x, input, recurrent, bias, lengths, initialState], direction);
        node.SetAttribute("activations", Enumerable.Repeat(activation, direction == "bidirectional" ? 2 : 1).ToArray());
        return [.. node.Outputs];
    }

    private static Node Recurrent(string opType, int gates, Value?[] inputs, string direction)
    {
        Value x = inputs[0]!, weights = inputs[1]!, recurrent = inputs[2]!, bias = inputs[3]!;
        if (x.Shape.Rank != 3 || recurrent.Shape.Rank != 3 || !recurrent.Shape[2].IsKnown)
            throw Mismatch(opType, "[time, batch, features] and weights of rank 3", x, recurrent);
        Dim directions = direction == "bidirectional" ? 2 : 1, hidden = recurrent.Shape[2];
        var rows = gates * hidden.Size;
        if (!weights.Shape.Equals([directions, rows, x.Shape[2]]) || !recurrent.Shape.Equals([directions, rows, hidden])
            || !bias.Shape.Equals([directions, 2 * rows]))
            throw Mismatch(
                opType, $"weights [{directions}, {rows}, {x.Shape[2]}] and [{directions}, {rows}, {hidden}], bias [{directions}, "
                + $"{2 * rows}]", weights, recurrent, bias);
        if (inputs[4] is { } lengths && (lengths.Type != ElementType.Int32 || !lengths.Shape.Equals([x.Shape[1]])))
            throw Mismatch(opType, $"lengths [{x.Shape[1]}] Int32", lengths);
        foreach (var initial in inputs[5..Math.Min(7, inputs.Length)].OfType<Value>())
            if (!initial.Shape.Equals([directions, x.Shape[1], hidden]))
                throw Mismatch(opType, $"initial states [{directions}, {x.Shape[1]}, {hidden}]", initial);
        var node = Graph.Emit(opType, inputs);
        node.SetAttribute("hidden_size", hidden.Size);
        node.SetAttribute("direction", direction);
        node.AddOutput(x.Type, [x.Shape[0], directions, x.Shape[1], hidden]);
        node.AddOutput(x.Type, [directions, x.Shape[1], hidden], "last_state");
        return node;
    }
}
