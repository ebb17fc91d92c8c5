using System.Diagnostics;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>One run of <see cref="TrainingLoop"/>.</summary>
internal sealed partial class TrainingRun : IDisposable
{
    private readonly TrainingModel _model;
    private readonly ITrainingData _data;
    private readonly TrainingOptions _options;
    private readonly TrainingLog _log;
    private readonly TrainingSession _session;
    private readonly EpochMetrics _training, _validation;
    private readonly TrainingHistory _history = new();
    private readonly CheckpointFolder? _checkpoints, _start;
    private readonly DataFingerprint _rows, _validationRows;
    private readonly IReadOnlyDictionary<string, string> _columns;
    private readonly CancellationToken _cancel, _stop;
    private readonly Action<EpochRecord>? _onEpoch;
    // Not null where the run goes on from what an interrupted one left, whatever the options say.
    private readonly Action<IReadOnlyList<EpochRecord>>? _onResumed;
    private RunIdentity? _identity;
    private readonly RowNotices _notices;
    private readonly ReadoutEpoch? _readout;
    private readonly bool _isRound;
    private readonly RankGroup? _ranks;
    private readonly DataParallel? _parallel;
    private bool _keepsBest;

    /// <summary>Loads the model; the columns are stored in checkpoints.</summary>
    internal TrainingRun(TrainingModel model, ITrainingData data, TrainingOptions options, TrainingLog log,
        IReadOnlyDictionary<string, string> columns, ReadoutEpoch? readout = null)
    {
        (_columns, _notices, _rows, _validationRows, _readout) = (columns, new(log), new(model), new(model), readout);
        _model = model;
        _data = data;
        _options = options;
        _log = log;
        var watch = TrainingWatch.Current;
        _cancel = TrainingWatch.Either(options.CancellationToken, watch?.CancellationToken ?? default);
        _stop = TrainingWatch.Either(options.StopToken, watch?.StopToken ?? default);
        _ranks = RankGroup.Of(options.Communicator);
        if (_ranks is not null)
        {
            _parallel = new(_ranks, model, _cancel, _stop);
            (_cancel, _stop) = (_parallel.Cancel, _parallel.Stop);
        }
        _onEpoch = options.OnEpoch + watch?.OnEpoch;
        _training = new EpochMetrics(model.ScalarMetrics);
        _validation = new EpochMetrics(model.ScalarMetrics);
        var monitored = options.MonitoredMetric.Name;
        if (!_training.Names.Prepend(MonitoredMetric.LossName).Contains(monitored))
            throw MonitoredMetric.Unknown(monitored, _training.Names);
        var resumed = options.CheckpointFolder is null ? watch?.NextResumeFolder() : null;
        _onResumed = resumed is null ? null : watch!.OnResumed ?? (_ => { });
        _checkpoints = (options.CheckpointFolder ?? watch?.CheckpointFolder ?? resumed) is { } folder && options.Shard.Rank == 0
            ? new CheckpointFolder(folder, log) : null;
        _isRound = watch?.CheckpointFolder is not null;
        _start = watch?.StartFolder is { } start ? new CheckpointFolder(start, log) : null;
        _session = new TrainingSession(model, options.Target, DataParallel.SeedOf(options.Communicator, options.Seed), log.Info);
    }

    internal TrainingHistory Train()
    {
        using var activity = TrainingTelemetry.Begin(_options);
        Resume();
        try
        {
            while (End == TrainingEnd.Running)
            {
                using var watched = TrainingTelemetry.BeginEpoch(_history.Epochs.Count + 1);
                var record = Validate(Step(_history.Epochs.Count + 1));
                _history.Add(record);
                TrainingTelemetry.Ended(watched, record);
                _notices.CountSkipped(_data, _history);
                Keep(record);
                _log.Epoch(record);
                SaveCheckpoint();
                _onEpoch?.Invoke(record);
            }
            _history.StoppedBecause = End;
            TrainingTelemetry.Ended(activity, _history);
            return Finish(reachesOn: false);
        }
        catch (OperationCanceledException exception) when (exception is StoppedException || _cancel.IsCancellationRequested)
        {
            _history.StoppedBecause = exception is StoppedException ? TrainingEnd.Stopped : TrainingEnd.Canceled;
            TrainingTelemetry.Ended(activity, _history);
            Finish(reachesOn: true);
            return exception is StoppedException ? _history : throw new TrainingCanceledException(_history, _cancel, exception);
        }
        catch (Exception exception)
        {
            // The session's weights may be bad; those of the previous epoch were kept already.
            _history.StoppedBecause = exception is TrainingDivergedException ? TrainingEnd.Diverged : TrainingEnd.Failed;
            TrainingTelemetry.Ended(activity, _history, exception.Message);
            if (exception is CheckpointException checkpoint)
            {
                checkpoint.History = _history;
                Finish(reachesOn: false);
            }
            throw;
        }
    }

    public void Dispose() => _session.Dispose();

