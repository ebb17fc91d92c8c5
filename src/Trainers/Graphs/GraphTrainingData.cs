using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Batches of graphs in memory; the next batch is packed while one is trained on.</summary>
internal sealed class GraphTrainingData(
    TrainingModel model, GraphTable training, GraphTable? validation, bool isWeighted, int batchSize, int seed) : ITrainingData
{
    public long? BatchCount => (training.Count + batchSize - 1) / batchSize;

    public long SkippedRows => training.Skipped.Count;

    public string? FirstSkippedRow => training.Skipped.First;

    public long SkippedValidationRows => validation?.Skipped.Count ?? 0;

    public string? FirstSkippedValidationRow => validation?.Skipped.First;

    public IEnumerable<TrainingBatch> ReadEpoch(int epoch, CancellationToken cancellationToken)
    {
        var order = Enumerable.Range(0, training.Count).ToArray();
        new Random(Mix(seed, epoch)).Shuffle(order);
        return Batches(training, order, cancellationToken);
    }

    public IEnumerable<TrainingBatch>? ReadValidation(CancellationToken cancellationToken) =>
        validation is null ? null : Batches(validation, [.. Enumerable.Range(0, validation.Count)], cancellationToken);

    private IEnumerable<TrainingBatch> Batches(GraphTable table, int[] order, CancellationToken cancellationToken) =>
        Prefetch.InOrder<Batch>([new(model, table, isWeighted), new(model, table, isWeighted)], (order.Length + batchSize - 1) / batchSize,
            (batch, i) => batch.Pack(order.AsSpan(i * batchSize, Math.Min(batchSize, order.Length - i * batchSize))), cancellationToken);

    // A different seed for each epoch, the same in every process.
    private static int Mix(int seed, int epoch) => unchecked((int)(((uint)seed * 0x9E3779B9u) ^ ((uint)epoch * 0x85EBCA6Bu)));

    private sealed class Batch(TrainingModel model, GraphTable table, bool isWeighted) : TrainingBatch
    {
        private readonly PackedGraphs _packed = new(model.Reads);
        private readonly LabelRows _labels = new(table.Labels!, isWeighted);

        public override int Examples => _packed.GraphCount;

        internal void Pack(ReadOnlySpan<int> graphs)
        {
            _packed.Pack(table, graphs);
            _labels.Fill(graphs);
        }

        public override void FeedTo(TrainingSession session)
        {
            _packed.FeedTo(session);
            _labels.FeedTo(session);
        }
    }
}
