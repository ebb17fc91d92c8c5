using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Labelled nodes in batches, each with a sample of its neighborhood. The next batches are sampled, their plans built and their features
/// gathered, on other threads while one is trained on. They are the same on any number of threads.
/// </summary>
internal sealed class SampledNodeData : ITrainingData, IDisposable
{
    // Batches prepared at a time, besides the one in use. More would take memory, and threads from the training step.
    private const int Ahead = 2;

    private readonly SampledNodeBatch[] _slots;
    private readonly int[] _trained;
    private readonly int _batchSize, _seed;
    private readonly Validation? _validation;

    /// <param name="model">The network's training step, written by <see cref="LayeredNetworkModel.Train"/>.</param>
    /// <param name="network">The network.</param>
    /// <param name="features">A row per node.</param>
    /// <param name="labels">A label per node.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="trained">The nodes to train on.</param>
    /// <param name="validated">The nodes to validate on; null for none.</param>
    /// <param name="options">Fan-outs, batch size, seed and target.</param>
    internal SampledNodeData(TrainingModel model, LayeredNetworkModel network, FeatureMatrix features, RowLabels labels, NodeGraph graph,
        int[] trained, int[]? validated, NodeTrainerOptions options)
    {
        (_trained, _batchSize, _seed) = (trained, options.BatchSize, options.Seed);
        var degrees = BlockTensors.DegreesOf(graph);
        _slots = [.. Enumerable.Range(0, Ahead + 1).Select(_ => new SampledNodeBatch(
            model, features, labels, graph, degrees, options.FanOuts!, options.Seed))];
        _validation = validated is null ? null : new(model, new(
            network, model.Parameters, features, graph, options.Target, predicts: false), labels, validated);
    }

    public long? BatchCount => Batches;

    private int Batches => (int)(((long)_trained.Length + _batchSize - 1) / _batchSize);

    public IEnumerable<TrainingBatch> ReadEpoch(int epoch, CancellationToken cancellationToken) => ReadSampled(epoch, cancellationToken);

    internal IEnumerable<SampledNodeBatch> ReadSampled(int epoch, CancellationToken cancellationToken)
    {
        var order = (int[])_trained.Clone();
        var random = SplitMix64.Of(_seed, epoch);
        random.Shuffle(order);
        return Prefetch.InOrder(_slots, Batches, (slot, batch) =>
            slot.Fill(order.AsSpan(batch * _batchSize, Math.Min(_batchSize, order.Length - batch * _batchSize)),
                (long)epoch * Batches + batch), cancellationToken);
    }

    public IEnumerable<TrainingBatch>? ReadValidation(CancellationToken cancellationToken)
    {
        if (_validation is null)
            return null;
        _validation.Cancel = cancellationToken;
        return [_validation];
    }

    public void Dispose() => _validation?.Dispose();

    /// <summary>All validation nodes, evaluated by a forward pass over the whole graph with the session's current parameters.</summary>
    private sealed class Validation : TrainingBatch, IDisposable
    {
        private readonly LayerwiseForward _forward;
        private readonly LabelRows _labels;
        private readonly Dictionary<string, TensorData> _parameters;
        private readonly int[] _nodes;
        private readonly float[] _outputs;

        internal Validation(TrainingModel model, LayerwiseForward forward, RowLabels labels, int[] nodes)
        {
            (_forward, _nodes) = (forward, nodes);
            _parameters = model.Parameters.All.ToDictionary(
                parameter => parameter.Name, parameter => TensorData.Create(new float[parameter.Value.Count], [.. parameter.Value.Sizes]));
            _labels = new(labels, model.Reads(Head.Weights));
            _labels.Fill(nodes);
            _outputs = new float[(long)nodes.Length * forward.Width];
        }

        internal CancellationToken Cancel { get; set; }

        public override int Examples => _nodes.Length;

        public override void FeedTo(TrainingSession session)
        {
            session.ReadParameters(parameter => _parameters[parameter.Name].As<float>());
            var all = _forward.Run(name => _parameters[name], Cancel);
            var width = _forward.Width;
            for (var i = 0; i < _nodes.Length; i++)
                all.AsSpan(_nodes[i] * width, width).CopyTo(_outputs.AsSpan(i * width));
            session.Feed(LayeredNetworkModel.Outputs, _outputs, _nodes.Length, width);
            _labels.FeedTo(session);
        }

        public void Dispose() => _forward.Dispose();
    }
}
