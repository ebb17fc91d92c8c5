namespace MLSeqGraph.Trainers;

/// <summary>How well classes of steps were predicted: <see cref="EvaluationExtensions.EvaluateTagging"/>.</summary>
public sealed class TaggingMetrics
{
    internal TaggingMetrics(IReadOnlyList<string> classNames, long[][] confusion, long[] withoutPrediction)
    {
        ConfusionMatrix = Array.AsReadOnly([.. confusion.Select(line => (IReadOnlyList<long>)Array.AsReadOnly(line))]);
        PerClass = Array.AsReadOnly([.. classNames.Select((name, i) => new ClassMetrics(
            name, confusion[i].Sum() + withoutPrediction[i], confusion.Sum(line => line[i]), confusion[i][i]))]);
        StepCount = PerClass.Sum(one => one.LabelCount);
        MissingPredictionCount = withoutPrediction.Sum();
        MicroAccuracy = (double)PerClass.Sum(one => one.CorrectCount) / StepCount;
        MacroAccuracy = MetricsText.Mean(PerClass.Where(one => one.LabelCount > 0).Select(one => one.Recall));
        MacroF1Score = MetricsText.Mean(PerClass.Where(one => one.LabelCount + one.PredictedCount > 0).Select(one => one.F1Score));
    }

    /// <summary>Steps predicted correctly / steps with a label.</summary>
    public double MicroAccuracy { get; }

    /// <summary>The mean of the recall of the classes that labels have.</summary>
    public double MacroAccuracy { get; }

    /// <summary>The mean F1 of the classes that labels or predictions have.</summary>
    public double MacroF1Score { get; }

    /// <summary>
    /// The mean over the steps of −ln p, p being the score of the label's class, at least 1e-15 as in ML.NET's own evaluator; a class
    /// that the model doesn't know counts as p = 1e-15. NaN without scores.
    /// </summary>
    public double LogLoss { get; internal init; } = double.NaN;

    /// <summary>
    /// Each class, with its support as <see cref="ClassMetrics.LabelCount"/>: those that can be predicted in the order of their keys,
    /// then those that labels alone have.
    /// </summary>
    public IReadOnlyList<ClassMetrics> PerClass { get; }

    /// <summary>Steps by class of the label (outer) and predicted class (inner), both in the order of <see cref="PerClass"/>.</summary>
    public IReadOnlyList<IReadOnlyList<long>> ConfusionMatrix { get; }

    /// <summary>The spans that tags mark; null where the classes' names aren't all <c>O</c>, <c>B-…</c> or <c>I-…</c>.</summary>
    public SpanMetrics? Spans { get; internal init; }

    /// <summary>Sequences: rows.</summary>
    public long SequenceCount { get; internal init; }

    /// <summary>Steps with a label: those that count.</summary>
    public long StepCount { get; }

    /// <summary>Steps whose label is missing, which count for nothing.</summary>
    public long MissingLabelCount { get; internal init; }

    /// <summary>Steps whose label is a class that the model doesn't know: counted as wrong.</summary>
    public long UnknownLabelCount { get; internal init; }

    /// <summary>Steps with a label, but without prediction: counted as wrong, and in no column of <see cref="ConfusionMatrix"/>.</summary>
    public long MissingPredictionCount { get; }

    /// <summary>A table: a line per class, the averages, and the spans where there are any.</summary>
    public override string ToString() =>
        ClassMetrics.Table("class", PerClass)
        + $"micro accuracy {MetricsText.Format(MicroAccuracy)}, macro accuracy {MetricsText.Format(MacroAccuracy)}, "
        + $"macro F1 {MetricsText.Format(MacroF1Score)}, log loss {MetricsText.Format(LogLoss)}\n"
        + $"{StepCount} steps of {SequenceCount} sequences; {MissingLabelCount} without label, {UnknownLabelCount} of unknown classes, "
        + $"{MissingPredictionCount} without prediction\n{Spans}";
}
