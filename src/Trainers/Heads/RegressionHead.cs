using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// One number or a vector of numbers for each row, or for each step of a sequence. The network learns targets scaled to mean 0 and
/// variance 1; the model gives them in their own units.
/// </summary>
internal class RegressionHead(RegressionLoss loss, float[] mean, float[] deviation, bool isPerStep = false) : Head
{
    internal override int Outputs => mean.Length;

    internal override bool IsPerStep => isPerStep;

    internal override double[] Units => Array.ConvertAll(deviation, size => Math.Max(1.0, size));

    internal override double CountOf(LabelStatistics labels) => labels.Weight * Outputs;

    internal override string? NotLeastSquares => isPerStep ? "each step has a label"
        : loss == RegressionLoss.MeanSquaredError ? null : $"the loss is {loss}";

    internal override (Value Targets, Value Weights) LeastSquares(Value labels, Value? weights) =>
        (Standardized(labels), weights ?? Op.Filled(1f, [labels.Shape[0]], labels));

    internal override NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? weights)
    {
        // [rows, outputs]; those of steps [batch, time, outputs], with NaN where there is none
        var targets = network.Input(Labels, ElementType.Float, logits.Shape);
        var isThere = isPerStep ? Op.Equal(targets, targets) : null;
        targets = Standardized(isThere is null ? targets : Op.Where(isThere, targets, targets.Number(0f)));
        // In the targets' own units, for every loss.
        var errors = Op.Abs(logits - targets) * network.Graph.Vector(deviation);
        (string, Value)[] metrics;
        if (isThere is not null)
        {
            var rows = weights is null ? null : Op.Unsqueeze(weights, [.. Enumerable.Range(1, logits.Shape.Rank - 1)]);
            weights = rows is null ? Is(isThere) : Is(isThere) * rows;
            metrics = [LossCount(weights), .. MeanMetric("mae", errors, Is(Op.Greater(weights, weights.Number(0f))))];
        }
        else
        {
            metrics = MeanMetric("mae", Op.ReduceMean(errors, [1], keepDims: false), RowMask(logits, weights));
            if (weights is not null)
                metrics = [LossCount(weights), .. metrics];
            weights = weights is null ? null : Op.Unsqueeze(weights, 1);
        }
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
