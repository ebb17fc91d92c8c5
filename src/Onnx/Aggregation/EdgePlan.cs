namespace MLSeqGraph.Onnx;

/// <summary>
/// The aggregation plan of one graph, or one sampled block: the index tensors that <see cref="GraphEdges"/> are fed with. Built once per
/// graph; its memory is reused for the next graph.
/// </summary>
public sealed class EdgePlan
{
    private readonly Direction[] _directions;

    /// <summary>A plan for the edges a network declared.</summary>
    /// <param name="reads">Whether the network reads an input: other inputs are not computed.</param>
    /// <param name="name">The prefix of the edges' inputs.</param>
    public EdgePlan(Func<string, bool> reads, string name = "edges")
    {
        ArgumentNullException.ThrowIfNull(reads);
        Direction[] all = [new(name, loops: false, reads), new(name + PlanTensors.LoopSuffix, loops: true, reads)];
        _directions = [.. all.Where(direction => direction.IsRead)];
    }

    /// <summary>Computes the plan.</summary>
    /// <param name="sources">The node each edge starts at. The plan keeps the memory.</param>
    /// <param name="targets">The node each edge ends at. The plan keeps the memory.</param>
    /// <param name="sourceCount">Number of nodes that edges start at.</param>
    /// <param name="targetCount">Number of nodes that edges end at; they are the first of the sources.</param>
    /// <exception cref="ArgumentException">
    /// An edge starts or ends at a node that doesn't exist, or there are more of the one end than of the other.
    /// </exception>
    public void Build(Memory<int> sources, Memory<int> targets, int sourceCount, int targetCount)
    {
        if (sources.Length != targets.Length)
            throw new ArgumentException(
                $"Found {sources.Length} sources and {targets.Length} targets of edges; expected as many of one as of the other.");
        Check("source", sources.Span, sourceCount);
        Check("target", targets.Span, targetCount);
        foreach (var direction in _directions)
            direction.Build(sources, targets, sourceCount, targetCount);
    }

    /// <summary>Feeds the plan's tensors to a session.</summary>
    public void FeedTo(IInputFeed feed)
    {
        ArgumentNullException.ThrowIfNull(feed);
        foreach (var direction in _directions)
            direction.FeedTo(feed);
    }

    private static void Check(string end, ReadOnlySpan<int> nodes, int count)
    {
        for (var edge = 0; edge < nodes.Length; edge++)
            if ((uint)nodes[edge] >= (uint)count)
                throw new ArgumentException($"Edge {edge} has {end} node {nodes[edge]}; expected 0 to {count - 1}.");
    }

    /// <summary>The plan of one set of edges, with or without loops.</summary>
    private sealed class Direction
    {
        private readonly string _sourceName, _targetName;
        private readonly bool _loops, _readsSource, _readsTarget;
        private readonly Lists? _incoming, _outgoing;
        private int[] _sourceBuffer = [], _targetBuffer = [];
        private Memory<int> _source, _target;

        internal Direction(string name, bool loops, Func<string, bool> reads)
        {
            (_loops, _sourceName, _targetName) = (loops, PlanTensors.Source(name), PlanTensors.Target(name));
            (_readsSource, _readsTarget) = (reads(_sourceName), reads(_targetName));
            _incoming = Lists.IfRead(PlanTensors.Incoming(name), reads);
            _outgoing = Lists.IfRead(PlanTensors.Outgoing(name), reads);
        }

        internal bool IsRead => _readsSource || _readsTarget || _incoming is not null || _outgoing is not null;

        internal void Build(Memory<int> sources, Memory<int> targets, int sourceCount, int targetCount)
        {
            (_source, _target) = _loops
                ? (WithLoops(ref _sourceBuffer, sources, targetCount), WithLoops(ref _targetBuffer, targets, targetCount))
                : (sources, targets);
            if (_incoming is not null && _outgoing is not null && _source.Length >= 1 << 16)
                Parallel.Invoke(
                    () => _incoming.Build(_target, _source, targetCount, sourceCount),
                    () => _outgoing.Build(_source, _target, sourceCount, targetCount));
            else
            {
                _incoming?.Build(_target, _source, targetCount, sourceCount);
                _outgoing?.Build(_source, _target, sourceCount, targetCount);
            }
        }

