namespace MLSeqGraph.Trainers;

/// <summary>How well classes of steps were predicted: <see cref="EvaluationExtensions.EvaluateTagging"/>.</summary>
public sealed class TaggingMetrics : ClassificationMetrics
{
    internal TaggingMetrics(ClassCounts counts, SpanMetrics? spans, long sequences, long missing) : base(counts) =>
        (Spans, SequenceCount, MissingLabelCount) = (spans, sequences, missing);

    /// <summary>The spans that tags mark; null where the classes' names aren't all <c>O</c>, <c>B-…</c> or <c>I-…</c>.</summary>
    public SpanMetrics? Spans { get; }

    /// <summary>Sequences: rows.</summary>
    public long SequenceCount { get; }

    /// <summary>Steps that count: those with a label, and those without where they are to count as wrong.</summary>
    public long StepCount => LabelCount;

    /// <summary>Steps whose label is missing, which count for nothing unless they are to count as wrong.</summary>
    public long MissingLabelCount { get; }

    /// <summary>A table: a line per class, the averages, and the spans where there are any.</summary>
    public override string ToString() => Averages
        + $"{StepCount} steps of {SequenceCount} sequences; {MissingLabelCount} without label, {UnknownLabelCount} of unknown classes, "
        + $"{MissingPredictionCount} without prediction\n{Spans}";
}
