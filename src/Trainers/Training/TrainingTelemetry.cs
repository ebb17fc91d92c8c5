using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MLSeqGraph.Trainers;

/// <summary>
/// What trainings tell tools that watch a program, such as OpenTelemetry: a meter and a source of activities, both called
/// <see cref="Name"/>. Nothing is measured while nobody listens.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Instrument</term><description>What it is</description></listheader>
/// <item><term><c>mlseqgraph.training.step.duration</c></term><description>A histogram of seconds: each step, forward, backward and
/// update.</description></item>
/// <item><term><c>mlseqgraph.training.epochs</c>, <c>.steps</c>, <c>.rows</c></term><description>Counters.</description></item>
/// <item><term><c>mlseqgraph.training.loss</c></term><description>A histogram of the losses of epochs, tagged with <c>set</c>:
/// <c>training</c> or <c>validation</c>.</description></item>
/// <item><term>Activities <c>train</c> and <c>epoch</c></term><description>A training, and each of its epochs, with losses, metrics
/// and learning rate as tags.</description></item>
/// </list>
/// </remarks>
public static class TrainingTelemetry
{
    /// <summary>The name of the meter and of the source of activities.</summary>
    public const string Name = "MLSeqGraph.Training";

    private static readonly ActivitySource Activities = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> StepTime = Meter.CreateHistogram<double>("mlseqgraph.training.step.duration", "s",
        "Forward, backward and update of a step.");
    private static readonly Histogram<double> Loss = Meter.CreateHistogram<double>("mlseqgraph.training.loss", null,
        "The mean loss of an epoch.");
    private static readonly Counter<long> Epochs = Meter.CreateCounter<long>("mlseqgraph.training.epochs", "{epoch}", "Finished epochs.");
    private static readonly Counter<long> Steps = Meter.CreateCounter<long>("mlseqgraph.training.steps", "{step}", "Steps.");
    private static readonly Counter<long> Rows = Meter.CreateCounter<long>("mlseqgraph.training.rows", "{row}", "Rows of steps.");

    /// <summary>Begins a training; null while nobody listens.</summary>
    internal static Activity? Begin(TrainingOptions options) => Activities.StartActivity("train")?.SetTag("epochs", options.Epochs)
        .SetTag("batch_size", options.BatchSize).SetTag("seed", options.Seed).SetTag("target", options.Target.ToString());

    /// <summary>Begins an epoch.</summary>
    internal static Activity? BeginEpoch(int epoch) => Activities.StartActivity("epoch")?.SetTag("epoch", epoch);

    internal static void Stepped(double seconds)
    {
        if (StepTime.Enabled)
            StepTime.Record(seconds);
    }

    internal static void Ended(Activity? activity, EpochRecord epoch)
    {
        Epochs.Add(1);
        Steps.Add(epoch.Steps);
        Rows.Add(epoch.Rows);
        Loss.Record(epoch.Loss, new KeyValuePair<string, object?>("set", "training"));
        if (epoch.ValidationLoss is { } validation)
            Loss.Record(validation, new KeyValuePair<string, object?>("set", "validation"));
        if (activity is null)
            return;
        activity.SetTag("loss", epoch.Loss).SetTag("validation_loss", epoch.ValidationLoss).SetTag("learning_rate", epoch.LearningRate)
            .SetTag("rows", epoch.Rows);
        foreach (var (name, value) in epoch.Metrics)
            activity.SetTag(name, value);
        foreach (var (name, value) in epoch.ValidationMetrics)
            activity.SetTag($"validation_{name}", value);
    }

    /// <summary>Says how a training ended.</summary>
    internal static void Ended(Activity? activity, TrainingHistory history, string? error = null) => activity?
        .SetTag("ended", history.StoppedBecause.ToString()).SetTag("best_epoch", history.BestEpoch)
        .SetStatus(error is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, error);
}
