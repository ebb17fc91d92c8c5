namespace MLSeqGraph.Onnx;

/// <summary>The inputs of one direction of a <see cref="Recurrence"/> besides x; gates in the order of the fused operators.</summary>
/// <param name="Input">[features, gates·hidden].</param>
/// <param name="Recurrent">[hidden, gates·hidden].</param>
/// <param name="Bias">[gates·hidden].</param>
/// <param name="Extra">An LSTM's peepholes i, o, f [3·hidden], or null; a GRU's bias inside the reset gate [hidden].</param>
/// <param name="Hidden0">The hidden state before the first step [batch, hidden]; null for zeros.</param>
/// <param name="Cell0">An LSTM's cell state before the first step [batch, hidden]; null for zeros.</param>
internal sealed record RecurrenceWeights(
    Value Input, Value Recurrent, Value Bias, Value? Extra = null, Value? Hidden0 = null, Value? Cell0 = null)
{
    /// <summary>Number of tensors.</summary>
    internal const int Count = 6;

    /// <summary>All tensors in the order of the node's inputs.</summary>
    internal Value?[] All => [Input, Recurrent, Bias, Extra, Hidden0, Cell0];
}
