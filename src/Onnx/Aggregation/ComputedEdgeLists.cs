namespace MLSeqGraph.Onnx;

/// <summary>
/// Lists of edges computed inside the model, only from the edges' ends, by integer operations whose scatters have unique indices: a TopK
/// sorts the edges, so that each node's edges are adjacent.
/// </summary>
/// <remarks>
/// The tensors have the names under which <see cref="FedEdgeLists"/> has them as inputs, so that a scorer that computes them itself
/// can cut off the nodes before them.
/// </remarks>
internal sealed class ComputedEdgeLists : EdgeLists
{
    private readonly Value _ends, _endCount, _nodeCount, _edgeCount; // counts are [1] Int64
    private readonly Dictionary<PlanTensor, Value> _named = [];
    private Stretches? _stretches;
    private readonly Value _nodeOfEdge;

    /// <param name="name">Prefix of the tensors' names.</param>
    /// <param name="nodes">The nodes whose edges are listed.</param>
    /// <param name="nodeOfEdge">Which of them an edge belongs to, [edges] Int64.</param>
    /// <param name="ends">The node at an edge's other end, [edges] Int64.</param>
    /// <param name="nodeCount">Number of nodes, [1] Int64.</param>
    /// <param name="endCount">Number of nodes at other ends, [1] Int64.</param>
    internal ComputedEdgeLists(string name, Dim nodes, Value nodeOfEdge, Value ends, Value nodeCount, Value endCount)
        : base(name, nodes, FileWidths)
    {
        (_nodeOfEdge, _ends, _nodeCount, _endCount) = (nodeOfEdge, ends, nodeCount, endCount);
        _edgeCount = Op.SizeOf(nodeOfEdge, 0);
    }

    private Stretches Sorted => _stretches ??= new(Name, _nodeOfEdge, _nodeCount, _edgeCount, Nodes);

    // Several heads by a tensor of messages, since lists of nodes weighted head by head are as large and take twice the nodes.
    internal override Value WeightedSum(Value x, Value weights) => weights.Shape[1] == 1 ? base.WeightedSum(x, weights)
        : Sum(Op.Gather(x, _ends) * Heads.Spread(weights, x.Shape[1]), ListEntries.Edges);

    private protected override Value Tensor(PlanTensor tensor, Shape shape)
    {
        if (_named.TryGetValue(tensor, out var known))
            return known;
        var value = Op.Named(Op.Cast(Compute(tensor), PlanTensors.TypeOf(tensor)), tensor.NameIn(Name), shape);
        value.Producer!.TellsShape = true;
        return _named[tensor] = value;
    }

    private Value Compute(PlanTensor tensor) => tensor switch
    {
        PlanTensor.Order => Order(),
        PlanTensor.FileSplit => Op.Concat(0, Sorted.Split, Op.SizeOf(Sorted.Chunks, 0) * (double)ChunkSize),
        PlanTensor.Groups => Sorted.Groups,
        PlanTensor.Large => Sorted.LargeLists,
        // By place among the sorted edges; the place after the last one is padding.
        PlanTensor.Edges => Flat(Op.Concat(0, Sorted.Edges, _edgeCount)),
        PlanTensor.Ends => Flat(Op.Concat(0, Op.Gather(_ends, Sorted.Edges), _endCount)),
        PlanTensor.Degree => Sorted.Degree,
        PlanTensor.Padded => Op.Gather(Op.Concat(0, Sorted.Edges, _edgeCount), Sorted.AllPlaces),
        PlanTensor.Places => Sorted.PlaceOfEdge,
        PlanTensor.Start => Op.Concat(0, _nodeCount.Graph.Vector(0L), Op.CumSum(Sorted.Degree, 0)),
        PlanTensor.SortedEdges => Sorted.Edges,
        PlanTensor.SortedEnds => Op.Gather(_ends, Sorted.Edges),
        _ => throw new ArgumentOutOfRangeException(nameof(tensor), tensor, null),
    };

    // Each bucket's nodes in turn, then the nodes cut into chunks; a node without edges has the row after the last.
    private Value Order()
    {
        var nodes = Op.Concat(0, Sorted.Listed, Sorted.Large.Nodes);
        var count = Op.SizeOf(nodes, 0);
        return Op.ReplaceRows(Op.Expand(count, [Nodes], _nodeCount), nodes, Op.Range(count, nodes.Shape[0]));
    }

