using System.Diagnostics;
using MLSeqGraph.Experiments;
using Spectre.Console;

namespace MLSeqGraph.CommandLine;

/// <summary>
/// A table on a terminal that changes while trials run: each one's epochs, a curve of what they came to, its time, and how much is left.
/// </summary>
/// <param name="metric">What epochs report.</param>
/// <param name="mostTrials">The most trials; null for no limit.</param>
/// <param name="time">The longest that is searched; null for no limit.</param>
internal sealed class LiveTrials(string metric, int? mostTrials, TimeSpan? time) : IDisposable
{
    private const int MostRows = 15, CurveWidth = 24;
    private const string Bars = "▁▂▃▄▅▆▇█";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, Row> _rows = [];
    private readonly CancellationTokenSource _over = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private string _said = "";
    private Task _shown = Task.CompletedTask;

    /// <summary>Shows the table until this is disposed of.</summary>
    internal LiveTrials Show(IAnsiConsole console)
    {
        _shown = console.Live(Table()).StartAsync(async shown =>
        {
            while (!_over.IsCancellationRequested)
            {
                shown.UpdateTarget(Table());
                await Task.Delay(250, CancellationToken.None);
            }
            shown.UpdateTarget(Table());
        });
        return this;
    }

    /// <summary>Something begins that is no trial.</summary>
    internal void Say(string said)
    {
        lock (_lock)
            _said = said;
    }

    internal void Begin(Trial trial)
    {
        lock (_lock)
            _rows[trial.TrialId] = new((string)trial.Parameters["model"], Stopwatch.GetTimestamp());
    }

    internal void Epoch(int trial, double value)
    {
        lock (_lock)
            if (_rows.TryGetValue(trial, out var row))
                row.Values.Add(value);
    }

    internal void End(TrialResult result)
    {
        lock (_lock)
            if (_rows.TryGetValue(result.TrialId, out var row))
                row.Result = result;
    }

    /// <summary>The table as it is now: trials that run, and the last ones that ended.</summary>
    internal Table Table()
    {
        var table = new Table { Border = TableBorder.None };
        table.AddColumns("trial", "model", "epoch", Markup.Escape(metric), "", "time", "");
        lock (_lock)
        {
            foreach (var (number, row) in _rows.TakeLast(MostRows))
                table.AddRow(Dimension.Text(number), Markup.Escape(row.Model), Dimension.Text(row.Values.Count),
                    (row.Result?.Metric ?? (row.Values.Count > 0 ? row.Values[^1] : null)) is { } value ? TrainCommand.Text(value) : "",
                    Curve(row.Values), Text(TimeSpan.FromMilliseconds(row.Result?.DurationInMilliseconds
                        ?? Stopwatch.GetElapsedTime(row.Start).TotalMilliseconds)), row.Result?.State.ToString().ToLowerInvariant() ?? "");
            table.Caption = new(Markup.Escape(string.Join("  ", ((string[])[_said, Left(Stopwatch.GetElapsedTime(_start),
                _rows.Values.Count(row => row.Result is not null))]).Where(part => part.Length > 0))));
        }
        return table;
    }

    /// <summary>Values as bars of eight heights, of many the last ones.</summary>
    internal static string Curve(IReadOnlyList<double> values)
    {
        double[] shown = [.. values.Skip(values.Count - CurveWidth).Where(double.IsFinite)];
        if (shown.Length == 0)
            return "";
        var (least, most) = (shown.Min(), shown.Max());
        return string.Concat(shown.Select(value => Bars[most > least ? (int)((value - least) / (most - least) * (Bars.Length - 1)) : 0]));
    }

    /// <summary>How long it may take yet, by what has taken how long.</summary>
    internal string Left(TimeSpan elapsed, int ended)
    {
        TimeSpan?[] limits = [time - elapsed, mostTrials is { } most && ended > 0 ? elapsed / ended * (most - ended) : null];
        return limits.Min() is { } left ? $"{Text(left < TimeSpan.Zero ? TimeSpan.Zero : left)} left" : "";
    }

    public void Dispose()
    {
        _over.Cancel();
        _shown.GetAwaiter().GetResult();
    }

    private static string Text(TimeSpan time) => time.TotalHours >= 1
        ? FormattableString.Invariant($"{(int)time.TotalHours}:{time:mm\\:ss}")
        : FormattableString.Invariant($"{time:m\\:ss}");

    private sealed class Row(string model, long start)
    {
        internal string Model => model;

        internal long Start => start;

        internal List<double> Values { get; } = [];

        internal TrialResult? Result { get; set; }
    }
}
