using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>True or false for each row. Labels are classes 0 and 1.</summary>
internal sealed class BinaryHead(float positiveWeight) : Head
{
    internal override int Outputs => 1;

    internal override bool HasProbabilities => true;

    internal override string? NotLeastSquares => null;

    internal override (Value Targets, Value Weights) LeastSquares(Value labels, Value? weights)
    {
        var targets = Op.Cast(labels, ElementType.Float);
        var counts = targets * (positiveWeight - 1.0) + 1.0;
        return (Op.Unsqueeze(targets * 2.0 - 1.0, 1), weights is null ? counts : counts * weights);
    }

    // The mean is over rows, regardless of the weight of positives.
    internal static double BestConstantLoss(double[] shares, float positiveWeight)
    {
        var (negative, positive) = (shares[0], shares[1] * positiveWeight);
        var sum = negative + positive;
        return -(Term(negative) + Term(positive)) / (shares[0] + shares[1]);
        double Term(double share) => share > 0 ? share * Math.Log(share / sum) : 0;
    }

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
