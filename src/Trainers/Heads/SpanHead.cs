using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The first and the last step of a part of each sequence: a softmax over its steps for each of both (Devlin et al. 2019, section 4.2).
/// What is predicted is the pair of the greatest product of probabilities among those where the last step isn't before the first, at most
/// so many steps long.
/// </summary>
internal sealed class SpanHead(int longest) : Head
{
    private const float Never = -1e30f;

    internal override int Outputs => 2;

    internal override bool IsPerStep => true;

    internal override NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? lengths, Value? weights)
    {
        var labels = network.Input(Labels, ElementType.Int64, [logits.Shape[0], 2]);
        var (first, last) = LogProbabilities(logits, lengths);
        var counted = weights ?? RowMask(logits, null);
        var predicted = Best(first, last);
        var exact = Is(Op.And(Op.Equal(predicted.First, Column(labels, 0)), Op.Equal(predicted.Last, Column(labels, 1))));
        return new(Loss(logits, lengths, labels, counted),
            [LossCount(counted), .. MeanMetric("exact", exact, RowMask(logits, weights))]);
    }

    /// <summary>-(log p[first] + log q[last]) / 2, the weighted mean over the rows.</summary>
    internal static Value Loss(Value logits, Value? lengths, Value labels, Value weights)
    {
        var (first, last) = LogProbabilities(logits, lengths);
        var likelihood = (At(first, Column(labels, 0)) + At(last, Column(labels, 1))) * 0.5;                   // [rows]
        return Op.ReduceSum(-likelihood * weights, keepDims: false) / Op.OrOne(Op.ReduceSum(weights, keepDims: false));
    }

    internal override NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? weights) => Loss(network, logits, null, weights);

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits, Value? lengths)
    {
        var (first, last) = LogProbabilities(logits, lengths);
        var best = Best(first, last);
        Value begins = At(first, best.First), ends = At(last, best.Last);
        return
        [
            (ModelFormat.Score, Op.Exp(Pair(begins, ends))),
            (ModelFormat.Probability, Op.Exp(begins + ends)),
            (ModelFormat.PredictedLabel, Pair(best.First, best.Last)),
        ];

        static Value Pair(Value first, Value last) => Op.Concat(1, Op.Unsqueeze(first, 1), Op.Unsqueeze(last, 1));
    }

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits) =>
        Predictions(network, logits, null);

    // Of each step to be the first, and the last, [rows, time] each.
    private static (Value First, Value Last) LogProbabilities(Value logits, Value? lengths)
    {
        return (Of(0), Of(1));

        Value Of(int end)
        {
            var scores = Op.Squeeze(Op.Slice(logits, 2, end, end + 1), 2);
            return Op.LogSoftmax(lengths is null ? scores
                : Op.Where(Op.Less(Steps(scores), Op.Unsqueeze(lengths, 1)), scores, scores.Number(Never)));
        }
    }

    // The best last step for each first one is the greatest within a window that begins there: time and memory grow with the steps, not
    // with their pairs.
    private (Value First, Value Last) Best(Value first, Value last)
    {
        var ahead = Op.Unsqueeze(last, 1);                                                                     // [rows, 1, time]
        if (longest > 1)
            ahead = Op.MaxPool(Op.Concat(2, ahead, Op.Filled(Never, [last.Shape[0], 1, longest - 1], last)), [longest]);
        var start = Op.ArgMax(first + Op.Renamed(Op.Squeeze(ahead, 1), last.Shape), -1, keepDims: false);      // [rows]
        Value from = Op.Unsqueeze(start, 1), steps = Steps(last);
        var isAllowed = Op.And(Op.GreaterOrEqual(steps, from), Op.Less(steps, from + (long)longest));
        return (start, Op.ArgMax(Op.Where(isAllowed, last, last.Number(Never)), -1, keepDims: false));
    }

    private static Value Steps(Value scores) => Op.Range(Op.SizeOf(scores, 1), scores.Shape[1]);

    private static Value Column(Value labels, int end) => Op.Squeeze(Op.Slice(labels, 1, end, end + 1), 1);

    private static Value At(Value scores, Value steps) => Op.Squeeze(Op.GatherElements(scores, Op.Unsqueeze(steps, 1), -1), 1);
}
