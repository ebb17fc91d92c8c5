namespace MLSeqGraph.Onnx;

// Connectionist temporal classification.
public static partial class Op
{
    // The logarithm of 0: finite, so that differences of two of them are numbers.
    private const double NoPath = -1e30;

    /// <summary>
    /// Connectionist temporal classification: -log Σ p(path) over the paths, a class a frame, that become the labels when repeats are
    /// merged and then blanks removed (Graves et al. 2006). Computed in the log domain.
    /// </summary>
    /// <param name="logits">Unnormalized log-probabilities, [batch, time, classes].</param>
    /// <param name="labels">Classes, Int64 [batch, labels]; what stands past a row's labels is not read.</param>
    /// <param name="lengths">Frames of each row, Int64 [batch].</param>
    /// <param name="labelLengths">Labels of each row, Int64 [batch]; 0 is an empty target.</param>
    /// <param name="blank">The class of the blank.</param>
    /// <returns>
    /// The loss of each row in nats, [batch]; infinity, with a gradient of 0, where the frames are too few for the labels, of which two
    /// equal ones in a row need a blank between them. The model fails when it runs on a label that is the blank or no class, and on more
    /// frames or labels than there are.
    /// </returns>
    /// <exception cref="GraphException">
    /// A shape or type is another one, the number of classes isn't known, or the blank is none of them.
    /// </exception>
    public static Value CtcLoss(Value logits, Value labels, Value lengths, Value labelLengths, int blank = 0)
    {
        if (!logits.Type.IsReal() || logits.Shape.Rank != 3 || !logits.Shape[2].IsKnown)
            throw Mismatch("CtcLoss", "logits [batch, time, classes] with a known number of classes", logits);
        Dim batch = logits.Shape[0];
        if (labels.Type != ElementType.Int64 || labels.Shape.Rank != 2 || labels.Shape[0] != batch)
            throw Mismatch("CtcLoss", $"labels [{batch}, labels] Int64", logits, labels);
        foreach (var counts in (Value[])[lengths, labelLengths])
            if (counts.Type != ElementType.Int64 || !counts.Shape.Equals([batch]))
                throw Mismatch("CtcLoss", $"lengths [{batch}] Int64", logits, counts);
        if (blank < 0 || blank >= logits.Shape[2].Size)
            throw Mismatch("CtcLoss", $"a blank from 0 to {logits.Shape[2].Size - 1}, not {blank}", logits);
        return Onnx.CtcLoss.Suits(logits, labels, lengths, labelLengths)
            ? Onnx.CtcLoss.Of(logits, labels, lengths, labelLengths, blank)
            : CtcByScan(logits, CheckedLabels(logits, labels, lengths, labelLengths, blank), lengths, labelLengths, blank);
    }

    // α(t, s) = p(t, class of s) (α(t - 1, s) + α(t - 1, s - 1) + α(t - 1, s - 2)), the last term where s is a label other than the one
    // before it. The states are a blank and a label in turn; those past a row's labels come after all that count.
    private static Value CtcByScan(Value logits, Value labels, Value lengths, Value labelLengths, int blank)
    {
        var graph = logits.Graph;
        Dim batch = logits.Shape[0], time = logits.Shape[1], states = (labels.Shape[1] + 1) * 2;
        Value Blanks(Dim count) => Filled((long)blank, [batch, count], labels);
        Value none = logits.Number(NoPath), zero = logits.Number(0);
        var padded = Concat(1, labels, Blanks(1));
        var classes = Reshape(Concat(2, Unsqueeze(Blanks(labels.Shape[1] + 1), 2), Unsqueeze(padded, 2)), [batch, states], labels);
        var earlier = Concat(1, Blanks(2), Slice(classes, 1, 0, -2));                                    // [batch, states]
        var penalty = Where(Or(Equal(classes, graph.Scalar((long)blank)), Equal(classes, earlier)), none, zero);
        var at = Unsqueeze(classes, 1) + Filled(0L, [batch, time, 1], logits);
        var emitted = Transpose(GatherElements(LogSoftmax(logits), at, 2), 1, 0, 2);                     // [time, batch, states]
        var isFrame = Unsqueeze(Less(Unsqueeze(Range(SizeOf(logits, 1), time), 1), lengths), 2);         // [time, batch, 1]
        // Before the first frame stands the first blank, from which a path goes on or moves to the first label.
        var start = penalty * 0.0 + Where(Equal(Range(SizeOf(classes, 1), states), graph.Scalar(0L)), zero, none);
        var column = Slice(start, 1, 1, 2);                                                              // [batch, 1], no path
        var (last, _) = Scan([start], [emitted, isFrame], (before, slices) =>
        {
            var one = Concat(1, column, Slice(before[0], 1, 0, -1));
            var two = Concat(1, column, column, Slice(before[0], 1, 0, -2)) + penalty;
            return ([Where(slices[1], LogSum(before[0], one, two) + slices[0], before[0])], []);
        });
        var end = Unsqueeze(labelLengths * 2, 1);                                                        // [batch, 1]
        var ofBlank = GatherElements(last[0], end, 1);
        var ofLabel = GatherElements(last[0], Max(end - 1, graph.Scalar(0L)), 1);
        var total = Squeeze(LogSum(ofBlank, Where(Greater(end, graph.Scalar(0L)), ofLabel, none)), 1);
        return Where(LessOrEqual(total, logits.Number(NoPath / 10)), logits.Number(double.PositiveInfinity), -total);
    }

    // The labels, blanks past a row's, in a model that fails where one is no label or there are more of them or of frames than it has.
    private static Value CheckedLabels(Value logits, Value labels, Value lengths, Value labelLengths, int blank)
    {
        var graph = logits.Graph;
        Value Number(long number) => graph.Scalar(number);
        var isLabel = Less(Range(SizeOf(labels, 1), labels.Shape[1]), Unsqueeze(labelLengths, 1));       // [batch, labels]
        var isNone = Or(Equal(labels, Number(blank)),
            Or(Less(labels, Number(0)), GreaterOrEqual(labels, Number(logits.Shape[2].Size))));
        var faults = Count(And(isLabel, isNone)) + Count(OutOf(lengths, SizeOf(logits, 1))) + Count(OutOf(labelLengths, SizeOf(labels, 1)));
        var check = Graph.Emit("Gather", [graph.Vector(0L), Min(faults, Number(1))])
            .AddOutput(ElementType.Int64, [], "ctc_labels_are_classes_without_the_blank_and_lengths_are_within_the_tensors");
        return Where(isLabel, labels, Number(blank)) + check;

        Value OutOf(Value counts, Value most) => Or(Less(counts, Number(0)), Greater(counts, most));
        static Value Count(Value faults) => ReduceSum(Cast(faults, ElementType.Int64), keepDims: false);
    }

    private static Value LogSum(params ReadOnlySpan<Value> terms)
    {
        var most = terms[0];
        foreach (var term in terms[1..])
            most = Max(most, term);
        most = StopGradient(most);
        var sum = Exp(terms[0] - most);
        foreach (var term in terms[1..])
            sum += Exp(term - most);
        return most + Log(sum);
    }
}
