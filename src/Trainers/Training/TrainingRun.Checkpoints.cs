namespace MLSeqGraph.Trainers;

/// <content>Checkpoints: written after epochs, and gone on from.</content>
internal sealed partial class TrainingRun
{
    private void SaveCheckpoint()
    {
        var done = _history.Epochs.Count;
        if (_checkpoints is null || (done % _options.CheckpointEvery != 0 && End == TrainingEnd.Running))
            return;
        var best = _keepsBest && _history.BestEpoch < done
            ? _model.Parameters.All.ToDictionary(parameter => parameter.Name, parameter => parameter.Value.As<float>())
            : null;
        _identity ??= RunIdentity.Of(_model, _options, _columns, _rows.Hash ?? "", _validationRows.Hash);
        _checkpoints.Write(new(_identity, _history.Epochs, _history.BestEpoch, _session.SaveState(), best,
            Checkpoint.PlaceOf(_session.Target)));
    }

    private void Resume()
    {
        if (!_options.Resume)
            _checkpoints?.MustBeEmpty();
        var begun = _options.Resume ? _checkpoints : null;
        if ((begun?.ReadNewest(Identity, Load) ?? _start?.ReadNewest(null, Load)) is { } checkpoint)
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
        }
        else
            _start?.MustHaveOne();
    }

    private void Load(Checkpoint found) => found.LoadInto(_session, _model.Parameters);

    // Of a run that goes on, from the epoch with which it began.
    private RunIdentity Identity() => _identity ??= RunIdentity.Of(_model, _options, _columns,
        DataFingerprint.Of(_model, _data.ReadEpoch(1, _cancel), _session) ?? "",
        DataFingerprint.Of(_model, _data.ReadValidation(_cancel), _session));
}
