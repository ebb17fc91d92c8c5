using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The inputs of a fused recurrent operator in a deployed model.</summary>
/// <param name="X">The input, [time, batch, features].</param>
/// <param name="Lengths">Valid steps of each sequence, [batch] Int32; null where every sequence has all steps.</param>
/// <param name="Backward">The cell of the backward direction, of the same kind; null for one direction.</param>
/// <param name="InitialStates">Every state before the first step, [directions, batch, hidden]; empty for zeros.</param>
public sealed record FusedRecurrence(Value X, Value? Lengths, RecurrentCell? Backward, IReadOnlyList<Value> InitialStates)
{
    /// <summary>The direction's name in ONNX.</summary>
    public string Direction => Backward is null ? "forward" : "bidirectional";

    /// <summary>An initial state by its number; null for zeros.</summary>
    internal Value? InitialState(int state) => InitialStates.Count > state ? InitialStates[state] : null;

    /// <summary>
    /// Weights of one direction in the layout of ONNX's operators: a weight [features, gates·hidden] → [1, gates·hidden, features].
    /// </summary>
    internal static Value Transposed(Value weight) => Op.Unsqueeze(Op.Transpose(weight, 1, 0), 0);

    /// <summary>The tensors of both directions, [1, ..] each, concatenated.</summary>
    internal static Value Beside(Value forward, Value? backward) => backward is null ? forward : Op.Concat(0, forward, backward);
}
