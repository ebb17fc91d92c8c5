namespace MLSeqGraph.Trainers;

/// <summary>
/// How well the spans marked by tags were found: a predicted span is correct if its type, its first and its last step are those of a span
/// of the labels. Counted as the script conlleval of the CoNLL-2000 and CoNLL-2003 tasks does (Tjong Kim Sang and Buchholz 2000).
/// </summary>
/// <remarks>
/// A span starts at each <c>B-</c>, and at an <c>I-</c> that doesn't continue a span of its own type: after <c>O</c>, after another
/// type, or at the start of its sequence. It ends before the next step that doesn't continue it.
/// </remarks>
public sealed class SpanMetrics
{
    internal SpanMetrics(IReadOnlyList<ClassMetrics> perType)
    {
        PerType = perType;
        Overall = new ClassMetrics("micro", perType.Sum(type => type.LabelCount), perType.Sum(type => type.PredictedCount),
            perType.Sum(type => type.CorrectCount));
        MacroPrecision = MetricsText.Mean(perType.Select(type => type.Precision));
        MacroRecall = MetricsText.Mean(perType.Select(type => type.Recall));
        MacroF1Score = MetricsText.Mean(perType.Select(type => type.F1Score));
    }

    /// <summary>The counts for spans of all types together.</summary>
    public ClassMetrics Overall { get; }

    /// <summary>Correct spans / predicted spans, of all types together (micro average).</summary>
    public double Precision => Overall.Precision;

    /// <summary>Correct spans / spans of the labels, of all types together (micro average).</summary>
    public double Recall => Overall.Recall;

    /// <summary>2 · <see cref="Precision"/> · <see cref="Recall"/> / (<see cref="Precision"/> + <see cref="Recall"/>).</summary>
    public double F1Score => Overall.F1Score;

    /// <summary>The mean of the types' precision; NaN where there are no spans.</summary>
    public double MacroPrecision { get; }

    /// <summary>The mean of the types' recall; NaN where there are no spans.</summary>
    public double MacroRecall { get; }

    /// <summary>The mean of the types' F1; NaN where there are no spans.</summary>
    public double MacroF1Score { get; }

    /// <summary>Each type that has a span in labels or predictions, by name.</summary>
    public IReadOnlyList<ClassMetrics> PerType { get; }

    /// <summary>A table: a line per type, and the micro average.</summary>
    public override string ToString() =>
        ClassMetrics.Table("spans", [.. PerType, Overall]) + $"macro F1  {MetricsText.Format(MacroF1Score)}\n";
}
