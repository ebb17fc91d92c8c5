using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// One number or a vector of numbers for each row. The network learns targets scaled to mean 0 and variance 1; the model gives them in
/// their own units.
/// </summary>
internal sealed class RegressionHead(RegressionLoss loss, float[] mean, float[] deviation) : Head
{
    internal override int Outputs => mean.Length;

    internal override string? NotLeastSquares => loss == RegressionLoss.MeanSquaredError ? null : $"the loss is {loss}";

    internal override (Value Targets, Value Weights) LeastSquares(Value labels, Value? weights) =>
        (Standardized(labels), weights ?? Op.Filled(1f, [labels.Shape[0]], labels));

    internal override NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? weights)
    {
        var targets = network.Input(Labels, ElementType.Float, [logits.Shape[0], mean.Length]);
        targets = Standardized(targets);
        // In the targets' own units, for every loss.
        var errors = Op.ReduceMean(Op.Abs(logits - targets) * network.Graph.Vector(deviation), [1], keepDims: false);
        var metrics = MeanMetric("mae", errors, RowMask(logits, weights));
        if (weights is not null)
            metrics = [LossCount(weights), .. metrics];
        weights = weights is null ? null : Op.Unsqueeze(weights, 1);
        return new(loss switch
        {
            RegressionLoss.MeanSquaredError => Trainers.Loss.MeanSquaredError(logits, targets, weights),
            RegressionLoss.MeanAbsoluteError => Trainers.Loss.MeanAbsoluteError(logits, targets, weights),
            _ => Trainers.Loss.Huber(logits, targets, 1, weights),
        }, metrics);
    }

    private Value Standardized(Value targets) => (targets - targets.Graph.Vector(mean)) / targets.Graph.Vector(deviation);

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits) =>
        [(ModelFormat.Score, logits * logits.Graph.Vector(deviation) + logits.Graph.Vector(mean))];
}
