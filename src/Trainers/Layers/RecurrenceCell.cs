using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>A recurrent layer's cell as <see cref="Recurrence"/> computes it.</summary>
/// <param name="Kind">The equations.</param>
/// <param name="Recurrent">Weights of the state, [hidden, gates·hidden].</param>
/// <param name="Extra">An LSTM's peepholes i, o, f [3·hidden], or null; a GRU's bias inside the reset gate [hidden].</param>
/// <param name="IsCoupled">For an LSTM: whether the input gate is 1 minus the forget gate.</param>
internal sealed record RecurrenceCell(RecurrentKind Kind, Value Recurrent, Value? Extra = null, bool IsCoupled = false);
