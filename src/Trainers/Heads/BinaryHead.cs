using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Yes or no for each row. Labels are classes 0 and 1.</summary>
internal sealed class BinaryHead(float positiveWeight) : Head
{
    internal override int Outputs => 1;

    internal override NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? weights)
    {
        var logit = Op.Squeeze(logits, 1);                                                  // [rows]
        var targets = Op.Cast(network.Input(Labels, ElementType.Int64, [logits.Shape[0]]), ElementType.Float);
        var zero = logits.Graph.Scalar(0f);
        var hits = Is(Op.Equal(Op.Greater(logit, zero), Op.Greater(targets, zero)));
        return new(
            Trainers.Loss.BinaryCrossEntropy(logit, targets, positiveWeight, weights),
            [.. weights is null ? [] : ((string, Value)[])[LossCount(weights)], .. MeanMetric("accuracy", hits, RowMask(logits, weights))]);
    }

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits) =>
        BinaryOutputs.Of(Op.Squeeze(logits, 1));
}
