namespace MLSeqGraph.Trainers;

/// <summary>The data that a network is trained on, batch by batch.</summary>
public interface ITrainingData
{
    /// <summary>Number of steps per epoch, if it is known before the first epoch was read; otherwise null.</summary>
    long? BatchCount { get; }

    /// <summary>
    /// The batches of an epoch. A batch is used before the next one is requested. The same epoch must always give the same batches, so
    /// that a resumed run equals one without interruption.
    /// </summary>
    /// <param name="epoch">Number of the epoch, from 1.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IEnumerable<TrainingBatch> ReadEpoch(int epoch, CancellationToken cancellationToken);

    /// <summary>The batches of the validation data; null where there is none.</summary>
    IEnumerable<TrainingBatch>? ReadValidation(CancellationToken cancellationToken);

    /// <summary>Number of training rows that were left out because they can't be read.</summary>
    long SkippedRows => 0;

    /// <summary>Number of validation rows that were left out because they can't be read.</summary>
    long SkippedValidationRows => 0;

    /// <summary>What was wrong with the first of the training rows that were left out; null where there is none or nobody knows.</summary>
    string? FirstSkippedRow => null;

    /// <summary>The same of the validation rows.</summary>
    string? FirstSkippedValidationRow => null;
}
