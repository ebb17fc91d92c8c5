using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>One class a sequence.</summary>
internal sealed class ClassificationHead(int classes, float[]? classWeights, float labelSmoothing) : SequenceHead
{
    private const string Classes = "classes";

    internal override SequenceTask Task => SequenceTask.Classification;

    internal override Value Outputs(NetworkBuilder network, EncodedSequence encoded, SequenceOutputOptions options) =>
        network.Linear(Summary(encoded, options), classes, name: "output");             // [batch, classes]

    internal override NetworkOutputs Loss(NetworkBuilder network, Value outputs, Value? weights)
    {
        var targets = network.Input(Classes, ElementType.Int64, ["batch"]);
        var hits = Op.Cast(Op.Equal(Op.ArgMax(outputs, -1, keepDims: false), targets), ElementType.Float);
        return new(
            Trainers.Loss.CrossEntropy(outputs, targets, classWeights, labelSmoothing, weights),
            [LossCount(Trainers.Loss.TargetWeights(targets, classWeights, weights)), .. MeanMetric("accuracy", hits, Trainers.Loss.Mask(targets))]);
    }

    internal override IReadOnlyList<(string, Value)> Predictions(Value outputs) =>
        [(SequenceModelFormat.Score, Op.Softmax(outputs)), (SequenceModelFormat.PredictedLabel, Op.ArgMax(outputs, -1, keepDims: false))];

    internal override void Feed(TrainingSession session, SequenceBatch batch) => session.Feed(Classes, batch.Classes, batch.Batch);
}

/// <summary>Yes or no for a sequence.</summary>
internal sealed class BinaryHead(float positiveWeight) : SequenceHead
{
    private const string Classes = "classes";

    internal override SequenceTask Task => SequenceTask.Binary;

    internal override Value Outputs(NetworkBuilder network, EncodedSequence encoded, SequenceOutputOptions options) =>
        Op.Squeeze(network.Linear(Summary(encoded, options), 1, name: "output"), 1);    // [batch]

    internal override NetworkOutputs Loss(NetworkBuilder network, Value outputs, Value? weights)
    {
        var targets = Op.Cast(network.Input(Classes, ElementType.Int64, ["batch"]), ElementType.Float);
        var zero = outputs.Graph.Scalar(0f);
        var hits = Op.Cast(Op.Equal(Op.Greater(outputs, zero), Op.Greater(targets, zero)), ElementType.Float);
        var ones = Op.Filled(1f, ["batch"], outputs);
        return new(
            Trainers.Loss.BinaryCrossEntropy(outputs, targets, positiveWeight, weights),
            [.. weights is null ? [] : ((string, Value)[])[LossCount(weights)], .. MeanMetric("accuracy", hits, ones)]);
    }

    internal override IReadOnlyList<(string, Value)> Predictions(Value outputs) =>
    [
        (SequenceModelFormat.Score, outputs),
        (SequenceModelFormat.Probability, Op.Sigmoid(outputs)),
        (SequenceModelFormat.PredictedLabel, Op.Greater(outputs, outputs.Graph.Scalar(0f))),
    ];

    internal override void Feed(TrainingSession session, SequenceBatch batch) => session.Feed(Classes, batch.Classes, batch.Batch);
}
