using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>A state that a decoder passes from step to step.</summary>
/// <param name="Name">Its name; the deployed decoder has it as <c>past.NAME</c> and <c>present.NAME</c>.</param>
/// <param name="Shape">
/// Its shape: <c>["batch", ..]</c>, or a cache of keys or values <c>["batch", heads, "cache", headSize]</c>, whose capacity the caller of
/// the deployed model chooses.
/// </param>
/// <param name="First">Its value before the first step, written by <see cref="SequenceDecoder.Prepare"/>; null for zeros.</param>
public sealed record DecoderState(string Name, Shape Shape, Value? First = null);