    /// <param name="reachesOn">Whether the steps of an unfinished epoch count.</param>
    private TrainingHistory Finish(bool reachesOn)
    {
        if (reachesOn && !_keepsBest)
            _session.SaveParameters();
        if (_history.Epochs.Count > 0)
            new FinalEvaluation(_model, _data, _log, _parallel).Run(_session, _history,
                _history.Epochs[_keepsBest ? _history.BestEpoch - 1 : _history.Epochs.Count - 1]);
        return _history;
    }

    private void ThrowIfEnded()
    {
        _cancel.ThrowIfCancellationRequested();
        if (_stop.IsCancellationRequested)
            throw new StoppedException();
    }

    private int Epochs => _readout is null ? _options.Epochs : 1;
    private TrainingEnd End => _history.Epochs.Count >= Epochs ? TrainingEnd.Completed
        : _options.EarlyStoppingPatience > 0 && _history.Epochs.Count - _history.BestEpoch >= _options.EarlyStoppingPatience
            ? TrainingEnd.EarlyStopping
        : _stop.IsCancellationRequested ? TrainingEnd.Stopped
        : TrainingEnd.Running;

    private EpochRecord Step(int epoch)
    {
        var start = Stopwatch.GetTimestamp();
        var totalSteps = TotalSteps(epoch);
        var (rate, norms) = (0f, 0.0);
        var clock = new EpochClock();
        _training.Clear();
        _readout?.Solve(_session, _model, _data, ThrowIfEnded, _log);
        foreach (var batch in _data.ReadEpoch(epoch, _cancel))
        {
            ThrowIfEnded();
            clock.Waited();
            if (batch.Examples > 0)
                batch.FeedTo(_session);
            clock.Fed();
            if (_checkpoints is not null && epoch == 1 && batch.Examples > 0)
                _rows.Add(_session);
            rate = _options.RateAt(_session.Steps, totalSteps);
            var (loss, norm) = _parallel is not null
                ? _parallel.Step(_session, batch, $"batch {_training.Batches + 1} of epoch {epoch}", rate)
                : _readout is null ? _session.Step(rate) : new(_session.Score(), 0);
            clock.Stepped();
            TrainingTelemetry.Stepped(clock.LastSeconds);
            if (!float.IsFinite(loss) || !float.IsFinite(norm))
            {
                var (what, found) = float.IsFinite(loss) ? ("the norm of the gradients", norm) : ("the loss", loss);
                throw new TrainingDivergedException(FormattableString.Invariant($"{what} is {found}"), epoch, _session.Steps, loss, rate,
                    _history);
            }
            _training.Add(_session, _parallel is null ? loss : _session.Metric(MonitoredMetric.LossName), batch.Examples);
            norms += norm;
        }
        _parallel?.Sum(_training, $"epoch {epoch}");
        if (_training.Batches == 0)
            throw new InvalidOperationException($"The training data has no batches in epoch {epoch}.");
        if (!_training.HasLoss)
            throw new InvalidDataException("No training row counts in the loss: all their weights, or those of their classes, are 0; "
                + "expected at least one above 0.");
        return new EpochRecord
        {
            Epoch = epoch,
            PlannedEpochs = Epochs,
            Loss = _training.Loss,
            Metrics = _training.ToDictionary(),
            GradientNorm = norms / _training.Batches,
            LearningRate = rate,
            Steps = _training.Batches,
            Rows = _training.Rows,
            WaitingSeconds = clock.WaitingSeconds,
            FeedingSeconds = clock.FeedingSeconds,
            StepSeconds = clock.StepSeconds,
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
        };
    }

    // The steps so far and, for each remaining epoch, as many as the last one took.
    private long TotalSteps(int epoch)
    {
        var perEpoch = epoch == 1 ? _data.BatchCount : _history.Epochs[^1].Steps;
        return perEpoch is { } steps ? _session.Steps + steps * (_options.Epochs - epoch + 1) : long.MaxValue;
    }

    private EpochRecord Validate(EpochRecord record)
    {
        var start = Stopwatch.GetTimestamp();
        if (_data.ReadValidation(_cancel) is not { } batches)
            return record;
        _validation.Clear();
        foreach (var batch in batches)
        {
            _cancel.ThrowIfCancellationRequested();
            if (batch.Examples > 0)
                batch.FeedTo(_session);
            if (_checkpoints is not null && record.Epoch == 1 && batch.Examples > 0)
                _validationRows.Add(_session);
            _validation.Add(_session, batch.Examples > 0 ? _session.Score() : 0, batch.Examples);
        }
        _parallel?.Sum(_validation, $"the validation of epoch {record.Epoch}");
        if (_validation.Batches == 0)
            throw new InvalidOperationException("The validation data has no batches.");
        _notices.SayWhatIsMissing(_validation);
        if (_validation.HasLoss && !double.IsFinite(_validation.Loss))
            throw new TrainingDivergedException(FormattableString.Invariant($"the validation loss is {_validation.Loss}"), record.Epoch,
                _session.Steps, _validation.Loss, record.LearningRate, _history);
        return record with
        {
            ValidationLoss = _validation.HasLoss ? _validation.Loss : null,
            ValidationMetrics = _validation.ToDictionary(),
            ValidationSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
        };
    }

    /// <summary>Ends training with the weights reached.</summary>
    private sealed class StoppedException : OperationCanceledException;
}
