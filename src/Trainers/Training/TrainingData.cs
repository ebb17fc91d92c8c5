namespace MLSeqGraph.Trainers;

/// <summary>What every trainer of this library trains on, whatever its columns hold.</summary>
/// <param name="training">The training rows.</param>
/// <param name="validation">The rows to validate on; null for none.</param>
internal sealed class TrainingData(BatchedRows training, BatchedRows? validation = null) : ITrainingData
{
    /// <summary>Training rows, and others or none to validate on, that are read alike.</summary>
    internal static TrainingData Of<T>(T training, T? validation, Func<T, BatchedRows> read) where T : class =>
        new(read(training), validation is null ? null : read(validation));

    /// <summary>Whether a rank's batches hold its share of the rows.</summary>
    internal bool IsShared => training.IsShared;

    public long? BatchCount => training.BatchCount;

    public long SkippedRows => training.Skipped?.Count ?? 0;

    public string? FirstSkippedRow => training.Skipped?.First;

    public long SkippedValidationRows => validation?.Skipped?.Count ?? 0;

    public string? FirstSkippedValidationRow => validation?.Skipped?.First;

    public IEnumerable<TrainingBatch> ReadEpoch(int epoch, CancellationToken cancellationToken) => training.Read(epoch, cancellationToken);

    public IEnumerable<TrainingBatch>? ReadValidation(CancellationToken cancellationToken) => validation?.Read(0, cancellationToken);
}
