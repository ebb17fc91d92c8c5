using System.Collections.Concurrent;
using Microsoft.ML.Runtime;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments;

/// <summary>One process's run of an experiment: takes trials from who hands them out until the budget is used up.</summary>
internal sealed class ExperimentRun : IDisposable
{
    private readonly CancellationToken _cancel;
    private readonly CancellationTokenSource _over;
    private readonly Study? _study;
    private readonly MemoryBudget _memory;
    private readonly IChannel _channel;
    private readonly object _monitoring = new();
    private readonly ConcurrentDictionary<int, IReadOnlyList<EpochRecord>> _histories = new();
    private long _epochs;
    private double? _best;

    /// <param name="experiment">The experiment.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="source">Who hands out trials; null for the experiment's own study.</param>
    internal ExperimentRun(Experiment experiment, CancellationToken cancel, ITrialSource? source = null)
    {
        (Experiment, _cancel) = (experiment, cancel);
        _channel = ((IHostEnvironment)experiment.ML).Register("Experiment").Start("Experiment");
        _study = source is null ? experiment.AttachStudy() : null;
        Source = source ?? new StudyTrials(_study!, new(experiment, _study!), experiment.TrialsAtMost, experiment.Pruner);
        _over = CancellationTokenSource.CreateLinkedTokenSource(Source.Over);
        Threads = experiment.Threads > 0 ? experiment.Threads
            : experiment.Parallel > 1 ? Math.Max(1, Environment.ProcessorCount / experiment.Parallel) : 0;
        Fit = experiment.Pipeline is null ? null : new(experiment, experiment.Data!());
        Checkpoints = TrialCheckpoints.Of(experiment, Fit?.Folds ?? 1);
        _memory = new(experiment.MostMegabytes);
    }

    internal Experiment Experiment { get; }

    internal ITrialSource Source { get; }

    internal TrialFit? Fit { get; }

    internal TrialCheckpoints? Checkpoints { get; }

    /// <summary>Threads of a trial; 0 for all cores.</summary>
    internal int Threads { get; }

    internal bool IsOver => _over.IsCancellationRequested;

    internal bool IsCanceled => _cancel.IsCancellationRequested;

    /// <summary>Runs trials until nothing is left, and gives what the study came to.</summary>
    internal ExperimentResult Run()
    {
        Work();
        return Result();
    }

    /// <summary>Runs trials until nothing is left.</summary>
    internal void Work()
    {
        if (Experiment.Time is { } time)
            _over.CancelAfter(time);
        _best = Source.Best;
        using (new Timer(_ => Beat(), null, Experiment.Heartbeat, Experiment.Heartbeat))
        {
            Task[] workers = [.. Enumerable.Range(0, Experiment.Parallel).Select(_ => Task.Factory.StartNew(TakeTrials,
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
            try
            {
                Task.WaitAll(workers);
            }
            catch (AggregateException error)
            {
                // A broken study, not a failed trial.
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
            }
        }
    }

    /// <summary>What the experiment's own study came to.</summary>
    internal ExperimentResult Result() => ExperimentResult.Of(Experiment, _study!, Fit, Threads, _histories, _cancel);

    public void Dispose()
    {
        _memory.Dispose();
        Checkpoints?.Dispose();
        Source.Dispose();
        _study?.Dispose();
        _over.Dispose();
        _channel.Dispose();
    }

    internal double Loss(double metric) => Experiment.Metric!.IsMaximize ? -metric : metric;

    internal void Keep(int trial, IReadOnlyList<EpochRecord> epochs) => _histories[trial] = epochs;

    internal void CountEpoch()
    {
        if (Interlocked.Increment(ref _epochs) >= Experiment.MostEpochs)
            _over.Cancel();
    }

    internal void Tell(Action<IMonitor> tell)
    {
        lock (_monitoring)
            if (Experiment.Monitor is { } monitor)
                tell(monitor);
    }

    private void TakeTrials()
    {
        try
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(_cancel, _over.Token);
            while (!ends.IsCancellationRequested && Source.Claim(ends.Token) is { } claim)
                if (!TrialTelemetry.Run(claim.TrialId, () => Try(claim)))
                    return;
        }
        catch
        {
            _over.Cancel();
            throw;
        }
    }

    /// <returns>False where the run is over.</returns>
    private bool Try(TrialClaim claim)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(_cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
        var result = new TrialRun(this, claim, cancel, stop).Run(_memory);
        if (result is null)
            return !IsCanceled && !IsOver;
        if (!Source.Finish(result))
            return true;
        Checkpoints?.End(claim.TrialId);
        Tell(result);
        return true;
    }

    private void Beat()
    {
        try
        {
            Source.Beat();
        }
        catch (StudyException)
        {
            // a trial's own next word to the database says so
        }
    }

    private void Tell(TrialResult result)
    {
        _channel.Info(MessageSensitivity.None, "{0}", result);
        TrialTelemetry.Ended(result);
        Tell(monitor =>
        {
            if (result.State == TrialState.Failed)
                monitor.ReportFailTrial(result);
            else
                monitor.ReportCompletedTrial(result);
            if (result.State != TrialState.Completed || (_best is { } best && Loss(result.Metric!.Value) >= Loss(best)))
                return;
            _best = result.Metric;
            monitor.ReportBestTrial(result);
        });
    }
}