    private Value Flat(Value byPlace) =>
        Op.Gather(byPlace, Op.Concat(0, Sorted.ListedPlaces, Op.Reshape(Sorted.Chunks, [Sorted.Chunks.Shape.Elements])));

    /// <summary>The sorted edges, divided by node.</summary>
    private sealed class Stretches
    {
        // The width of nodes without a list: those without edges, and those whose edges are cut into chunks.
        private const long Unlisted = ChunkSize + 1;

        private static readonly long[] WidthOfDegree = [.. Enumerable.Range(0, ChunkSize + 2).Select(degree =>
            degree is 0 or > ChunkSize ? Unlisted : FileWidths.First(width => degree <= width))];

        private readonly string _name;
        private readonly Value _edgeCount, _node, _start;

        internal Stretches(string name, Value nodeOfEdge, Value nodeCount, Value edgeCount, Dim nodes)
        {
            (_name, _edgeCount) = (name, edgeCount);
            var graph = nodeOfEdge.Graph;
            Dim edges = nodeOfEdge.Shape[0];
            // Unique keys, so that the edges of a node keep their order.
            var divisor = Op.Max(edgeCount, graph.Vector(1L));
            var keys = Op.SortedAscending(nodeOfEdge * divisor + Op.Range(edgeCount, edges));
            var node = keys / divisor;
            Edges = keys - node * divisor;
            // Where a node's stretch starts, and how long it is.
            var isFirst = Op.Not(Op.Equal(node, Op.SliceTo(Op.Concat(0, graph.Vector(-1L), node), edgeCount, [edges])));
            var starts = Op.NonZero(isFirst, name + "/present");
            var lengths = Op.Slice(Op.Concat(0, starts, edgeCount), 0, 1) - starts;
            var present = Op.Gather(node, starts);
            var none = Op.Expand(graph.Vector(0L), [nodes], nodeCount);
            var start = Op.ReplaceRows(none, present, starts);
            Degree = Op.ReplaceRows(none, present, lengths);
            (Listed, ListedPlaces, Split) = Lists(start, nodeCount, nodes);

            // For each node with more edges than the widest list holds: its places in chunks, its chunks in groups.
            var large = Op.NonZero(Op.Greater(Degree, graph.Scalar((long)ChunkSize)), name + "/large");
            var rank = Op.Range(edgeCount, edges) - Op.Gather(start, node);
            (_node, _start, Rank) = (node, start, rank);
            var degree = Op.Gather(Degree, node);
            var startsChunk = Op.And(Op.Greater(degree, graph.Scalar((long)ChunkSize)), IsMultiple(rank, graph.Vector((long)ChunkSize)));
            var chunk = Op.NonZero(startsChunk, name + "/chunks");
            Chunks = Places(chunk, Op.Gather(degree, chunk) - Op.Gather(rank, chunk), Numbers(graph, ChunkSize), ChunkSize, edgeCount);
            var chunksOfNode = CeilingOf(Op.Gather(Degree, large), graph.Vector((long)ChunkSize));
            var groupSize = CeilingOf(Op.ReduceMax(Op.Concat(0, chunksOfNode, graph.Vector(1L)), [0]), graph.Vector((long)ChunkSize));
            var chunkRank = Op.Gather(rank, chunk) / (double)ChunkSize;
            var chunkCount = Op.SizeOf(chunk, 0);
            var group = Op.NonZero(IsMultiple(chunkRank, groupSize), name + "/groups");
            var chunksLeft = CeilingOf(Op.Gather(degree, Op.Gather(chunk, group)), graph.Vector((long)ChunkSize))
                - Op.Gather(chunkRank, group);
            Dim groupDim = name + "/group";
            Groups = Places(group, chunksLeft, Op.Range(groupSize, groupDim), groupDim, chunkCount);
            var groupRank = Op.Gather(chunkRank, group) / groupSize;
            var firstGroup = Op.NonZero(Op.Equal(groupRank, graph.Scalar(0L)), name + "/large");
            LargeLists = Places(firstGroup, CeilingOf(chunksOfNode, groupSize), Numbers(graph, ChunkSize), ChunkSize, Op.SizeOf(group, 0));
            Large = (large, LargeLists);
        }

        /// <summary>Edges by place, [edges].</summary>
        internal Value Edges { get; }

