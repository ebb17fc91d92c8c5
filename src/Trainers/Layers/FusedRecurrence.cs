using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>What a fused recurrent operator reads in a deployed model.</summary>
/// <param name="X">The input, [time, batch, features].</param>
/// <param name="Lengths">Valid steps of each sequence, [batch] Int32; null where every sequence has all steps.</param>
/// <param name="Backward">The cell of the backward direction, of the same kind; null for the forward direction alone.</param>
/// <param name="InitialStates">Every state before the first step, [directions, batch, hidden]; empty for zeros.</param>
public sealed record FusedRecurrence(Value X, Value? Lengths, RecurrentCell? Backward, IReadOnlyList<Value> InitialStates)
{
    /// <summary>ONNX's name of the direction.</summary>
    public string Direction => Backward is null ? "forward" : "bidirectional";

    /// <summary>An initial state by its number; null for zeros.</summary>
    internal Value? InitialState(int state) => InitialStates.Count > state ? InitialStates[state] : null;

    /// <summary>
    /// Weights of one direction in the layout of ONNX's operators: a weight [features, gates·hidden] → [1, gates·hidden, features].
    /// </summary>
    internal static Value Transposed(Value weight) => Op.Unsqueeze(Op.Transpose(weight, 1, 0), 0);

    /// <summary>A tensor of each direction, [1, ..], and that of the other one beside it.</summary>
    internal static Value Beside(Value forward, Value? backward) => backward is null ? forward : Op.Concat(0, forward, backward);
}
