using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// One number or a vector of numbers for each row, or for each step of a sequence. The network learns targets scaled to mean 0 and
/// variance 1; the model gives them in their own units.
/// </summary>
internal sealed class RegressionHead(RegressionLoss loss, float[] mean, float[] deviation, bool isPerStep = false) : Head
{
    internal override int Outputs => mean.Length;

    internal override bool IsPerStep => isPerStep;

    internal override string? NotLeastSquares => isPerStep ? "each step has numbers"
        : loss == RegressionLoss.MeanSquaredError ? null : $"the loss is {loss}";

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
        return new(Mean(logits, targets, weights is null ? null : Op.Unsqueeze(weights, 1)), metrics);
    }

    // For each step there is: [batch, time, outputs].
    internal override NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? lengths, Value? weights)
    {
        if (!isPerStep)
            return Loss(network, logits, weights);
        var targets = Standardized(network.Input(Labels, ElementType.Float, logits.Shape));
        var there = Op.Filled(1f, [logits.Shape[0], logits.Shape[1]], logits);
        if (lengths is not null)
            there *= Is(Op.Less(Op.Range(Op.SizeOf(logits, 1), logits.Shape[1]), Op.Unsqueeze(lengths, 1)));
        var counted = weights is null ? there : there * Op.Unsqueeze(weights, 1);                            // [batch, time]
        var errors = Op.ReduceMean(Op.Abs(logits - targets) * network.Graph.Vector(deviation), [2], keepDims: false);
        return new(Mean(logits, targets, Op.Unsqueeze(counted, 2)), [LossCount(counted), .. MeanMetric("mae", errors, there)]);
    }

    private Value Mean(Value logits, Value targets, Value? weights) => loss switch
    {
        RegressionLoss.MeanSquaredError => Trainers.Loss.MeanSquaredError(logits, targets, weights),
        RegressionLoss.MeanAbsoluteError => Trainers.Loss.MeanAbsoluteError(logits, targets, weights),
        _ => Trainers.Loss.Huber(logits, targets, 1, weights),
    };

    private Value Standardized(Value targets) => (targets - targets.Graph.Vector(mean)) / targets.Graph.Vector(deviation);

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits) =>
        [(ModelFormat.Score, logits * logits.Graph.Vector(deviation) + logits.Graph.Vector(mean))];
}