        /// <summary>Number of edges of each node, [nodes].</summary>
        internal Value Degree { get; }

        /// <summary>The nodes of all buckets, one bucket after another, [listed].</summary>
        internal Value Listed { get; }

        /// <summary>Their places, as many for each node as its bucket is wide, [entries].</summary>
        internal Value ListedPlaces { get; }

        /// <summary>How many of them each bucket has, [widths].</summary>
        internal Value Split { get; }

        internal (Value Nodes, Value Groups) Large { get; }

        internal Value Chunks { get; }

        internal Value Groups { get; }

        internal Value LargeLists { get; }

        /// <summary>The number of edges of the same node before each edge, by place, [edges].</summary>
        private Value Rank { get; }

        // The largest number of edges per node, at least 1, [1].
        private Value MaxDegree => Op.ReduceMax(Op.Concat(0, Degree, Degree.Graph.Vector(1L)), [0]);

        /// <summary>The places of each node's edges, [nodes, max degree].</summary>
        internal Value AllPlaces
        {
            get
            {
                Dim maxDegree = _name + "/max_degree";
                return Places(_start, Degree, Op.Range(MaxDegree, maxDegree), maxDegree, _edgeCount);
            }
        }

        /// <summary>The place of each edge in the concatenated lists of all nodes, [edges].</summary>
        internal Value PlaceOfEdge => Op.ReplaceRows(Op.ZerosLike(_node), Edges, _node * MaxDegree + Rank);

        // The lists of all buckets at once: nodes sorted by the width of their lists, and each entry of a list told its node.
        private (Value Listed, Value Places, Value Split) Lists(Value start, Value nodeCount, Dim nodes)
        {
            var graph = start.Graph;
            var width = Op.Gather(graph.Vector(WidthOfDegree), Op.Min(Degree, graph.Scalar(ChunkSize + 1L)));
            var divisor = Op.Max(nodeCount, graph.Vector(1L));
            var keys = Op.SortedAscending(width * divisor + Op.Range(nodeCount, nodes));
            var sorted = keys / divisor;
            var isListed = Op.Less(sorted, graph.Scalar(Unlisted));
            var entries = Op.Where(isListed, sorted, graph.Scalar(0L));
            var rows = Op.NonZero(isListed, _name + "/listed_nodes");                               // the first ones
            var listed = Op.Gather(keys - sorted * divisor, rows);
            var first = Op.Gather(Op.CumSum(entries, 0, exclusive: true), rows);                    // where a node's list begins
            Dim all = _name + "/listed_entries";
            var count = Op.ReduceSum(entries, [0]);
            var ones = Op.Expand(graph.Vector(1L), rows.Shape, Op.SizeOf(rows, 0));
            var begins = Op.ReplaceRows(Op.Expand(graph.Vector(0L), [all], count), first, ones);
            var row = Op.CumSum(begins, 0) - 1.0;                                                   // [entries]
            var entry = Op.Range(count, all);
            var places = Op.Where(Op.Less(entry, Op.Gather(first + Op.Gather(Degree, listed), row)),
                entry + Op.Gather(Op.Gather(start, listed) - first, row), _edgeCount);
            long[] widths = [.. FileWidths.Select(width => (long)width)];
            var isOfWidth = Op.Equal(Op.Unsqueeze(width, 0), Op.Unsqueeze(graph.Vector(widths), 1));   // [widths, nodes]
            var nodesOfWidth = Op.ReduceSum(Op.Cast(isOfWidth, ElementType.Int32), [1], keepDims: false);
            return (listed, places, Op.Cast(nodesOfWidth, ElementType.Int64) * graph.Vector(widths));
        }

        // first, first + 1, … up to a length, then padding: [rows] → [rows, width]
        private static Value Places(Value first, Value length, Value numbers, Dim width, Value nothing)
        {
            var column = Op.Unsqueeze(numbers, 0);
            return Op.Where(Op.Less(column, Op.Unsqueeze(length, 1)), Op.Unsqueeze(first, 1) + column, nothing);
        }

        private static Value Numbers(Graph graph, int count) => graph.Vector([.. Enumerable.Range(0, count).Select(i => (long)i)]);

        private static Value IsMultiple(Value x, Value of) => Op.Equal(x - x / of * of, x.Graph.Scalar(0L));

        private static Value CeilingOf(Value x, Value divisor) => (x + divisor - 1.0) / divisor;
    }
}
