using System.Globalization;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Random walks along the edges of a graph, from source to target: uniform (DeepWalk, Perozzi et al. 2014) or second-order (node2vec,
/// Grover and Leskovec 2016).
/// </summary>
/// <remarks>
/// From t through v the step to x has a probability proportional to α(t, x) · w(v, x), with α = 1/p where x is t, 1 where t has an edge
/// to x, and 1/q otherwise. It is drawn by rejection: x by its weight, kept with probability α / max α, so no table per edge is needed.
/// Repeated edges count as often as they occur; an edge of weight 0 doesn't count.
/// </remarks>
public sealed class RandomWalks
{
    /// <summary>Fills the rest of a walk after a node without outgoing edges.</summary>
    public const int End = -1;

    // Rejections in a row before a step is drawn from all neighbors, which takes time but always ends; the distribution is the same.
    private const int MostRejections = 32;

    private readonly RandomWalkOptions _options;
    private readonly int[] _start, _neighbors;
    private readonly double[]? _weights, _keep;
    private readonly int[]? _alias;
    private readonly double _back, _away, _largest;

    /// <summary>Prepares a graph.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or an edge's weight is negative or not finite.</exception>
    public RandomWalks(NodeGraph graph, RandomWalkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        _options = options ?? new();
        _options.Validate();
        (_back, _away) = (1 / _options.ReturnParameter, 1 / _options.InOutParameter);
        _largest = Math.Max(1, Math.Max(_back, _away));
        NodeCount = graph.NodeCount;
        _start = new int[NodeCount + 1];
        for (var edge = 0; edge < graph.EdgeCount; edge++)
            if (IsWalked(graph, edge))
                _start[graph.Sources[edge] + 1]++;
        for (var node = 0; node < NodeCount; node++)
            _start[node + 1] += _start[node];
        _neighbors = new int[_start[NodeCount]];
        _weights = graph.EdgeWeights is null ? null : new double[_neighbors.Length];
        var next = _start[..^1];
        // Edges in the order of their targets leave each node's neighbors sorted, to be searched.
        foreach (var edge in graph.IncomingEdges)
            if (IsWalked(graph, edge))
            {
                var at = next[graph.Sources[edge]]++;
                _neighbors[at] = graph.Targets[edge];
                if (_weights is not null)
                    _weights[at] = graph.EdgeWeights![edge];
            }
        if (_weights is null)
            return;
        (_keep, _alias) = (new double[_neighbors.Length], new int[_neighbors.Length]);
        for (var node = 0; node < NodeCount; node++)
            AliasTable.Build(_weights.AsSpan(_start[node].._start[node + 1]), _keep.AsSpan(_start[node]), _alias.AsSpan(_start[node]));
    }

    /// <summary>Number of nodes.</summary>
    public int NodeCount { get; }

    /// <summary>Nodes per walk.</summary>
    public int Length => _options.Length;

    /// <summary>Whether the node has outgoing edges.</summary>
    public bool HasNext(int node) => _start[node + 1] > _start[node];

    /// <summary>Walks from some nodes. A seed gives the same walks on any number of threads.</summary>
    /// <param name="starts">The nodes to start at.</param>
    /// <param name="seed">Decides every step.</param>
    /// <param name="threads">Threads to use, 0 for as many as there are processors.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>[starts, length], <see cref="End"/> after a node without outgoing edges.</returns>
    /// <exception cref="ArgumentException">A start is no node, or the number of threads is negative.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public int[] Sample(int[] starts, long seed, int threads = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(starts);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        foreach (var start in starts)
            if ((uint)start >= (uint)NodeCount)
                throw new ArgumentException($"A walk starts at node {start}; expected 0 to {NodeCount - 1}.", nameof(starts));
        var walks = new int[(long)starts.Length * Length];
        Parallel.For(0, starts.Length,
            new() { MaxDegreeOfParallelism = threads == 0 ? -1 : threads, CancellationToken = cancellationToken }, walk =>
        {
            var random = SplitMix64.OfItem(seed, walk);
            Walk(starts[walk], walks.AsSpan(walk * Length, Length), ref random);
        });
        return walks;
    }

    private void Walk(int start, Span<int> walk, ref SplitMix64 random)
    {
        walk.Fill(End);
        walk[0] = start;
        for (var i = 1; i < walk.Length && HasNext(walk[i - 1]); i++)
            walk[i] = i > 1 && _options.IsBiased ? Step(walk[i - 2], walk[i - 1], ref random) : Propose(walk[i - 1], ref random);
    }

    private int Step(int before, int node, ref SplitMix64 random)
    {
        for (var i = 0; i < MostRejections; i++)
        {
            var next = Propose(node, ref random);
            if (random.NextDouble() * _largest < Bias(before, next))
                return next;
        }
        return Enumerate(before, node, ref random);
    }

    private int Propose(int node, ref SplitMix64 random)
    {
        int first = _start[node], count = _start[node + 1] - first;
        return _neighbors[first
            + (_keep is null ? random.Next(count) : AliasTable.Draw(_keep.AsSpan(first, count), _alias.AsSpan(first, count), ref random))];
    }

    private int Enumerate(int before, int node, ref SplitMix64 random)
    {
        double total = 0;
        for (var at = _start[node]; at < _start[node + 1]; at++)
            total += Weight(before, at);
        var drawn = random.NextDouble() * total;
        var last = _start[node + 1] - 1;
        for (var at = _start[node]; at < last; at++)
            if ((drawn -= Weight(before, at)) < 0)
                return _neighbors[at];
        return _neighbors[last];
    }

    private double Weight(int before, int at) => Bias(before, _neighbors[at]) * (_weights?[at] ?? 1);

    private double Bias(int before, int next) =>
        next == before ? _back : Array.BinarySearch(_neighbors, _start[before], _start[before + 1] - _start[before], next) >= 0 ? 1 : _away;

    private static bool IsWalked(NodeGraph graph, int edge) => graph.EdgeWeights?[edge] switch
    {
        null or (> 0 and < float.PositiveInfinity) => true,
        0 => false,
        var weight => throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
            $"The edge from node {graph.Sources[edge]} to node {graph.Targets[edge]} weighs {weight}; "
            + $"random walks need finite weights of at least 0.")),
    };
}
