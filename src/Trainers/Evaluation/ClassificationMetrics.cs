namespace MLSeqGraph.Trainers;

/// <summary>How well classes were predicted: <see cref="EvaluationExtensions.EvaluateClassification(SequencesCatalog,
/// Microsoft.ML.IDataView, string, string, string?, CancellationToken, bool)"/>.</summary>
/// <remarks>
/// By default every row counts. A missing label, which is the key of a value that no training row has, stands for a class that the model
/// doesn't know: its row is wrong, and the lists have a class <c>(missing)</c>. ML.NET's own evaluator leaves such rows out.
/// </remarks>
public class ClassificationMetrics
{
    internal ClassificationMetrics(ClassCounts counts)
    {
        ConfusionMatrix = Array.AsReadOnly([.. counts.Confusion.Select(line => (IReadOnlyList<long>)Array.AsReadOnly(line))]);
        PerClass = Array.AsReadOnly([.. counts.Names.Select((name, i) => new ClassMetrics(name,
            counts.Confusion[i].Sum() + counts.WithoutPrediction[i], counts.Confusion.Sum(line => line[i]), counts.Confusion[i][i]))]);
        LabelCount = PerClass.Sum(one => one.LabelCount);
        MissingPredictionCount = counts.WithoutPrediction.Sum();
        UnknownLabelCount = counts.Unknown;
        LogLoss = counts.LogLoss;
        MicroAccuracy = (double)PerClass.Sum(one => one.CorrectCount) / LabelCount;
        MacroAccuracy = MetricsText.Mean(PerClass.Where(one => one.LabelCount > 0).Select(one => one.Recall));
        MacroF1Score = MetricsText.Mean(PerClass.Where(one => one.LabelCount + one.PredictedCount > 0).Select(one => one.F1Score));
    }

    /// <summary>Labels predicted correctly / <see cref="LabelCount"/>.</summary>
    public double MicroAccuracy { get; }

    /// <summary>The mean recall of the classes that occur in the labels.</summary>
    public double MacroAccuracy { get; }

    /// <summary>The mean F1 of the classes that occur in labels or predictions.</summary>
    public double MacroF1Score { get; }

    /// <summary>
    /// The mean over the labels of −ln p, p being the score of the label's class, at least 1e-15 as in ML.NET's own evaluator; a class
    /// that the model doesn't know counts as p = 1e-15. NaN without scores.
    /// </summary>
    public double LogLoss { get; }

    /// <summary>
    /// Each class, with its support as <see cref="ClassMetrics.LabelCount"/>: first those that can be predicted, in the order of their
    /// keys, then those that only labels have.
    /// </summary>
    public IReadOnlyList<ClassMetrics> PerClass { get; }

    /// <summary>Numbers of labels by class (outer) and predicted class (inner), both in the order of <see cref="PerClass"/>.</summary>
    public IReadOnlyList<IReadOnlyList<long>> ConfusionMatrix { get; }

    /// <summary>The number of labels that count: one per row or, for tagging, per step.</summary>
    public long LabelCount { get; }

    /// <summary>The number of labels of classes that the model doesn't know, including missing ones that count: they are wrong.</summary>
    public long UnknownLabelCount { get; }

    /// <summary>The number of labels without a prediction: they are wrong, and in no column of <see cref="ConfusionMatrix"/>.</summary>
    public long MissingPredictionCount { get; }

    /// <summary>A table with a line per class, the averages, and the counts.</summary>
    public override string ToString() => Averages
        + $"{LabelCount} labels; {UnknownLabelCount} of unknown classes, {MissingPredictionCount} without prediction\n";

    private protected string Averages => ClassMetrics.Table("class", PerClass)
        + $"micro accuracy {MetricsText.Format(MicroAccuracy)}, macro accuracy {MetricsText.Format(MacroAccuracy)}, "
        + $"macro F1 {MetricsText.Format(MacroF1Score)}, log loss {MetricsText.Format(LogLoss)}\n";
}
