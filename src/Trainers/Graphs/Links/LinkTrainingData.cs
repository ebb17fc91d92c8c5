using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// One graph as the only batch of every epoch: its edges and newly drawn pairs of nodes without an edge; or pairs of nodes close to each
/// other on random walks, and random pairs.
/// </summary>
internal sealed class LinkTrainingData : ITrainingData
{
    private readonly GraphTensors _graph;
    private readonly LinkTable _edges;
    private readonly int[] _linked;
    private readonly NegativePairs _negativePairs;
    private readonly int _negatives, _seed, _window;
    private readonly RandomWalks? _walks;
    private readonly NegativeSampler? _sampler;
    private readonly int[] _starts = [];
    private readonly Batch _training;
    private readonly Batch? _validation;

    internal LinkTrainingData(TrainingModel model, FeatureMatrix features, NodeGraph graph, LinkTable edges, LinkTable? validation,
        bool isDirected, LinkPredictionTrainer.Options options)
    {
        (_graph, _edges, _negatives, _seed, _window) = (new(model, features, graph), edges, options.NegativesPerEdge, options.Seed,
            options.WalkWindow);
        // a loop says nothing about links between nodes
        _linked = [.. Enumerable.Range(0, edges.Count).Where(edge => edges.Sources[edge] != edges.Targets[edge])];
        _negativePairs = new(graph.NodeCount, isDirected, "The edges");
        foreach (var edge in _linked)
            _negativePairs.Add(edges.Sources[edge], edges.Targets[edge], RelationOf(edge));
        _training = new(model, _graph, graph.NodeCount);
        if (options.Walks is { } walks && _linked.Length > 0)
        {
            (_walks, _sampler) = (new(graph, walks), new(graph));
            _starts = [.. Enumerable.Range(0, graph.NodeCount).Where(_walks.HasNext)];
        }
        if (validation is null)
            return;
        (SkippedValidationRows, FirstSkippedValidationRow) = (validation.Skipped.Count, validation.Skipped.First);
        _validation = new(model, _graph, graph.NodeCount);
        _validation.Resize(validation.Count);
        for (var pair = 0; pair < validation.Count; pair++)
            _validation.Set(pair, validation.Sources[pair], validation.Targets[pair], validation.Relations?[pair] ?? 0,
                validation.Labels![pair]);
        _validation.Build();
    }

    public long? BatchCount => 1;

    public long SkippedValidationRows { get; }

    public string? FirstSkippedValidationRow { get; }

    /// <summary>The number of edges to learn from.</summary>
    internal int LinkedCount => _linked.Length;

    public IEnumerable<TrainingBatch> ReadEpoch(int epoch, CancellationToken cancellationToken)
    {
        var random = new Random(unchecked(_seed * 1_000_003 + epoch));
        var next = 0;
        if (_walks is not null)
        {
            FillWithWalks(random, cancellationToken);
            return [_training];
        }
        _training.Resize(_linked.Length * (1 + _negatives));
        foreach (var edge in _linked)
            _training.Set(next++, _edges.Sources[edge], _edges.Targets[edge], RelationOf(edge), true);
        foreach (var edge in _linked)
            for (var i = 0; i < _negatives; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (source, target) = _negativePairs.Draw(random, RelationOf(edge));
                _training.Set(next++, source, target, RelationOf(edge), false);
            }
        _training.Build();
        return [_training];
    }

    public IEnumerable<TrainingBatch>? ReadValidation(CancellationToken cancellationToken) => _validation is null ? null : [_validation];

    private void FillWithWalks(Random random, CancellationToken cancellationToken)
    {
        var walks = _walks!.Sample(_starts, random.NextInt64(), cancellationToken: cancellationToken);
        var (centers, contexts) = SkipGram.Pairs(walks, _walks.Length, _window);
        var others = new long[centers.Length * _negatives];
        _sampler!.Sample(others, random.NextInt64());
        _training.Resize(centers.Length + others.Length);
        for (var pair = 0; pair < centers.Length; pair++)
            _training.Set(pair, centers[pair], contexts[pair], 0, true);
        for (var pair = 0; pair < others.Length; pair++)
            _training.Set(centers.Length + pair, centers[pair / _negatives], (int)others[pair], 0, false);
        _training.Build();
    }

    private int RelationOf(int edge) => _edges.Relations?[edge] ?? 0;

    private sealed class Batch(TrainingModel model, GraphTensors graph, int nodes) : TrainingBatch
    {
        private readonly EdgePlan _plan = new(model.Reads, LinkHead.Pairs);
        private readonly bool _readsTypes = model.Reads(LinkHead.PairTypes);
        private int[] _sources = [], _targets = [];
        private long[] _types = [];
        private float[] _labels = [];
        private int _count;

        public override int Examples => _count;

        internal void Resize(int pairs)
        {
            if (_labels.Length < pairs)
                (_sources, _targets, _types, _labels) = (new int[pairs], new int[pairs], new long[pairs], new float[pairs]);
            _count = pairs;
        }

        internal void Set(int pair, int source, int target, int relation, bool isEdge) =>
            (_sources[pair], _targets[pair], _types[pair], _labels[pair]) = (source, target, relation, isEdge ? 1 : 0);

        internal void Build() => _plan.Build(_sources.AsMemory(0, _count), _targets.AsMemory(0, _count), nodes, nodes);

        public override void FeedTo(TrainingSession session)
        {
            graph.FeedTo(session);
            _plan.FeedTo(session);
            session.Feed(Head.Labels, _labels, _count);
            if (_readsTypes)
                session.Feed(LinkHead.PairTypes, _types, _count);
        }
    }
}
