using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.ML.Runtime;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments;

/// <summary>One process's run of an experiment: takes trials from the study until the budget is used up.</summary>
internal sealed class ExperimentRun : IDisposable
{
    private readonly Experiment _experiment;
    private readonly CancellationToken _cancel;
    private readonly CancellationTokenSource _over = new();
    private readonly Study _study;
    private readonly Proposals _proposals;
    private readonly TrialFit? _fit;
    private readonly MemoryBudget _memory;
    private readonly TrialCheckpoints? _checkpoints;
    private readonly IChannel _channel;
    private readonly object _monitoring = new();
    private readonly ConcurrentDictionary<int, IReadOnlyList<EpochRecord>> _histories = new();
    private readonly int _mostTrials, _threads;
    private long _epochs;
    private double? _best;

    internal ExperimentRun(Experiment experiment, CancellationToken cancel)
    {
        (_experiment, _cancel) = (experiment, cancel);
        _channel = ((IHostEnvironment)experiment.ML).Register("Experiment").Start("Experiment");
        _study = Study.Attach(experiment.Database, experiment.StudyName, experiment.Space, experiment.Metric!.Name,
            experiment.Metric.IsMaximize, experiment.Seed);
        if (experiment.Patience is { } patience)
            _study.Patience = patience;
        _proposals = new(experiment, _study);
        var different = experiment.Space.Count;
        _mostTrials = experiment.MostTrials ?? (different < int.MaxValue ? (int)different : int.MaxValue);
        _threads = experiment.Threads > 0 ? experiment.Threads
            : experiment.Parallel > 1 ? Math.Max(1, Environment.ProcessorCount / experiment.Parallel) : 0;
        _fit = experiment.Pipeline is null ? null : new(experiment, experiment.Data!());
        _checkpoints = TrialCheckpoints.Of(experiment, _fit?.Folds ?? 1);
        _memory = new(experiment.MostMegabytes);
    }

