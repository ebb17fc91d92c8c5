using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Batches of graphs in memory, packed; the next is packed while one is trained on.</summary>
internal sealed class GraphTrainingData(TrainingModel model, GraphTable training, GraphTable? validation, int batchSize, int seed) : ITrainingData
{
    public long? BatchCount => (training.Count + batchSize - 1) / batchSize;

    public IEnumerable<TrainingBatch> ReadEpoch(int epoch, CancellationToken cancellationToken)
    {
        var order = Enumerable.Range(0, training.Count).ToArray();
        new Random(Mix(seed, epoch)).Shuffle(order);
        return Batches(training, order, cancellationToken);
    }

    public IEnumerable<TrainingBatch>? ReadValidation(CancellationToken cancellationToken) =>
        validation is null ? null : Batches(validation, [.. Enumerable.Range(0, validation.Count)], cancellationToken);

    private IEnumerable<TrainingBatch> Batches(GraphTable table, int[] order, CancellationToken cancellationToken) =>
        Prefetch.InOrder<Batch>([new(model), new(model)], (order.Length + batchSize - 1) / batchSize,
            (batch, i) => batch.Pack(table, order.AsSpan(i * batchSize, Math.Min(batchSize, order.Length - i * batchSize))), cancellationToken);

    // A seed of its own for each epoch, the same in every process.
    private static int Mix(int seed, int epoch) => unchecked((int)(((uint)seed * 0x9E3779B9u) ^ ((uint)epoch * 0x85EBCA6Bu)));

    private sealed class Batch(TrainingModel model) : TrainingBatch
    {
        private readonly PackedGraphs _packed = new(model.Reads);
        private long[] _classes = [];
        private float[] _targets = [], _weights = [];
        private int _targetCount;

        public override int Examples => _packed.GraphCount;

        internal void Pack(GraphTable table, ReadOnlySpan<int> graphs)
        {
            _packed.Pack(table, graphs);
            var labels = table.Labels!;
            _targetCount = labels.TargetCount;
            if (_targetCount == 0)
            {
                Array.Resize(ref _classes, graphs.Length);
                for (var i = 0; i < graphs.Length; i++)
                    _classes[i] = labels.ClassOf(graphs[i]);
                return;
            }
            Array.Resize(ref _targets, graphs.Length * _targetCount);
            Array.Resize(ref _weights, graphs.Length);
            for (var i = 0; i < graphs.Length; i++)
            {
                labels.TargetsOf(graphs[i]).CopyTo(_targets.AsSpan(i * _targetCount));
                _weights[i] = 1;
            }
        }

        public override void FeedTo(TrainingSession session)
        {
            _packed.FeedTo(session);
            if (_targetCount == 0)
            {
                session.Feed(GraphHead.Labels, _classes, _classes.Length);
                return;
            }
            session.Feed(GraphHead.Labels, _targets, _weights.Length, _targetCount);
            session.Feed(GraphHead.Weights, _weights, _weights.Length, 1);
        }
    }
}
