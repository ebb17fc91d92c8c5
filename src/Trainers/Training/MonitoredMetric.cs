namespace MLSeqGraph.Trainers;

/// <summary>
/// The number that decides which epoch was best: of the validation rows if there are any, otherwise of the training rows.
/// </summary>
/// <param name="Name">"loss", or a metric that the network reports.</param>
/// <param name="HigherIsBetter">Whether it should rise.</param>
public sealed record MonitoredMetric(string Name, bool HigherIsBetter)
{
    internal const string LossName = "loss";

    /// <summary>The loss, which should fall.</summary>
    public static MonitoredMetric Loss { get; } = new(LossName, false);

    /// <summary>A metric that should rise, such as the accuracy.</summary>
    public static MonitoredMetric Highest(string name) => new(name, true);

    /// <summary>A metric that should fall, such as the mean absolute error.</summary>
    public static MonitoredMetric Lowest(string name) => new(name, false);

    /// <summary>Its value in an epoch.</summary>
    internal double Of(EpochRecord epoch)
    {
        if (Name == LossName)
            return epoch.ValidationLoss ?? epoch.Loss;
        var metrics = epoch.ValidationLoss is null ? epoch.Metrics : epoch.ValidationMetrics;
        return metrics[Name];
    }

    internal static ArgumentException Unknown(string name, IEnumerable<string> metrics) =>
        new($"{nameof(TrainingOptions.MonitoredMetric)} is '{name}', which the network doesn't report; it reports "
            + $"{string.Join(", ", metrics.Prepend(LossName).Select(known => $"'{known}'"))}.");

    /// <summary>Whether a value is better than another by more than a minimum.</summary>
    internal bool IsBetter(double value, double than, double minimumDelta) =>
        !double.IsNaN(value) && (double.IsNaN(than) || (HigherIsBetter ? value > than + minimumDelta : value < than - minimumDelta));
}