    internal ExperimentResult Run()
    {
        if (_experiment.Time is { } time)
            _over.CancelAfter(time);
        _best = _study.Best?.Metric;
        using (new Timer(_ => Beat(), null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)))
        {
            Task[] workers = [.. Enumerable.Range(0, _experiment.Parallel).Select(_ => Task.Factory.StartNew(Work,
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
        return ExperimentResult.Of(_experiment, _study, _fit, _threads, _histories, _cancel);
    }

    public void Dispose()
    {
        _memory.Dispose();
        _checkpoints?.Dispose();
        _study.Dispose();
        _over.Dispose();
        _channel.Dispose();
    }

    private void Work()
    {
        try
        {
            while (!_cancel.IsCancellationRequested && !_over.IsCancellationRequested
                && _study.Claim(_mostTrials, _proposals.Propose) is var (number, proposal))
                if (!TrialTelemetry.Run(number, () => Try(number, proposal)))
                    return;
        }
        catch
        {
            _over.Cancel();
            throw;
        }
    }

    /// <returns>False where the trial was given back.</returns>
    private bool Try(int number, TrialProposal proposal)
    {
        var parameters = proposal.Parameters;
        var start = Stopwatch.GetTimestamp();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(_cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
        var curve = new Dictionary<int, double>();
        var bestEpoch = 0;
        Trial? trial = null;
        trial = new Trial(number, parameters, _experiment.Space, _experiment.Seed, _threads, stop.Token, cancel.Token, (epoch, value) =>
        {
            Reported(trial!, curve, epoch, value, stop);
            return !stop.IsCancellationRequested;
        })
        {
            ParentTrialId = proposal.ParentTrialId, CheckpointFolder = _checkpoints?.Begin(number),
            StartFolder = proposal.ParentTrialId is { } parent ? _checkpoints?.Of(parent) : null,
        };
        var memory = _memory.Begin(cancel);
        Tell(monitor => monitor.ReportRunningTrial(trial));
        TrialResult Result(TrialState state, double? metric, string? reason) => new()
        {
            TrialId = number, State = state, Parameters = parameters, ParentTrialId = proposal.ParentTrialId, Metric = metric,
                Reason = reason, Epochs = curve.Count,
            BestEpoch = bestEpoch > 0 ? bestEpoch : curve.OrderBy(one => _study.Loss(one.Value)).FirstOrDefault().Key,
            DurationInMilliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds,
        };
        TrialResult result;
        try
        {
            using var watched = Watch(trial, stop, cancel.Token, history =>
            {
                bestEpoch = history.Epochs is [.., { ValidationLoss: not null }] ? history.BestEpoch : 0;
                _histories[number] = history.Epochs;
            }).Begin();
            var metric = _fit is null ? _experiment.Function!(trial) : _fit.Evaluate(trial);
            result = !double.IsFinite(metric) ? Result(TrialState.Failed, null, $"{_study.Metric} is {Dimension.Text(metric)}")
                : Result(TrialState.Completed, metric, stop.IsCancellationRequested && _over.IsCancellationRequested
                    ? "ended early: the budget was used up" : null);
        }
        catch (TrialPrunedException pruned)
        {
            result = Result(TrialState.Pruned, curve.Count == 0 ? null : curve[curve.Keys.Max()], pruned.Message);
        }
        catch (Exception error) when (memory.Exceeded is { } exceeded)
        {
            result = Result(TrialState.Failed, null, $"{exceeded}; {error.GetType().Name}");
        }
        catch (OperationCanceledException) when (_cancel.IsCancellationRequested || _over.IsCancellationRequested)
        {
            _study.Release(number);
            return false;
        }
        catch (Exception error) when (error is not StudyException)
        {
            result = Result(TrialState.Failed, null, TrialFit.ReasonOf(error));
        }
        finally
        {
            _memory.End(memory);
        }
        if (_study.Finish(result))
            Tell(result);
        return true;
    }

    private TrainingWatch Watch(Trial trial, CancellationTokenSource stop, CancellationToken cancel, Action<TrainingHistory> trained)
    {
        var epochs = 0;
        return new()
        {
            StopToken = stop.Token, CancellationToken = cancel, Target = ExecutionTarget.Cpu(_threads), OnTrained = trained,
            CheckpointFolder = trial.CheckpointFolder, StartFolder = trial.StartFolder,
            OnEpoch = epoch =>
            {
                if (_fit is { Folds: > 1 })
                    CountEpoch();
                else if (_experiment.Metric!.Of(epoch) is { } value)
                    trial.Report(epoch.Epoch, value);
                else if (_experiment.Pruner is not null)
                    throw new InvalidOperationException("a pruner judges by validation rows, and the trainer has none: give preparation "
                        + "and trainer apart to SetPipeline, or set the trainer's ValidationFraction");
                else
                    CountEpoch();
                if (_experiment.Tuner is PopulationBasedTuner population && Interlocked.Increment(ref epochs) >= population.Interval)
                    stop.Cancel();
            },
        };
    }

    private void Reported(Trial trial, Dictionary<int, double> curve, int epoch, double value, CancellationTokenSource stop)
    {
        curve[epoch] = value;
        _study.Report(trial.TrialId, epoch, value);
        if (_fit is not { Folds: > 1 })
            CountEpoch();
        Tell(monitor => monitor.ReportEpoch(trial, epoch, value));
        if (_experiment.Pruner is not { } pruner)
            return;
        Dictionary<int, double> Losses(Dictionary<int, double> values) =>
            values.ToDictionary(one => one.Key, one => _study.Loss(one.Value));
        var others = _study.AllReports();
        others.Remove(trial.TrialId);
        switch (pruner.Decide(new(trial.TrialId, epoch, Losses(curve),
            others.ToDictionary(one => one.Key, one => (IReadOnlyDictionary<int, double>)Losses(one.Value)))))
        {
            case PruneDecision.Prune:
                throw new TrialPrunedException(epoch);
            case PruneDecision.Stop:
                stop.Cancel();
                break;
        }
    }

    private void CountEpoch()
    {
        if (Interlocked.Increment(ref _epochs) >= _experiment.MostEpochs)
            _over.Cancel();
    }

    private void Beat()
    {
        try
        {
            _study.Beat();
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
            if (result.State != TrialState.Completed || (_best is { } best && _study.Loss(result.Metric!.Value) >= _study.Loss(best)))
                return;
            _best = result.Metric;
            monitor.ReportBestTrial(result);
        });
    }

    private void Tell(Action<IMonitor> tell)
    {
        lock (_monitoring)
            if (_experiment.Monitor is { } monitor)
                tell(monitor);
    }
}
