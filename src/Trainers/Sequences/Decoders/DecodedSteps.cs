using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The output of a decoder for some steps.</summary>
/// <param name="Steps">A vector for each step, from which the next token is predicted, [batch, steps, features].</param>
/// <param name="Present">
/// Every state after the last of the steps, in the order of <see cref="DecoderMemory.States"/>; empty for whole sequences.
/// </param>
/// <param name="Attention">
/// How much each step attends to each source step, [batch, steps, source]; for a network without a source that attends to its own steps,
/// to each of these, [batch, steps, cache]; null for others.
/// </param>
public sealed record DecodedSteps(Value Steps, IReadOnlyList<Value> Present, Value? Attention)
{
    /// <summary>
    /// For attention that chooses a source step at random: the choice's log-probability [batch, steps], from which it learns; otherwise
    /// null.
    /// </summary>
    internal Value? ChoiceLogProbability { get; init; }
}
