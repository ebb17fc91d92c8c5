namespace MLSeqGraph.Trainers;

/// <summary>How well questions were answered by parts of texts: <see cref="EvaluationExtensions.EvaluateAnswers"/>.</summary>
public sealed class AnswerMetrics
{
    internal AnswerMetrics(long rows, long exact, double f1) => (RowCount, ExactCount, F1) = (rows, exact, f1);

    /// <summary>The share of answers that are right from the first to the last token.</summary>
    public double ExactMatch => (double)ExactCount / RowCount;

    /// <summary>The mean over the rows of F1 of the answer's tokens: 2 · common / (predicted + right).</summary>
    public double F1 { get; }

    /// <summary>Number of rows.</summary>
    public long RowCount { get; }

    /// <summary>Number of answers that are right from the first to the last token.</summary>
    public long ExactCount { get; }

    /// <summary>A table: exact answers and F1.</summary>
    public override string ToString() => MetricsText.Table(["", "count", "share"],
        [["exact", MetricsText.Format(ExactCount), MetricsText.Format(ExactMatch)], ["F1", MetricsText.Format(RowCount),
            MetricsText.Format(F1)]]);
}
