using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MLSeqGraph.Experiments;

/// <summary>
/// What experiments tell tools that watch a program, such as OpenTelemetry: a meter and a source of activities, both called
/// <see cref="Name"/>. Nothing is measured while nobody listens.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Instrument</term><description>What it is</description></listheader>
/// <item><term><c>mlseqgraph.experiments.trials</c></term><description>A counter of trials that ended, tagged with
/// <c>state</c>.</description></item>
/// <item><term><c>mlseqgraph.experiments.trial.duration</c></term><description>A histogram of seconds, tagged with
/// <c>state</c>.</description></item>
/// <item><term>Activity <c>trial</c></term><description>A trial, with number, state, metric, values and reason; the trainings in it are
/// its children.</description></item>
/// </list>
/// </remarks>
public static class TrialTelemetry
{
    /// <summary>The name of the meter and of the source of activities.</summary>
    public const string Name = "MLSeqGraph.Experiments";

    private static readonly ActivitySource Activities = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Trials = Meter.CreateCounter<long>("mlseqgraph.experiments.trials", "{trial}",
        "Trials that ended.");
    private static readonly Histogram<double> Time = Meter.CreateHistogram<double>("mlseqgraph.experiments.trial.duration", "s",
        "A trial, evaluation included.");

    /// <summary>Runs a trial as an activity.</summary>
    internal static bool Run(int number, Func<bool> run)
    {
        using var activity = Activities.StartActivity("trial")?.SetTag("trial", number);
        return run();
    }

    /// <summary>Says what a trial came to.</summary>
    internal static void Ended(TrialResult result)
    {
        var tag = new KeyValuePair<string, object?>("state", result.State.ToString().ToLowerInvariant());
        Trials.Add(1, tag);
        Time.Record(result.DurationInMilliseconds / 1000, tag);
        if (Activity.Current is not { OperationName: "trial" } activity || activity.Source.Name != Name)
            return;
        activity.SetTag("state", tag.Value).SetTag("metric", result.Metric).SetTag("reason", result.Reason)
            .SetStatus(result.State == TrialState.Failed ? ActivityStatusCode.Error : ActivityStatusCode.Ok, result.Reason);
        foreach (var (name, value) in result.Parameters)
            activity.SetTag($"parameter.{name}", value);
    }
}
