using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Batches of sequences for the training loop.</summary>
internal sealed class SequenceTrainingData(SequenceNetworkModel model, SequenceBatchSource training, SequenceBatchSource? validation, int batchSize) : ITrainingData
{
    public long? BatchCount => (training.RowCount + batchSize - 1) / batchSize;

    public IEnumerable<TrainingBatch> ReadEpoch(int epoch, CancellationToken cancellationToken) => Batches(training, epoch, cancellationToken);

    public IEnumerable<TrainingBatch>? ReadValidation(CancellationToken cancellationToken) => validation is null ? null : Batches(validation, 0, cancellationToken);

    // A source fills the same few batches again and again, so one wrapper serves a whole epoch.
    private IEnumerable<TrainingBatch> Batches(SequenceBatchSource source, int epoch, CancellationToken cancellationToken)
    {
        var wrapper = new Batch(model);
        foreach (var batch in source.ReadEpoch(epoch, cancellationToken))
        {
            wrapper.Current = batch;
            yield return wrapper;
        }
    }

    private sealed class Batch(SequenceNetworkModel model) : TrainingBatch
    {
        internal SequenceBatch Current { get; set; } = null!;

        public override int Examples => Current.Batch;

        public override void FeedTo(TrainingSession session)
        {
            model.Input.Feed(session, Current);
            model.Head.Feed(session, Current);
            if (model.Weighted)
                session.Feed(SequenceNetworkModel.Weights, Current.Weights, Current.Batch);
        }
    }
}
