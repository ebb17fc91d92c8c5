using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The output of a sequence network.</summary>
/// <param name="Steps">A vector for each step, [time, batch, features].</param>
/// <param name="Final">
/// The network's own summary of a sequence [batch, features], for <see cref="Pooling.Last"/>; null for the last valid step.
/// </param>
public sealed record EncodedSequence(Sequence Steps, Value? Final = null)
{
    /// <summary>How much each step attends to each other step, [batch, time, time]; null where the network has no such attention.</summary>
    public Value? Attention { get; init; }
}
