namespace MLSeqGraph.Trainers;

/// <summary>How well one class, or one type of spans, was found.</summary>
/// <param name="Name">The class's key value, or the type of the spans.</param>
/// <param name="LabelCount">How often it occurs in the labels: its support.</param>
/// <param name="PredictedCount">How often it was predicted.</param>
/// <param name="CorrectCount">How often it was predicted correctly.</param>
public sealed record ClassMetrics(string Name, long LabelCount, long PredictedCount, long CorrectCount)
{
    /// <summary>Correct / predicted; 0 where it was never predicted.</summary>
    public double Precision => MetricsText.Share(CorrectCount, PredictedCount);

    /// <summary>Correct / in the labels; 0 where the labels have none.</summary>
    public double Recall => MetricsText.Share(CorrectCount, LabelCount);

    /// <summary>2 · precision · recall / (precision + recall); 0 where nothing was correct.</summary>
    public double F1Score => MetricsText.Share(2.0 * CorrectCount, LabelCount + PredictedCount);

    internal static string Table(string title, IEnumerable<ClassMetrics> all) => MetricsText.Table(
        [title, "precision", "recall", "F1", "support"],
        all.Select(one => (IReadOnlyList<string>)
            [one.Name, MetricsText.Format(one.Precision), MetricsText.Format(one.Recall), MetricsText.Format(one.F1Score),
            MetricsText.Format(one.LabelCount)]));
}
