using System.Diagnostics.Metrics;

namespace Server;

/// <summary>What is counted beside ASP.NET's own metrics, at <c>/metrics</c> in Prometheus' form.</summary>
internal sealed class ServerMetrics
{
    internal const string Name = "MLSeqGraph.Server";

    private readonly Histogram<int> _rows;
    private readonly Histogram<double> _run, _wait;
    private readonly Counter<long> _tokens, _reloads;

    public ServerMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(Name);
        _rows = meter.CreateHistogram("mlseqgraph.batch.rows", "{row}", "Rows of a run of the model.", null,
            new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] });
        var seconds = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
            0.5] };
        _run = meter.CreateHistogram("mlseqgraph.batch.duration", "s", "Time of a run of the model.", null, seconds);
        _wait = meter.CreateHistogram("mlseqgraph.batch.wait", "s", "Time that the first row of a batch waited.", null, seconds);
        _tokens = meter.CreateCounter<long>("mlseqgraph.tokens", "{token}", "Tokens written.");
        _reloads = meter.CreateCounter<long>("mlseqgraph.reloads", "{reload}", "Loads of the model's file.");
    }

    /// <summary>A run of the model ended.</summary>
    internal void Ran(int rows, TimeSpan run, TimeSpan wait)
    {
        _rows.Record(rows);
        _run.Record(run.TotalSeconds);
        _wait.Record(wait.TotalSeconds);
    }

    /// <summary>Tokens were written.</summary>
    internal void Wrote(int tokens) => _tokens.Add(tokens);

    /// <summary>The model's file was loaded again, or refused.</summary>
    internal void Reloaded(bool accepted) => _reloads.Add(1, new KeyValuePair<string, object?>("accepted", accepted));
}
