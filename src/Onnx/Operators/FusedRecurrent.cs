namespace MLSeqGraph.Onnx;

// ONNX's fused recurrent operators, for deployed models. They have no gradient: training uses Scan.
public static partial class Op
{
    /// <summary>
    /// One layer of an LSTM, GRU or plain RNN as a single operation.
    /// </summary>
    /// <param name="opType"><c>LSTM</c>, <c>GRU</c> or <c>RNN</c>.</param>
    /// <param name="x">[time, batch, features].</param>
    /// <param name="inputWeights">[directions, gates·hidden, features]; gates i o f c (LSTM), z r h (GRU).</param>
    /// <param name="recurrentWeights">[directions, gates·hidden, hidden].</param>
    /// <param name="bias">[directions, 2·gates·hidden], the input's biases before the state's, or null.</param>
    /// <param name="lengths">[batch] Int32, or null where every sequence has all steps.</param>
    /// <param name="initialState">[directions, batch, hidden], or null for zeros.</param>
    /// <param name="initialCell">[directions, batch, hidden], LSTM alone, or null for zeros.</param>
    /// <param name="direction"><c>forward</c>, <c>reverse</c> or <c>bidirectional</c>.</param>
    /// <param name="activations">Names of the activations where they are not the default, one set a direction.</param>
    /// <returns>The states of every step [time, directions, batch, hidden] and the last [directions, batch, hidden]; for an LSTM the last cell too.</returns>
    public static Value[] Recurrent(
        string opType, Value x, Value inputWeights, Value recurrentWeights, Value? bias, Value? lengths,
        Value? initialState = null, Value? initialCell = null, string direction = "forward", string[]? activations = null)
    {
        var gates = opType switch { "LSTM" => 4, "GRU" => 3, "RNN" => 1, _ => throw new GraphException($"'{opType}' is not a recurrent operation: expected LSTM, GRU or RNN.") };
        if (x.Shape.Rank != 3 || recurrentWeights.Shape.Rank != 3 || !recurrentWeights.Shape[2].IsKnown)
            throw Mismatch(opType, "[time, batch, features] and weights of rank 3", x, inputWeights, recurrentWeights);
        Dim directions = direction == "bidirectional" ? 2 : 1, hidden = recurrentWeights.Shape[2];
        var rows = gates * hidden.Size;
        if (!inputWeights.Shape.Equals([directions, rows, x.Shape[2]]) || !recurrentWeights.Shape.Equals([directions, rows, hidden])
            || (bias is not null && !bias.Shape.Equals([directions, 2 * rows])))
            throw Mismatch(opType, $"weights [{directions}, {rows}, {x.Shape[2]}] and [{directions}, {rows}, {hidden}], bias [{directions}, {2 * rows}]", inputWeights, recurrentWeights, bias);
        if (lengths is not null && (lengths.Type != ElementType.Int32 || !lengths.Shape.Equals([x.Shape[1]])))
            throw Mismatch(opType, $"lengths [{x.Shape[1]}] Int32", lengths);
        var node = opType == "LSTM"
            ? Graph.Emit(opType, [x, inputWeights, recurrentWeights, bias, lengths, initialState, initialCell])
            : Graph.Emit(opType, [x, inputWeights, recurrentWeights, bias, lengths, initialState]);
        node.SetAttribute("hidden_size", hidden.Size);
        node.SetAttribute("direction", direction);
        if (activations is not null)
            node.SetAttribute("activations", activations);
        if (opType == "GRU")
            node.SetAttribute("linear_before_reset", 1L);
        Shape last = [directions, x.Shape[1], hidden];
        var all = node.AddOutput(x.Type, [x.Shape[0], directions, x.Shape[1], hidden]);
        var state = node.AddOutput(x.Type, last, "last_state");
        return opType == "LSTM" ? [all, state, node.AddOutput(x.Type, last, "last_cell")] : [all, state];
    }
}
