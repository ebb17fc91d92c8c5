namespace MLSeqGraph.Trainers;

// What is kept of the epochs: the best weights, and checkpoints to resume from.
internal sealed partial class TrainingRun
{
    // The model's parameters are always those that a caller gets if the next epoch fails.
    private void Keep(EpochRecord record)
    {
        var isBest = IsBest(record);
        if (isBest)
            _history.BestEpoch = record.Epoch;
        _keepsBest = _options.RestoreBestWeights && !_isRound && record.ValidationLoss is not null;
        if (isBest || !_keepsBest)
            _session.SaveParameters();
    }

    private bool IsBest(EpochRecord record)
    {
        var monitored = _options.MonitoredMetric;
        return _history.BestEpoch == 0
            || monitored.IsBetter(monitored.Of(record), monitored.Of(_history.Epochs[_history.BestEpoch - 1]), _options.MinimumDelta);
    }

    private void SaveCheckpoint()
    {
        var done = _history.Epochs.Count;
        if (_checkpoints is null || (done % _options.CheckpointEvery != 0 && End == TrainingEnd.Running))
            return;
        var best = _keepsBest && _history.BestEpoch < done
            ? _model.Parameters.All.ToDictionary(parameter => parameter.Name, parameter => parameter.Value.As<float>())
            : null;
        _identity ??= RunIdentity.Of(_model, _options, _columns, ShareOf(_rows.Hash) ?? "",
            ShareOf(_validationRows.Hash));
        _checkpoints.Write(new(_identity, _history.Epochs, _history.BestEpoch, _session.SaveState(), best,
            Checkpoint.PlaceOf(_session.Target)));
    }

    private void Resume()
    {
        _ranks?.Same("options or another network", Settings());
        var own = _onResumed is null ? Begun()?.ReadNewest(Identity, Load) ?? _start?.ReadNewest(null, Load) : Interrupted();
        if ((_ranks is null ? own : OfFirst(_ranks, own)) is { } checkpoint)
        {
            if (checkpoint.OtherPlace(_session.Target) is { } warning)
                _log.Warning(warning);
            foreach (var epoch in checkpoint.Epochs)
                _history.Add(epoch);
            _history.BestEpoch = checkpoint.BestEpoch;
            _keepsBest = _options.RestoreBestWeights && !_isRound && checkpoint.Epochs[^1].ValidationLoss is not null;
            // There may be no further epoch that would leave one.
            if (_start is not null)
                SaveCheckpoint();
            _onResumed?.Invoke(checkpoint.Epochs);
        }
        else
            _start?.MustHaveOne();
    }

    // The checkpoints that the options say to go on from.
    private CheckpointFolder? Begun()
    {
        if (!_options.Resume)
            _checkpoints?.MustBeEmpty();
        return _options.Resume ? _checkpoints : null;
    }

    // What an interrupted run left, if it is of this one.
    private Checkpoint? Interrupted()
    {
        try
        {
            return _checkpoints?.ReadNewest(Identity, Load);
        }
        catch (CheckpointException other)
        {
            _log.Warning($"{other.Message} The training begins anew.");
            _checkpoints!.Clear();
            return null;
        }
    }

    private void Load(Checkpoint found) => found.LoadInto(_session, _model.Parameters);

    // The first rank's checkpoint on every rank.
    private Checkpoint? OfFirst(RankGroup ranks, Checkpoint? own)
    {
        var bytes = ranks.OfFirst("the checkpoint to resume from", own is null ? null : CheckpointFile.Write(own));
        if (bytes is null || ranks.IsFirst)
            return own;
        var checkpoint = CheckpointFile.Read(bytes);
        Load(checkpoint);
        return checkpoint;
    }

    // What must be the same on all ranks, beside the rows.
    private Dictionary<string, string> Settings()
    {
        var settings = OptionTexts.Of(_options);
        settings[nameof(_options.Epochs)] = $"{_options.Epochs}";
        settings[nameof(_options.EarlyStoppingPatience)] = $"{_options.EarlyStoppingPatience}";
        settings["hash of the network"] = _model.Fingerprint()[..8];
        return settings;
    }

    // Of a run that goes on, from the epoch with which it began.
    private RunIdentity Identity() => _identity ??= RunIdentity.Of(_model, _options, _columns,
        ShareOf(DataFingerprint.Of(_model, _data.ReadEpoch(1, _cancel), _session)) ?? "",
        ShareOf(DataFingerprint.Of(_model, _data.ReadValidation(_cancel), _session)));

    // A rank knows its share of the rows: with another number of ranks it can't be compared.
    private string? ShareOf(string? hash) => hash is null || _options.Shard.IsWhole ? hash : $"1/{_options.Shard.Count} {hash}";
}
