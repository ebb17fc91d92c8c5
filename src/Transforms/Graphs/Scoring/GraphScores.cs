namespace MLSeqGraph.Transforms;

/// <summary>What a model says of some nodes, graphs or pairs of nodes.</summary>
/// <param name="Score">[rows, outputs].</param>
/// <param name="Vector">[rows, width], the vectors that the output layer reads; null of models that don't give them.</param>
internal sealed record GraphScores(float[] Score, float[]? Vector = null)
{
    /// <summary>Which of them a row of the view has, -1 for none; null where each has that of its number.</summary>
    internal int[]? OfRow { get; init; }

    /// <summary>The outputs of a run.</summary>
    internal static GraphScores Of(IReadOnlyDictionary<string, Onnx.TensorData> outputs) =>
        new(outputs[ModelFormat.Score].As<float>(), outputs.GetValueOrDefault(ModelFormat.Vector)?.As<float>());
}
