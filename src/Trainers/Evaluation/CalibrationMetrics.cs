namespace MLSeqGraph.Trainers;

/// <summary>Rows of like probabilities.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="MeanProbability">Their mean probability.</param>
/// <param name="PositiveShare">The share of those that are true.</param>
public sealed record CalibrationBin(long Count, double MeanProbability, double PositiveShare);

/// <summary>Whether probabilities hold: <see cref="EvaluationExtensions.EvaluateCalibration"/>.</summary>
public sealed class CalibrationMetrics
{
    internal CalibrationMetrics()
    {
    }

    /// <summary>The mean square of probability minus outcome (Brier 1950), 0 for certainty that is right.</summary>
    public double BrierScore { get; internal init; }

    /// <summary>The mean of minus the logarithm of the outcome's probability, in nats.</summary>
    public double LogLoss { get; internal init; }

    /// <summary>The mean over the bins, by their rows, of the distance between mean probability and share (ECE, Naeini et al.
    /// 2015).</summary>
    public double ExpectedCalibrationError { get; internal init; }

    /// <summary>The share of rows that are true, with the weights of the evaluation.</summary>
    public double PositiveShare { get; internal init; }

    /// <summary>The reliability table: bins of about equally many rows, from the lowest probability up.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; internal init; } = [];

    /// <summary>A table: a line per metric and one per bin.</summary>
    public override string ToString()
    {
        List<IReadOnlyList<string>> lines = [["Brier score", MetricsText.Format(BrierScore)], ["log loss", MetricsText.Format(LogLoss)],
            ["expected calibration error", MetricsText.Format(ExpectedCalibrationError)],
            ["share that is true", MetricsText.Format(PositiveShare)]];
        return MetricsText.Table(["probabilities", ""], lines) + MetricsText.Table(["rows", "mean probability", "share"],
            [.. Bins.Select(bin => (IReadOnlyList<string>)[$"{bin.Count}", MetricsText.Format(bin.MeanProbability),
                MetricsText.Format(bin.PositiveShare)])]);
    }
}
