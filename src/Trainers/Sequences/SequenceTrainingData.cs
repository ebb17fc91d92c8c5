using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Batches of sequences for the training loop.</summary>
/// <param name="feed">Feeds a batch to a session; the number is the epoch's, 0 for validation.</param>
/// <param name="training">The training rows.</param>
/// <param name="validation">The rows to validate on; null for none.</param>
/// <param name="batchSize">Rows per batch.</param>
internal sealed class SequenceTrainingData(
    Action<TrainingSession, SequenceBatch, int> feed, SequenceBatchSource training, SequenceBatchSource? validation, int batchSize)
        : ITrainingData
{
    public long? BatchCount => (training.RowCount + batchSize - 1) / batchSize;

    public long SkippedRows => training.RowsSkipped;

    public string? FirstSkippedRow => training.FirstSkippedRow;

    public long SkippedValidationRows => validation?.RowsSkipped ?? 0;

    public string? FirstSkippedValidationRow => validation?.FirstSkippedRow;

    public IEnumerable<TrainingBatch> ReadEpoch(int epoch, CancellationToken cancellationToken) =>
        Batches(training, epoch, cancellationToken);

    public IEnumerable<TrainingBatch>? ReadValidation(CancellationToken cancellationToken) =>
        validation is null ? null : Batches(validation, 0, cancellationToken);

    // A source fills the same few batches again and again, so one wrapper serves a whole epoch.
    private IEnumerable<TrainingBatch> Batches(SequenceBatchSource source, int epoch, CancellationToken cancellationToken)
    {
        var wrapper = new Batch(feed, epoch);
        foreach (var batch in source.ReadEpoch(epoch, cancellationToken))
        {
            wrapper.Current = batch;
            yield return wrapper;
        }
    }

    private sealed class Batch(Action<TrainingSession, SequenceBatch, int> feed, int epoch) : TrainingBatch
    {
        internal SequenceBatch Current { get; set; } = null!;

        public override int Examples => Current.Batch;

        public override void FeedTo(TrainingSession session) => feed(session, Current, epoch);
    }
}
