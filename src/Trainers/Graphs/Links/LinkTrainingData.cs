using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>One graph as the one batch of every epoch: its edges and, drawn anew each time, pairs of nodes without edge.</summary>
internal sealed class LinkTrainingData : ITrainingData
{
    private readonly GraphTensors _graph;
    private readonly LinkTable _edges;
    private readonly int[] _linked;
    private readonly NonEdges _nonEdges;
    private readonly int _negatives, _seed;
    private readonly Batch _training;
    private readonly Batch? _validation;

    internal LinkTrainingData(TrainingModel model, FeatureMatrix features, NodeGraph graph, LinkTable edges, LinkTable? validation, bool isDirected, int negativesPerEdge, int seed)
    {
        (_graph, _edges, _negatives, _seed) = (new(model, features, graph), edges, negativesPerEdge, seed);
        // a loop tells nothing of links between nodes
        _linked = [.. Enumerable.Range(0, edges.Count).Where(edge => edges.Sources[edge] != edges.Targets[edge])];
        _nonEdges = new(graph.NodeCount, isDirected, "The edges");
        foreach (var edge in _linked)
            _nonEdges.Add(edges.Sources[edge], edges.Targets[edge], RelationOf(edge));
        _training = new(model, _graph, graph.NodeCount, _linked.Length * (1 + negativesPerEdge));
        if (validation is null)
            return;
        _validation = new(model, _graph, graph.NodeCount, validation.Count);
        for (var pair = 0; pair < validation.Count; pair++)
            _validation.Set(pair, validation.Sources[pair], validation.Targets[pair], validation.Relations?[pair] ?? 0, validation.Labels![pair]);
        _validation.Build();
    }

    public long? BatchCount => 1;

    /// <summary>The edges that are learnt from.</summary>
    internal int LinkedCount => _linked.Length;

    public IEnumerable<TrainingBatch> ReadEpoch(int epoch, CancellationToken cancellationToken)
    {
        var random = new Random(unchecked(_seed * 1_000_003 + epoch));
        var next = 0;
        foreach (var edge in _linked)
            _training.Set(next++, _edges.Sources[edge], _edges.Targets[edge], RelationOf(edge), true);
        foreach (var edge in _linked)
            for (var i = 0; i < _negatives; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (source, target) = _nonEdges.Draw(random, RelationOf(edge));
                _training.Set(next++, source, target, RelationOf(edge), false);
            }
        _training.Build();
        return [_training];
    }

    public IEnumerable<TrainingBatch>? ReadValidation(CancellationToken cancellationToken) => _validation is null ? null : [_validation];

    private int RelationOf(int edge) => _edges.Relations?[edge] ?? 0;

    private sealed class Batch(TrainingModel model, GraphTensors graph, int nodes, int pairs) : TrainingBatch
    {
        private readonly EdgePlan _plan = new(model.Reads, LinkHead.Pairs);
        private readonly bool _readsTypes = model.Reads(LinkHead.PairTypes);
        private readonly int[] _sources = new int[pairs], _targets = new int[pairs];
        private readonly long[] _types = new long[pairs];
        private readonly float[] _labels = new float[pairs];

        public override int Examples => pairs;

        internal void Set(int pair, int source, int target, int relation, bool isEdge) =>
            (_sources[pair], _targets[pair], _types[pair], _labels[pair]) = (source, target, relation, isEdge ? 1 : 0);

        internal void Build() => _plan.Build(_sources, _targets, nodes, nodes);

        public override void FeedTo(TrainingSession session)
        {
            graph.FeedTo(session);
            _plan.FeedTo(session);
            session.Feed(GraphHead.Labels, _labels, pairs);
            if (_readsTypes)
                session.Feed(LinkHead.PairTypes, _types, pairs);
        }
    }
}
