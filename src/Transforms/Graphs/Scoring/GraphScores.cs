namespace MLSeqGraph.Transforms;

/// <summary>A model's scores for some nodes, graphs or pairs of nodes.</summary>
/// <param name="Score">[rows, outputs].</param>
/// <param name="Vector">[rows, width], the vectors that the output layer reads; null for models that don't give them.</param>
internal sealed record GraphScores(float[] Score, float[]? Vector = null)
{
    /// <summary>The index of the scores of each row of the view, -1 for none; null where it is the row's number.</summary>
    internal int[]? OfRow { get; init; }

    /// <summary>The outputs of a run.</summary>
    internal static GraphScores Of(IReadOnlyDictionary<string, Onnx.TensorData> outputs) =>
        new(outputs[ModelFormat.Score].As<float>(), outputs.GetValueOrDefault(ModelFormat.Vector)?.As<float>());
}
