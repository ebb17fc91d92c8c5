namespace MLSeqGraph.Trainers;

/// <summary>How well classes of steps were predicted: <see cref="EvaluationExtensions.EvaluateTagging"/>.</summary>
public sealed class TaggingMetrics : ClassificationMetrics
{
    internal TaggingMetrics(ClassCounts counts, SpanMetrics? spans, long sequences, long missing) : base(counts) =>
        (Spans, SequenceCount, MissingLabelCount) = (spans, sequences, missing);

    /// <summary>
    /// Metrics of the spans marked by tags; null where the classes' names aren't all <c>O</c>, <c>B-…</c> or <c>I-…</c>.
    /// </summary>
    public SpanMetrics? Spans { get; }

    /// <summary>The number of sequences (rows).</summary>
    public long SequenceCount { get; }

    /// <summary>The number of steps that count: those with a label, and those without one where they count as wrong.</summary>
    public long StepCount => LabelCount;

    /// <summary>The number of steps whose label is missing, which don't count unless they count as wrong.</summary>
    public long MissingLabelCount { get; }

    /// <summary>A table: a line per class, the averages, and the spans where there are any.</summary>
    public override string ToString() => Averages
        + $"{StepCount} steps of {SequenceCount} sequences; {MissingLabelCount} without label, {UnknownLabelCount} of unknown classes, "
        + $"{MissingPredictionCount} without prediction\n{Spans}";
}
