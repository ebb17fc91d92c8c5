using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>One of several classes for each row, or for each step of a sequence.</summary>
internal sealed class ClassificationHead(int classes, float[]? classWeights, float labelSmoothing, bool isPerStep = false) : Head
{
    /// <summary>1 for each class that no training row has, otherwise 0; null where every class has rows.</summary>
    private float[]? Unseen { get; init; }

    internal static ClassificationHead Of(LabelStatistics statistics, IClassificationOptions options, bool isPerStep = false)
    {
        var weights = options.Weights(statistics);
        return new(statistics.ClassCounts.Length, weights, options.LabelSmoothing, isPerStep)
        {
            Unseen = statistics.ClassCounts.Contains(0) ? Array.ConvertAll(statistics.ClassCounts, count => count == 0 ? 1f : 0) : null,
            // smoothed targets with class weights have a different sum for each class
            ConstantLoss = options.LabelSmoothing > 0 && weights is not null ? null : statistics.Entropy(weights, options.LabelSmoothing),
        };
    }

    internal override int Outputs => classes;

    internal override bool IsPerStep => isPerStep;

    internal override bool MarksMissingLabels => true;

    internal override bool HasProbabilities => true;

    internal override double CountOf(LabelStatistics labels) => labels.ClassShares(classWeights).Sum();

    internal override string? NotLeastSquares => isPerStep ? "each step has a class" : null;

    // 1 for the class and -1 for the others, less of it with smoothing.
    internal override (Value Targets, Value Weights) LeastSquares(Value labels, Value? weights) =>
        (Op.OneHot(Op.Max(labels, labels.Graph.Scalar(0L)), classes) * (2 * (1.0 - labelSmoothing)) + (2.0 * labelSmoothing / classes - 1),
            Trainers.Loss.TargetWeights(labels, classWeights, weights));

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
                .. Unseen is null ? [] : ((string, Value)[])[(EpochMetrics.UnseenCount,
                    Op.ReduceSum(Trainers.Loss.TargetWeights(targets, Unseen), keepDims: false))],
            ]);
    }

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits) =>
    [
        (ModelFormat.Score, Op.Softmax(logits)),
        (ModelFormat.PredictedLabel, Op.ArgMax(logits, -1, keepDims: false)),
    ];
}
