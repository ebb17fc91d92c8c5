using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>The outputs of a model that says yes or no.</summary>
internal static class BinaryOutputs
{
    /// <summary>The outputs made from a logit per row [rows]: <c>Score</c>, <c>Probability</c> and <c>PredictedLabel</c>.</summary>
    /// <param name="logit">The logits.</param>
    /// <param name="known">Which rows are known [rows]: others get NaN and false; null where all are known.</param>
    internal static IReadOnlyList<(string Name, Value Value)> Of(Value logit, Value? known = null)
    {
        Value Known(Value value) => known is null ? value : Op.Where(known, value, value.Number(float.NaN));
        var score = Known(logit);
        return
        [
            (ModelFormat.Score, score),
            (ModelFormat.Probability, Known(Op.Sigmoid(logit))),
            (ModelFormat.PredictedLabel, Op.Greater(score, logit.Graph.Scalar(0f))),
        ];
    }
}