        internal void FeedTo(IInputFeed feed)
        {
            if (_readsSource)
                feed.Feed(_sourceName, _source, _source.Length);
            if (_readsTarget)
                feed.Feed(_targetName, _target, _target.Length);
            _incoming?.FeedTo(feed);
            _outgoing?.FeedTo(feed);
        }

        private static Memory<int> WithLoops(ref int[] buffer, Memory<int> ends, int nodes)
        {
            var length = ends.Length + nodes;
            if (buffer.Length < length)
                buffer = new int[length];
            ends.Span.CopyTo(buffer);
            for (var node = 0; node < nodes; node++)
                buffer[ends.Length + node] = node;
            return buffer.AsMemory(0, length);
        }
    }

    /// <summary>The lists of one direction, under the names that <see cref="FedEdgeLists"/> declares.</summary>
    private sealed class Lists
    {
        private readonly EdgeListBuilder _builder = new();
        private readonly PaddedListBuilder _padded = new();
        private readonly Dictionary<PlanTensor, string> _read;

        private Lists(Dictionary<PlanTensor, string> read) => _read = read;

        internal static Lists? IfRead(string lists, Func<string, bool> reads)
        {
            var read = PlanTensors.All.ToDictionary(tensor => tensor, tensor => tensor.NameIn(lists)).Where(entry => reads(entry.Value))
                .ToDictionary();
            return read.Count == 0 ? null : new(read);
        }

        internal void Build(Memory<int> nodeOfEdge, Memory<int> endOfEdge, int nodes, int ends)
        {
            _builder.Sort(nodeOfEdge, _read.ContainsKey(PlanTensor.SortedEnds) ? endOfEdge : null, nodes);
            if (_read.ContainsKey(PlanTensor.Order))
                _builder.Build(endOfEdge, nodes, ends);
            if (_read.ContainsKey(PlanTensor.Padded) || _read.ContainsKey(PlanTensor.Places))
                _padded.Build(_builder, nodes);
        }

        internal void FeedTo(IInputFeed feed)
        {
            foreach (var (tensor, name) in _read)
                switch (tensor)
                {
                    case PlanTensor.Start: feed.Feed(name, _builder.Start, _builder.Start.Length); break;
                    case PlanTensor.SortedEdges: feed.Feed(name, _builder.Sorted, _builder.Sorted.Length); break;
                    case PlanTensor.SortedEnds: feed.Feed(name, _builder.SortedEnds, _builder.SortedEnds.Length); break;
                    case PlanTensor.Order: feed.Feed(name, _builder.Order, _builder.Order.Length); break;
                    case PlanTensor.Split: feed.Feed(name, _builder.Split.AsMemory(), _builder.Split.Length); break;
                    case PlanTensor.Groups:
                        feed.Feed(name, _builder.Groups, _builder.Groups.Length / _builder.GroupSize, _builder.GroupSize);
                        break;
                    case PlanTensor.Large:
                        feed.Feed(name, _builder.Large, _builder.Large.Length / FedEdgeLists.ChunkSize, FedEdgeLists.ChunkSize);
                        break;
                    case PlanTensor.Edges: feed.Feed(name, _builder.Edges, _builder.Edges.Length); break;
                    case PlanTensor.Ends: feed.Feed(name, _builder.Ends, _builder.Ends.Length); break;
                    case PlanTensor.Padded: feed.Feed(name, _padded.Lists, _builder.Degree.Length, _padded.MaxDegree); break;
                    case PlanTensor.Places: feed.Feed(name, _padded.Places, _padded.Places.Length); break;
                    case PlanTensor.Degree: feed.Feed(name, _builder.Degree, _builder.Degree.Length); break;
                }
        }
    }
}
