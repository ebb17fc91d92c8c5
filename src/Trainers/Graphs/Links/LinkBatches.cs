using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// One graph as the only batch of every epoch: its edges and newly drawn pairs of nodes without an edge; or pairs of nodes close to each
/// other on random walks, and random pairs.
/// </summary>
internal sealed class LinkBatches
{
    private readonly LinkTable _edges;
    private readonly int[] _linked;
    private readonly NegativePairs _negativePairs;
    private readonly int _negatives, _seed, _window;
    private readonly RandomWalks? _walks;
    private readonly NegativeSampler? _sampler;
    private readonly int[] _starts = [];
    private readonly LinkPairs _pairs;

    internal LinkBatches(TrainingModel model, FeatureMatrix features, NodeGraph graph, LinkTable edges, LinkTable? validation,
        bool isDirected, LinkPredictionTrainer.Options options)
    {
        (_edges, _negatives, _seed, _window) = (edges, options.NegativesPerEdge, options.Seed, options.WalkWindow);
        var tensors = new GraphTensors(model.Reads, features, graph);
        // a loop says nothing about links between nodes
        _linked = [.. Enumerable.Range(0, edges.Count).Where(edge => edges.Sources[edge] != edges.Targets[edge])];
        _negativePairs = new(graph.NodeCount, isDirected, "The edges");
        foreach (var edge in _linked)
            _negativePairs.Add(edges.Sources[edge], edges.Targets[edge], RelationOf(edge));
        _pairs = new(model, tensors, graph.NodeCount);
        if (options.Walks is { } walks && _linked.Length > 0)
        {
            (_walks, _sampler) = (new(graph, walks), new(graph));
            _starts = [.. Enumerable.Range(0, graph.NodeCount).Where(_walks.HasNext)];
        }
        Data = new(BatchedRows.Drawn(Read), validation is null ? null
            : BatchedRows.Whole(Of(new(model, tensors, graph.NodeCount), validation), validation.Skipped));
    }

    /// <summary>The edges and pairs to validate on.</summary>
    internal TrainingData Data { get; }

    /// <summary>The number of edges to learn from.</summary>
    internal int LinkedCount => _linked.Length;

    private static InputBatch Of(LinkPairs pairs, LinkTable table)
    {
        pairs.Resize(table.Count);
        for (var pair = 0; pair < table.Count; pair++)
            pairs.Set(pair, table.Sources[pair], table.Targets[pair], table.Relations?[pair] ?? 0, table.Labels![pair]);
        return pairs.Build();
    }

    private InputBatch Read(int epoch, CancellationToken cancellationToken)
    {
        var random = new Random(unchecked(_seed * 1_000_003 + epoch));
        if (_walks is null)
            FillWithEdges(random, cancellationToken);
        else
            FillWithWalks(_walks, random, cancellationToken);
        return _pairs.Build();
    }

    private void FillWithEdges(Random random, CancellationToken cancellationToken)
    {
        var next = 0;
        _pairs.Resize(_linked.Length * (1 + _negatives));
        foreach (var edge in _linked)
            _pairs.Set(next++, _edges.Sources[edge], _edges.Targets[edge], RelationOf(edge), true);
        foreach (var edge in _linked)
            for (var i = 0; i < _negatives; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (source, target) = _negativePairs.Draw(random, RelationOf(edge));
                _pairs.Set(next++, source, target, RelationOf(edge), false);
            }
    }

    private void FillWithWalks(RandomWalks walks, Random random, CancellationToken cancellationToken)
    {
        var nodes = walks.Sample(_starts, random.NextInt64(), cancellationToken: cancellationToken);
        var (centers, contexts) = SkipGram.Pairs(nodes, walks.Length, _window);
        var others = new long[centers.Length * _negatives];
        _sampler!.Sample(others, random.NextInt64());
        _pairs.Resize(centers.Length + others.Length);
        for (var pair = 0; pair < centers.Length; pair++)
            _pairs.Set(pair, centers[pair], contexts[pair], 0, true);
        for (var pair = 0; pair < others.Length; pair++)
            _pairs.Set(centers.Length + pair, centers[pair / _negatives], (int)others[pair], 0, false);
    }

    private int RelationOf(int edge) => _edges.Relations?[edge] ?? 0;
}
