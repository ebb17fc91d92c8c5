using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Logs how many rows don't count, or count as wrong.</summary>
internal sealed class RowNotices(TrainingLog log)
{
    private bool _isSaid;

    /// <summary>Logs the number of rows that can't be read, whenever it has grown.</summary>
    internal void CountSkipped(ITrainingData data, TrainingHistory history)
    {
        if (data.SkippedRows is var skipped && skipped != history.SkippedRows)
            log.Warning(SkippedRows.Line(skipped, "training rows can't be read and are left out", data.FirstSkippedRow));
        if (data.SkippedValidationRows is var held && held != history.SkippedValidationRows)
            log.Warning(SkippedRows.Line(held, "validation rows can't be read and are left out", data.FirstSkippedValidationRow));
        (history.SkippedRows, history.SkippedValidationRows) = (skipped, held);
    }

    /// <summary>Logs, once, validation rows that have weight 0 or are of classes that no training row has.</summary>
    internal void SayWhatIsMissing(EpochMetrics validation)
    {
        if (!_isSaid && !validation.HasLoss)
            log.Warning("There is no validation loss: the weights of all validation rows, or of all of their classes, are 0. The best "
                + "epoch is chosen by the training rows.");
        if (!_isSaid && validation.Unseen > 0)
            log.Warning($"{validation.Unseen:N0} validation labels are of classes that no training row has: they count as wrong");
        _isSaid = true;
    }
}
