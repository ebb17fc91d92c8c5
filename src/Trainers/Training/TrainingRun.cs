using System.Diagnostics;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>One run of <see cref="TrainingLoop"/>.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly TrainingModel _model;
    private readonly ITrainingData _data;
    private readonly TrainingOptions _options;
    private readonly TrainingLog _log;
    private readonly TrainingSession _session;
    private readonly EpochMetrics _training, _validation;
    private readonly TrainingHistory _history = new();
    private readonly CancellationToken _cancel;
    private double _best = double.NaN;
    private bool _keepsBest;

    internal TrainingRun(TrainingModel model, ITrainingData data, TrainingOptions options, TrainingLog log)
    {
        _model = model;
        _data = data;
        _options = options;
        _log = log;
        _cancel = options.CancellationToken;
        _training = new EpochMetrics(model.ScalarMetrics);
        _validation = new EpochMetrics(model.ScalarMetrics);
        var monitored = options.MonitoredMetric.Name;
        if (!_training.Names.Prepend(MonitoredMetric.LossName).Contains(monitored))
            throw MonitoredMetric.Unknown(monitored, _training.Names);
        _session = new TrainingSession(model, options.Target, options.Seed, log.Info);
    }

    internal TrainingHistory Train()
    {
        try
        {
            while (!IsOver())
            {
                var epoch = _history.Epochs.Count + 1;
                var record = Validate(Step(epoch));
                _history.Add(record);
                Keep(record);
                _log.Epoch(record);
                _options.OnEpoch?.Invoke(record);
            }
            return _history;
        }
        catch (OperationCanceledException exception) when (_cancel.IsCancellationRequested)
        {
            if (!_keepsBest)
                _session.SaveParameters();
            _history.StoppedBecause = TrainingEnd.Canceled;
            throw new TrainingCanceledException(_history, _cancel, exception);
        }
        catch (Exception exception)
        {
            // The session's weights may be spoilt; those of the epoch before are kept already.
            _history.StoppedBecause = exception is TrainingDivergedException ? TrainingEnd.Diverged : TrainingEnd.Failed;
            throw;
        }
    }

    public void Dispose() => _session.Dispose();

    private bool IsOver()
    {
        var done = _history.Epochs.Count;
        if (done >= _options.Epochs)
            _history.StoppedBecause = TrainingEnd.Completed;
        else if (_options.EarlyStoppingPatience > 0 && done - _history.BestEpoch >= _options.EarlyStoppingPatience)
            _history.StoppedBecause = TrainingEnd.EarlyStopping;
        else
            return false;
        return true;
    }

    private EpochRecord Step(int epoch)
    {
        var start = Stopwatch.GetTimestamp();
        var totalSteps = TotalSteps(epoch);
        var rate = 0f;
        var norms = 0.0;
        _training.Clear();
        foreach (var batch in _data.ReadEpoch(epoch, _cancel))
        {
            _cancel.ThrowIfCancellationRequested();
            batch.FeedTo(_session);
            rate = Rate(totalSteps);
            var (loss, norm) = _session.Step(rate);
            if (!float.IsFinite(loss) || !float.IsFinite(norm))
                throw new TrainingDivergedException(
                    FormattableString.Invariant(float.IsFinite(loss) ? $"the norm of the gradients is {norm}" : (FormattableString)$"the loss is {loss}"), epoch, _session.Steps, loss, rate, _history);
            _training.Add(_session, loss, batch.Examples);
            norms += norm;
        }
        if (_training.Batches == 0)
            throw new InvalidOperationException($"The training data has no batches in epoch {epoch}.");
        return new EpochRecord
        {
            Epoch = epoch,
            PlannedEpochs = _options.Epochs,
            Loss = _training.Loss,
            Metrics = _training.ToDictionary(),
            GradientNorm = norms / _training.Batches,
            LearningRate = rate,
            Steps = _training.Batches,
            Rows = _training.Rows,
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
        };
    }

    // Steps so far and, for each epoch left, as many as the last one took.
    private long TotalSteps(int epoch)
    {
        var perEpoch = epoch == 1 ? _data.BatchCount : _history.Epochs[^1].Steps;
        return perEpoch is { } steps ? _session.Steps + steps * (_options.Epochs - epoch + 1) : long.MaxValue;
    }

    private float Rate(long totalSteps)
    {
        var rate = _options.LearningRate * _options.Schedule.At(_session.Steps, totalSteps);
        return rate >= 0 && float.IsFinite(rate)
            ? rate
            : throw new ArgumentException(FormattableString.Invariant($"{nameof(TrainingOptions.Schedule)} ({_options.Schedule}) makes the learning rate {rate} at step {_session.Steps}; expected a finite number of at least 0."));
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
            batch.FeedTo(_session);
            _validation.Add(_session, _session.Score(), batch.Examples);
        }
        if (_validation.Batches == 0)
            throw new InvalidOperationException("The validation data has no batches.");
        if (!double.IsFinite(_validation.Loss))
            throw new TrainingDivergedException(
                FormattableString.Invariant($"the validation loss is {_validation.Loss}"), record.Epoch, _session.Steps, _validation.Loss, record.LearningRate, _history);
        return record with
        {
            ValidationLoss = _validation.Loss,
            ValidationMetrics = _validation.ToDictionary(),
            ValidationSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
        };
    }

    // The model's parameters are always what a caller gets if the next epoch fails.
    private void Keep(EpochRecord record)
    {
        var value = _options.MonitoredMetric.Of(record);
        var isBest = _history.BestEpoch == 0 || _options.MonitoredMetric.IsBetter(value, _best, _options.MinimumDelta);
        if (isBest)
            (_best, _history.BestEpoch) = (value, record.Epoch);
        _keepsBest = _options.RestoreBestWeights && record.ValidationLoss is not null;
        if (isBest || !_keepsBest)
            _session.SaveParameters();
    }
}
