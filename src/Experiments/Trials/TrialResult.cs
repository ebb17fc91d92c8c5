namespace MLSeqGraph.Experiments;

/// <summary>One trial of a study: the values that were tried, and what came of them.</summary>
public sealed record TrialResult
{
    /// <summary>Its number in the study, from 0.</summary>
    public required int TrialId { get; init; }

    /// <summary>Where it stands.</summary>
    public required TrialState State { get; init; }

    /// <summary>The values that were tried, by name: Double, Int32, or the name of a choice.</summary>
    public required IReadOnlyDictionary<string, object> Parameters { get; init; }

    /// <summary>The metric; of a pruned trial the last that an epoch reported; null without one.</summary>
    public double? Metric { get; init; }

    /// <summary>Why it failed, was pruned or ended early; null where there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>When it began; null where it hasn't.</summary>
    public DateTime? StartedAtUtc { get; init; }

    /// <summary>When it ended; null where it hasn't.</summary>
    public DateTime? EndedAtUtc { get; init; }

    /// <summary>How long it took, evaluation included.</summary>
    public double DurationInMilliseconds { get; init; }

    /// <summary>Epochs that it reported.</summary>
    public int Epochs { get; init; }

    /// <summary>The epoch whose report was best; 0 without reports.</summary>
    public int BestEpoch { get; init; }

    /// <summary>How many times a process began it: more than 1 where processes were killed.</summary>
    public int Attempts { get; init; }

    /// <summary>The process that works or worked on it: machine, process id, start.</summary>
    public string? Worker { get; init; }

    /// <summary>The trial whose checkpoint it went on from (<see cref="PopulationBasedTuner"/>); null for none.</summary>
    public int? ParentTrialId { get; init; }

    // Metrics have the size of what they are about.
    private static string Text(double metric) => metric.ToString(Math.Abs(metric) is 0 or (>= 0.1 and < 1e7) ? "0.0000" : "G4",
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The trial in a line: <c>trial 3  Completed  0.8712  rate 0.0031  network lstm  12.3 s</c>.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"trial {TrialId}  {State}  {(Metric is { } metric ? Text(metric) : "-")}  {TrialParameters.Text(Parameters)}  ")
        + FormattableString.Invariant($"{DurationInMilliseconds / 1000:0.0} s{(Reason is null ? "" : $"  ({Reason})")}");
}
