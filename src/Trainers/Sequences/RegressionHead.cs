using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Which loss a regression minimizes.</summary>
public enum RegressionLoss
{
    /// <summary>Mean squared error.</summary>
    MeanSquaredError,
    /// <summary>Mean absolute error.</summary>
    MeanAbsoluteError,
    /// <summary>Huber's loss with δ = 1 standard deviation of the target.</summary>
    Huber,
}

/// <summary>One value or a vector of values a sequence. The network learns targets of mean 0 and variance 1; the model gives them in their own units.</summary>
internal sealed class RegressionHead(RegressionLoss loss, float[] mean, float[] deviation) : SequenceHead
{
    private const string Targets = "targets";

    internal override SequenceTask Task => SequenceTask.Regression;

    internal override Value Outputs(NetworkBuilder network, EncodedSequence encoded, SequenceOutputOptions options) =>
        network.Linear(Summary(encoded, options), mean.Length, name: "output");         // [batch, outputs], standardized

    internal override NetworkOutputs Loss(NetworkBuilder network, Value outputs, Value? weights)
    {
        var targets = network.Input(Targets, ElementType.Float, ["batch", mean.Length]);
        targets = (targets - network.Graph.Vector(mean)) / network.Graph.Vector(deviation);
        // In the targets' own units, whatever the loss.
        var errors = Op.ReduceMean(Op.Abs(outputs - targets) * network.Graph.Vector(deviation), [1], keepDims: false);
        var metrics = MeanMetric("mae", errors, Op.Filled(1f, ["batch"], outputs));
        if (weights is not null)
            metrics = [LossCount(weights), .. metrics];
        weights = weights is null ? null : Op.Unsqueeze(weights, 1);
        return new(loss switch
        {
            RegressionLoss.MeanSquaredError => Trainers.Loss.MeanSquaredError(outputs, targets, weights),
            RegressionLoss.MeanAbsoluteError => Trainers.Loss.MeanAbsoluteError(outputs, targets, weights),
            _ => Trainers.Loss.Huber(outputs, targets, 1, weights),
        }, metrics);
    }

    internal override IReadOnlyList<(string, Value)> Predictions(Value outputs) =>
        [(SequenceModelFormat.Score, outputs * outputs.Graph.Vector(deviation) + outputs.Graph.Vector(mean))];

    internal override void Feed(TrainingSession session, SequenceBatch batch) => session.Feed(Targets, batch.Targets, batch.Batch, batch.TargetCount);
}
