using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Masked batches for the training loop.</summary>
internal sealed class MaskedTrainingData(MaskedNetworkModel model, MaskedTokens masked, SequenceBatchSource training, SequenceBatchSource? validation, int batchSize) : ITrainingData
{
    public long? BatchCount => (training.RowCount + batchSize - 1) / batchSize;

    public IEnumerable<TrainingBatch> ReadEpoch(int epoch, CancellationToken cancellationToken) => Batches(training, epoch, cancellationToken);

    public IEnumerable<TrainingBatch>? ReadValidation(CancellationToken cancellationToken) => validation is null ? null : Batches(validation, 0, cancellationToken);

    private IEnumerable<TrainingBatch> Batches(SequenceBatchSource source, int epoch, CancellationToken cancellationToken)
    {
        var wrapper = new Batch(model, masked);
        foreach (var batch in source.ReadEpoch(epoch, cancellationToken))
        {
            masked.Draw(batch, epoch);
            wrapper.Current = batch;
            yield return wrapper;
        }
    }

    private sealed class Batch(MaskedNetworkModel model, MaskedTokens masked) : TrainingBatch
    {
        internal SequenceBatch Current { get; set; } = null!;

        public override int Examples => Current.Batch;

        public override void FeedTo(TrainingSession session) => model.Feed(session, Current, masked);
    }
}
