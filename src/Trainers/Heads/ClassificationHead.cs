using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>One of several classes for each row, or for each step of a sequence.</summary>
internal sealed class ClassificationHead(int classes, float[]? classWeights, float labelSmoothing, bool isPerStep = false) : Head
{
    internal override int Outputs => classes;

    internal override bool IsPerStep => isPerStep;

    internal override bool MarksMissingLabels => true;

    internal override NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? weights)
    {
        // [rows], or [batch, time] with -1 past a sequence's length
        var targets = network.Input(Labels, ElementType.Int64, logits.Shape.Remove(-1));
        var hits = Is(Op.Equal(Op.ArgMax(logits, -1, keepDims: false), targets));
        if (isPerStep && weights is not null)
            weights = Op.Unsqueeze(weights, 1);
        return new(
            Trainers.Loss.CrossEntropy(logits, targets, classWeights, labelSmoothing, weights),
            [
                LossCount(Trainers.Loss.TargetWeights(targets, classWeights, weights)),
                .. MeanMetric("accuracy", hits, Trainers.Loss.Mask(targets)),
            ]);
    }

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits) =>
    [
        (ModelFormat.Score, Op.Softmax(logits)),
        (ModelFormat.PredictedLabel, Op.ArgMax(logits, -1, keepDims: false)),
    ];
}
