using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MLSeqGraph.Transforms;

/// <summary>
/// What scoring tells tools that watch a program, such as OpenTelemetry: a meter and a source of activities, both called
/// <see cref="Name"/>. Nothing is measured while nobody listens.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Instrument</term><description>What it is, tagged with <c>rows</c>: <c>sequences</c>, <c>graphs</c>,
/// <c>nodes</c> or <c>links</c></description></listheader>
/// <item><term><c>mlseqgraph.scoring.rows</c>, <c>.batches</c></term><description>Counters; of links and nodes a graph is a
/// batch.</description></item>
/// <item><term><c>mlseqgraph.scoring.batch.duration</c></term><description>A histogram of seconds: the model's run.</description></item>
/// <item><term>Activity <c>score</c></term><description>A batch, with the number of its rows.</description></item>
/// </list>
/// </remarks>
public static class ScoringTelemetry
{
    /// <summary>The name of the meter and of the source of activities.</summary>
    public const string Name = "MLSeqGraph.Scoring";

    private static readonly ActivitySource Activities = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Rows = Meter.CreateCounter<long>("mlseqgraph.scoring.rows", "{row}", "Scored rows.");
    private static readonly Counter<long> Batches = Meter.CreateCounter<long>("mlseqgraph.scoring.batches", "{batch}", "Runs of a model.");
    private static readonly Histogram<double> Time = Meter.CreateHistogram<double>("mlseqgraph.scoring.batch.duration", "s",
        "A run of a model.");

    /// <summary>Begins a batch; dispose of it when it was scored.</summary>
    /// <param name="kind">What its rows are.</param>
    /// <param name="rows">Their number.</param>
    internal static Batch Begin(string kind, int rows) => new(kind, rows, Activities.StartActivity("score"),
        Time.Enabled ? Stopwatch.GetTimestamp() : 0);

    /// <summary>A batch that is scored.</summary>
    internal readonly struct Batch(string kind, int rows, Activity? activity, long start) : IDisposable
    {
        public void Dispose()
        {
            var tag = new KeyValuePair<string, object?>("rows", kind);
            Rows.Add(rows, tag);
            Batches.Add(1, tag);
            if (start != 0)
                Time.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tag);
            activity?.SetTag("rows", kind).SetTag("count", rows).Dispose();
        }
    }
}
