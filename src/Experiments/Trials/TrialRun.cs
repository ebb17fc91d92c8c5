using System.Diagnostics;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments;

/// <summary>One trial of a run, from its values to what it came to.</summary>
internal sealed class TrialRun
{
    private readonly ExperimentRun _run;
    private readonly Experiment _experiment;
    private readonly TrialClaim _claim;
    private readonly string? _folder;
    private readonly CancellationTokenSource _cancel, _stop;
    private readonly Dictionary<int, double> _curve = [];
    private readonly Trial _trial;
    private int _bestEpoch;
    private bool _isRewound, _isLost;

    internal TrialRun(ExperimentRun run, TrialClaim claim, CancellationTokenSource cancel, CancellationTokenSource stop)
    {
        (_run, _experiment, _claim, _cancel, _stop) = (run, run.Experiment, claim, cancel, stop);
        _isRewound = !claim.IsBegun;
        _folder = run.Checkpoints?.Begin(claim);
        var goesOn = run.Checkpoints is { IsPopulation: true } || _experiment.Function is not null;
        _trial = new Trial(claim.TrialId, claim.Proposal.Parameters, _experiment.Space, _experiment.Seed, run.Threads, stop.Token,
            cancel.Token, (epoch, value) =>
            {
                Reported(epoch, value);
                return !stop.IsCancellationRequested;
            })
        {
            ParentTrialId = claim.Proposal.ParentTrialId, CheckpointFolder = goesOn ? _folder : null,
            StartFolder = claim.Proposal.ParentTrialId is { } parent ? run.Checkpoints?.Of(parent) : null,
        };
    }

    /// <summary>Runs it.</summary>
    /// <returns>What it came to; null where it is given back, or another process has it.</returns>
    internal TrialResult? Run(MemoryBudget memory)
    {
        var start = Stopwatch.GetTimestamp();
        TrialResult Result(TrialState state, double? metric, string? reason) => new()
        {
            TrialId = _claim.TrialId, State = state, Parameters = _claim.Proposal.Parameters, Metric = metric, Reason = reason,
            ParentTrialId = _claim.Proposal.ParentTrialId, Epochs = _curve.Count,
            BestEpoch = _bestEpoch > 0 ? _bestEpoch : _curve.OrderBy(one => _run.Loss(one.Value)).FirstOrDefault().Key,
            DurationInMilliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds,
        };
        var budget = memory.Begin(_cancel);
        _run.Tell(monitor => monitor.ReportRunningTrial(_trial));
        try
        {
            using var watched = Watch().Begin();
            var metric = _run.Fit is null ? _experiment.Function!(_trial) : _run.Fit.Evaluate(_trial);
            return !double.IsFinite(metric)
                ? Result(TrialState.Failed, null, $"{_experiment.Metric!.Name} is {Dimension.Text(metric)}")
                : Result(TrialState.Completed, metric, _stop.IsCancellationRequested && _run.IsOver
                    ? "ended early: the budget was used up" : null);
        }
        catch (TrialPrunedException pruned)
        {
            return Result(TrialState.Pruned, _curve.Count == 0 ? null : _curve[_curve.Keys.Max()], pruned.Message);
        }
        catch (Exception) when (_isLost)
        {
            return null;
        }
        catch (Exception error) when (budget.Exceeded is { } exceeded)
        {
            return Result(TrialState.Failed, null, $"{exceeded}; {error.GetType().Name}");
        }
        catch (OperationCanceledException) when (_run.IsCanceled || _run.IsOver)
        {
            _run.Source.Release(_claim.TrialId);
            return null;
        }
        catch (Exception error) when (error is not StudyException)
        {
            return Result(TrialState.Failed, null, TrialFit.ReasonOf(error));
        }
        finally
        {
            memory.End(budget);
        }
    }

    private TrainingWatch Watch()
    {
        var epochs = 0;
        var isPopulation = _run.Checkpoints is { IsPopulation: true };
        return new()
        {
            StopToken = _stop.Token, CancellationToken = _cancel.Token, Target = ExecutionTarget.Cpu(_run.Threads),
            CheckpointFolder = isPopulation ? _folder : null, ResumeFolder = isPopulation ? null : _folder,
            StartFolder = _trial.StartFolder, OnResumed = Resumed,
            OnTrained = history =>
            {
                _bestEpoch = history.Epochs is [.., { ValidationLoss: not null }] ? history.BestEpoch : 0;
                _run.Keep(_claim.TrialId, history.Epochs);
            },
            OnEpoch = epoch =>
            {
                _run.Checkpoints?.Keep(_claim.TrialId);
                if (_run.Fit is { Folds: > 1 })
                    _run.CountEpoch();
                else if (_experiment.Metric!.Of(epoch) is { } value)
                    _trial.Report(epoch.Epoch, value);
                else if (_experiment.Pruner is not null)
                    throw new InvalidOperationException("a pruner judges by validation rows, and the trainer has none: give preparation "
                        + "and trainer apart to SetPipeline, or set the trainer's ValidationFraction");
                else
                    _run.CountEpoch();
                if (_experiment.Tuner is PopulationBasedTuner population && Interlocked.Increment(ref epochs) >= population.Interval)
                    _stop.Cancel();
            },
        };
    }

    // Epochs before the interruption are known already; whether the last one was judged isn't.
    private void Resumed(IReadOnlyList<EpochRecord> epochs)
    {
        if (_run.Fit is { Folds: > 1 })
            return;
        foreach (var epoch in epochs)
            if (_experiment.Metric!.Of(epoch) is { } value)
                Take(epoch.Epoch, value, decides: epoch == epochs[^1]);
    }

    private void Reported(int epoch, double value)
    {
        if (_run.Fit is null)
            _run.Checkpoints?.Keep(_claim.TrialId);
        Take(epoch, value, decides: true);
        if (_run.Fit is not { Folds: > 1 })
            _run.CountEpoch();
        _run.Tell(monitor => monitor.ReportEpoch(_trial, epoch, value));
    }

    private void Take(int epoch, double value, bool decides)
    {
        if (!_isRewound)
            foreach (var (before, known) in _run.Source.Rewind(_claim.TrialId, epoch))
                _curve[before] = known;
        _isRewound = true;
        _curve[epoch] = value;
        switch (_run.Source.Report(_claim.TrialId, epoch, value, decides))
        {
            case null:
                _isLost = true;
                throw new OperationCanceledException($"Another process has taken trial {Dimension.Text(_claim.TrialId)} over.");
            case PruneDecision.Prune:
                throw new TrialPrunedException(epoch);
            case PruneDecision.Stop:
                _stop.Cancel();
                break;
        }
    }
}
