using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Labels for a sequence of at least as many steps, wherever they stand among them, by connectionist temporal classification. The blank
/// is the class behind those of the labels.
/// </summary>
internal sealed class AlignmentHead(int labels) : Head
{
    /// <summary>Input: labels of each row, Int64 [rows]; <see cref="Head.Labels"/> is [rows, labels] then.</summary>
    internal const string LabelLengths = "label_lengths";

    private int Blank => labels;

    internal override int Outputs => labels + 1;

    internal override bool IsPerStep => true;

    internal override NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? lengths, Value? weights)
    {
        Dim rows = logits.Shape[0];
        var targets = network.Input(Labels, ElementType.Int64, [rows, "labels"]);
        var labelLengths = network.Input(LabelLengths, ElementType.Int64, [rows]);
        lengths ??= AllSteps(logits);
        var exact = IsExact(Written(logits, lengths), targets, labelLengths);
        return new(
            Trainers.Loss.Ctc(logits, targets, lengths, labelLengths, Blank, weights: weights),
            [.. weights is null ? [] : ((string, Value)[])[LossCount(weights)], .. MeanMetric("exact", exact, RowMask(logits, weights))]);
    }

    internal override NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? weights) => Loss(network, logits, null, weights);

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits, Value? lengths) =>
    [
        (ModelFormat.Score, Op.Softmax(logits)),
        (ModelFormat.PredictedLabel, Written(logits, lengths ?? AllSteps(logits))),
    ];

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits) =>
        Predictions(network, logits, null);

    private static Value AllSteps(Value logits) => Op.SizeOf(logits, 1) + Op.Filled(0L, [logits.Shape[0]], logits);

    // The labels of the path of each step's most probable class, without repeats and blanks, [rows, time]: moved to the front, -1 behind.
    private Value Written(Value logits, Value lengths)
    {
        var graph = logits.Graph;
        Dim rows = logits.Shape[0], time = logits.Shape[1];
        Value blank = graph.Scalar((long)Blank), none = graph.Scalar(-1L), size = Op.SizeOf(logits, 1);
        var best = Op.ArgMax(logits, -1, keepDims: false);
        var before = Op.Concat(1, Op.Filled((long)Blank, [rows, 1], logits), Op.Slice(best, 1, 0, -1));
        var isStep = Op.Less(Op.Range(size, time), Op.Unsqueeze(lengths, 1));                       // [rows, time]
        var isWritten = Op.And(isStep, Op.Not(Op.Or(Op.Equal(best, blank), Op.Equal(best, before))));
        var place = Op.CumSum(Op.Cast(isWritten, ElementType.Int64), 1) - 1;
        // What isn't written goes to a place behind all others, which is cut off.
        var to = Op.Where(isWritten, place, size);
        var written = Op.ScatterElements(Op.Filled(-1L, [rows, time + 1], logits), to, Op.Where(isWritten, best, none), 1);
        return Op.Slice(written, 1, 0, -1);
    }

    // 1 for rows whose labels were written without error.
    private static Value IsExact(Value written, Value targets, Value labelLengths)
    {
        var graph = written.Graph;
        var isLabel = Op.Less(Op.Range(Op.SizeOf(targets, 1), targets.Shape[1]), Op.Unsqueeze(labelLengths, 1));
        var target = Op.Where(isLabel, targets, graph.Scalar(-1L));
        var padded = Op.Concat(1, target, Op.Filled(-1L, written.Shape, written));
        var all = Op.Concat(1, written, Op.Filled(-1L, targets.Shape, targets));                    // [rows, labels + time], too
        var differs = Op.Cast(Op.Not(Op.Equal(all, padded)), ElementType.Float);
        return 1 - Op.ReduceMax(differs, [1], keepDims: false);
    }
}
