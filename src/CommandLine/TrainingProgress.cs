using System.Diagnostics;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.CommandLine;

/// <summary>Says what runs: trials as they begin and end, their epochs, and that it goes on while nobody reports anything.</summary>
internal sealed class TrainingProgress : IMonitor, IDisposable
{
    private readonly Tool _tool;
    private readonly Portfolio _portfolio;
    private readonly bool _isExperiment;
    private readonly Timer _timer;
    private readonly LiveTrials? _live;
    private readonly Lock _lock = new();
    private string? _current;
    private long _start;
    private bool _isQuiet;

    /// <param name="tool">Where to say it.</param>
    /// <param name="portfolio">The models.</param>
    /// <param name="isExperiment">Whether there are several trials, which have numbers then.</param>
    /// <param name="live">A table that shows it, instead of lines; null for lines.</param>
    internal TrainingProgress(Tool tool, Portfolio portfolio, bool isExperiment, LiveTrials? live = null)
    {
        (_tool, _portfolio, _isExperiment, _live) = (tool, portfolio, isExperiment, live);
        _timer = new(_ => GoesOn(), null, tool.Heartbeat, tool.Heartbeat);
    }

    public void ReportRunningTrial(Trial trial)
    {
        _live?.Begin(trial);
        var model = (string)trial.Parameters["model"];
        Begin(Name(trial.TrialId, model), _portfolio.IsNetwork(model) ? "begins"
            : "begins; a trainer of ML.NET reports nothing before it ends");
    }

    public void ReportEpoch(Trial trial, int epoch, double value)
    {
        _live?.Epoch(trial.TrialId, value);
        Say(FormattableString.Invariant(
            $"{Name(trial.TrialId, trial.Parameters["model"])}  epoch {epoch}  validation {_portfolio.EpochMetric} {value:0.0000}"));
    }

    public void ReportCompletedTrial(TrialResult result) => End(result);

    public void ReportFailTrial(TrialResult result) => End(result);

    /// <summary>Something begins that may take long.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="said">What is said of it now.</param>
    internal void Begin(string name, string said)
    {
        lock (_lock)
            (_current, _start) = (name, Stopwatch.GetTimestamp());
        Say($"{name}  {said}");
        _live?.Say($"{name}  {said}");
    }

    public void Dispose()
    {
        _timer.Dispose();
        _live?.Dispose();
    }

    private string Name(int trial, object model) => _isExperiment ? FormattableString.Invariant($"trial {trial}  {model}") : $"{model}";

    private void End(TrialResult result)
    {
        _live?.End(result);
        Say(_isExperiment ? result.ToString() : result.ToString().Split("  ", 2)[1]);
    }

    private void Say(string line)
    {
        lock (_lock)
            _isQuiet = false;
        if (_live is null)
            _tool.Progress(line);
    }

    private void GoesOn()
    {
        string? line = null;
        lock (_lock)
        {
            if (_isQuiet && _current is not null)
                line = FormattableString.Invariant($"{_current}  goes on, {Stopwatch.GetElapsedTime(_start).TotalSeconds:0} s");
            _isQuiet = true;
        }
        if (line is not null && _live is null)
            _tool.Progress(line);
    }
}
