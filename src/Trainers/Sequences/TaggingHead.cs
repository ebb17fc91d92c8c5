using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>One class a step.</summary>
internal sealed class TaggingHead(int classes, float[]? classWeights, float labelSmoothing) : SequenceHead
{
    private const string StepClasses = "step_classes";

    internal override SequenceTask Task => SequenceTask.Tagging;

    internal override Value Outputs(NetworkBuilder network, EncodedSequence encoded, SequenceOutputOptions options)
    {
        var steps = network.Dropout(encoded.Steps.Steps, options.Dropout);
        return Op.Transpose(network.Linear(steps, classes, name: "output"), 1, 0, 2);   // [batch, time, classes]
    }

    internal override NetworkOutputs Loss(NetworkBuilder network, Value outputs, Value? weights)
    {
        var targets = network.Input(StepClasses, ElementType.Int64, ["batch", "time"]); // -1 past a sequence's length
        var hits = Op.Cast(Op.Equal(Op.ArgMax(outputs, -1, keepDims: false), targets), ElementType.Float);
        weights = weights is null ? null : Op.Unsqueeze(weights, 1);
        return new(
            Trainers.Loss.CrossEntropy(outputs, targets, classWeights, labelSmoothing, weights),
            [LossCount(Trainers.Loss.TargetWeights(targets, classWeights, weights)), .. MeanMetric("accuracy", hits, Trainers.Loss.Mask(targets))]);
    }

    internal override IReadOnlyList<(string, Value)> Predictions(Value outputs) =>
        [(SequenceModelFormat.Score, Op.Softmax(outputs)), (SequenceModelFormat.PredictedLabel, Op.ArgMax(outputs, -1, keepDims: false))];

    internal override void Feed(TrainingSession session, SequenceBatch batch) => session.Feed(StepClasses, batch.StepClasses, batch.Batch, batch.Time);
}
