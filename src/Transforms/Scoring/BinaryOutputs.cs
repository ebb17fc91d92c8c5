using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>The outputs of a model that says yes or no.</summary>
internal static class BinaryOutputs
{
    /// <summary>What a logit per row [rows] makes: <c>Score</c>, <c>Probability</c> and <c>PredictedLabel</c>.</summary>
    internal static IReadOnlyList<(string Name, Value Value)> Of(Value logit) =>
    [
        (SequenceModelFormat.Score, logit),
        (SequenceModelFormat.Probability, Op.Sigmoid(logit)),
        (SequenceModelFormat.PredictedLabel, Op.Greater(logit, logit.Graph.Scalar(0f))),
    ];
}
