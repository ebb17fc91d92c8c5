namespace MLSeqGraph.Onnx;

/// <summary>
/// Lists of edges computed inside the model, only from the edges' ends, by integer operations whose scatters have unique indices: a TopK
/// sorts the edges, so that each node's edges are adjacent.
/// </summary>
/// <remarks>
/// The tensors of <see cref="CompressedLists"/> have the names under which <see cref="FedEdgeLists"/> has them as inputs, so that a scorer
/// that computes them itself can cut off the nodes before them.
/// </remarks>
internal sealed class ComputedEdgeLists : EdgeLists
{
    private readonly Value _nodeOfEdge, _ends, _nodeCount, _edgeCount; // counts are [1] Int64
    private readonly Dictionary<PlanTensor, Value> _named = [];
    private readonly Dictionary<ListEntries, Value> _pieces = [];
    private (Value Node, Value Edges)? _sorted;
    private ListLevels? _levels;

    /// <param name="name">Prefix of the tensors' names.</param>
    /// <param name="nodes">The nodes whose edges are listed.</param>
    /// <param name="nodeOfEdge">Which of them an edge belongs to, [edges] Int64.</param>
    /// <param name="ends">The node at an edge's other end, [edges] Int64.</param>
    /// <param name="nodeCount">Number of nodes, [1] Int64.</param>
    internal ComputedEdgeLists(string name, Dim nodes, Value nodeOfEdge, Value ends, Value nodeCount) : base(name, nodes)
    {
        (_nodeOfEdge, _ends, _nodeCount) = (nodeOfEdge, ends, nodeCount);
        _edgeCount = Op.SizeOf(nodeOfEdge, 0);
    }

    // The edges in the order of their nodes, and the node of each.
    private (Value Node, Value Edges) Sorted => _sorted ??= Sort();

    // Where each node's edges begin, and the end of the last.
    private Value Start => Op.Cast(Tensor(PlanTensor.Start, [Nodes + 1]), ElementType.Int64);

    internal override Value WeightedSum(Value x, Value weights) =>
        Sum(Op.Gather(x, _ends) * Heads.Spread(weights, x.Shape[1]), ListEntries.Edges);

    private protected override Value Reduce(Value x, ListEntries entries, double nothing)
    {
        _levels ??= new(Name, Start, Nodes);
        if (!_pieces.TryGetValue(entries, out var pieces))
            _pieces[entries] = pieces = _levels.FirstLevel(Op.Cast(Compressed.Entries(entries), ElementType.Int64));
        return _levels.Reduce(x, pieces, Row(x, nothing), nothing == 0 ? ListLevels.Sum : rows => Op.ReduceMax(rows, [1], keepDims: false));
    }

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
        PlanTensor.Start => Starts(),
        PlanTensor.SortedEdges => Sorted.Edges,
        PlanTensor.SortedEnds => Op.Gather(_ends, Sorted.Edges),
        PlanTensor.Degree => Op.Slice(Start, 0, 1) - Op.Slice(Start, 0, 0, -1),
        PlanTensor.Padded => Padded(),
        PlanTensor.Places => Places(),
        _ => throw new ArgumentOutOfRangeException(nameof(tensor), tensor, null),
    };

    // Unique keys, so that the edges of a node keep their order.
    private (Value Node, Value Edges) Sort()
    {
        var divisor = Op.Max(_edgeCount, _edgeCount.Graph.Vector(1L));
        var keys = Op.SortedAscending(_nodeOfEdge * divisor + Op.Range(_edgeCount, _nodeOfEdge.Shape[0]));
        var node = keys / divisor;
        return (node, keys - node * divisor);
    }

    // A node with edges begins where the sorted edges change to it; its degree is what lies between two such places.
    private Value Starts()
    {
        var (graph, node) = (_nodeOfEdge.Graph, Sorted.Node);
        var isFirst = Op.Not(Op.Equal(node, Op.SliceTo(Op.Concat(0, graph.Vector(-1L), node), _edgeCount, [node.Shape[0]])));
        var firsts = Op.NonZero(isFirst, Name + "/present");
        var lengths = Op.Slice(Op.Concat(0, firsts, _edgeCount), 0, 1) - firsts;
        var degree = Op.ReplaceRows(Op.Expand(graph.Vector(0L), [Nodes], _nodeCount), Op.Gather(node, firsts), lengths);
        return Op.Concat(0, graph.Vector(0L), Op.CumSum(degree, 0));
    }

    // The largest number of edges per node, at least 1, [1].
    private Value MaxDegree => Op.ReduceMax(Op.Concat(0, Op.Cast(Degree, ElementType.Int64), _nodeCount.Graph.Vector(1L)), [0]);

    // The edges of each node, one past the last for none, [nodes, max degree].
    private Value Padded()
    {
        Dim width = Name + "/max_degree";
        var column = Op.Unsqueeze(Op.Range(MaxDegree, width), 0);
        var place = Op.Unsqueeze(Op.Slice(Start, 0, 0, -1), 1) + column;
        var isEdge = Op.Less(column, Op.Unsqueeze(Op.Cast(Degree, ElementType.Int64), 1));
        return Op.Gather(Op.Concat(0, Sorted.Edges, _edgeCount), Op.Where(isEdge, place, _edgeCount));
    }

    // The place of each edge in them, [edges].
    private Value Places()
    {
        var rank = Op.Range(_edgeCount, _nodeOfEdge.Shape[0]) - Op.Gather(Start, Sorted.Node);
        return Op.ReplaceRows(Op.ZerosLike(Sorted.Node), Sorted.Edges, Sorted.Node * MaxDegree + rank);
    }
}
