namespace MLSeqGraph.Onnx;

/// <summary>
/// The edges of a graph inside a network, each from a source node to a target node: the basis of every message-passing layer.
/// Reductions follow an aggregation plan: they are parallel, bitwise equal on any number of threads, and free of scatters; their
/// gradients follow the plan of the reversed edges.
/// </summary>
/// <remarks>
/// In training and evaluation the plan is fed (<see cref="EdgePlan"/>); a deployed model computes it from <c>edge_index</c>. Tensors of
/// nodes are [nodes, ..], those of edges [edges, ..], in the order in which the edges are given. In a
/// sampled block the targets are fewer than the sources and are the first of them.
/// </remarks>
public sealed partial class GraphEdges
{
    private readonly EdgeLists _incoming;
    private readonly Lazy<EdgeLists> _outgoing;
    private readonly Func<Value> _source, _target;
    private Value? _sourceValue, _targetValue;
    private GraphEdges? _withSelfLoops, _base;

    private GraphEdges(NetworkBuilder network, Dim sources, Dim targets, Dim count, EdgeLists incoming, Func<EdgeLists> outgoing,
        Func<Value> source, Func<Value> target)
    {
        (Network, SourceCount, TargetCount, Count) = (network, sources, targets, count);
        (_incoming, _outgoing, _source, _target) = (incoming, new(outgoing), source, target);
    }

    /// <summary>The network the edges belong to.</summary>
    public NetworkBuilder Network { get; }

    /// <summary>Number of nodes that edges start at.</summary>
    public Dim SourceCount { get; }

    /// <summary>Number of nodes that edges end at; in a block the first of the sources.</summary>
    public Dim TargetCount { get; }

    /// <summary>Number of edges.</summary>
    public Dim Count { get; }

    /// <summary>The node an edge starts at, [edges].</summary>
    public Value Source => _sourceValue ??= _source();

    /// <summary>The node an edge ends at, [edges].</summary>
    public Value Target => _targetValue ??= _target();

    /// <summary>The weight of each edge, [edges, 1] Float; null where all weigh the same.</summary>
    public Value? Weights { get; private init; }

    /// <summary>
    /// In a block of sampled edges: the number of edges that end at each target in the whole graph, [targets, 1] Float, an input
    /// <c>NAME/whole_counts</c> [targets]; null otherwise.
    /// </summary>
    public Value? WholeCounts => IsSampled ? Whole(PlanTensors.WholeCounts(Name), TargetCount) : null;

    /// <summary>
    /// In a block of sampled edges: the sum of the weights of the edges (their number, where they have no weights) that end at each source
    /// in the whole graph, [sources, 1] Float, an input <c>NAME/whole_degrees</c> [sources]; null otherwise.
    /// </summary>
    public Value? WholeDegrees => !IsSampled ? null
        : WeightUnit == 1 ? Whole(PlanTensors.WholeDegrees(Name), SourceCount)
        : Whole(PlanTensors.WholeDegrees(Name), SourceCount) / WeightUnit;

    /// <summary>Number of edges that end at each node, counting repeated edges, [targets, 1] Float.</summary>
    public Value Degree => Op.Unsqueeze(_incoming.Degree, 1);

    /// <summary>
    /// Edges as a network's inputs: <c>edge_index</c> [2, edges] Int64, sources then targets, in a deployed model; the plan's
    /// tensors otherwise.
    /// </summary>
    /// <param name="network">The network; an input of it has a dimension <paramref name="nodes"/>.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="weighted">Whether edges have weights: an input <c>edge_weight</c> [edges].</param>
    public static GraphEdges Input(NetworkBuilder network, Dim nodes, bool weighted = false)
    {
        const string Name = "edges";
        var weights = weighted ? Op.Unsqueeze(network.Input("edge_weight", ElementType.Float, [Name]), 1) : null;
        return network.Mode == NetworkMode.Deployment
            ? Of(network, network.Input("edge_index", ElementType.Int64, [2, Name]), nodes, weights, Name)
            : Fed(network, Name, nodes, nodes, weights);
    }

    /// <summary>The edges of a sampled block, whose plan is fed.</summary>
    /// <param name="network">The network.</param>
    /// <param name="name">Prefix of the inputs.</param>
    /// <param name="sources">Number of source nodes; targets are the first of them.</param>
    /// <param name="targets">Number of target nodes.</param>
    /// <param name="weights">A weight an edge, [edges, 1]; null for equal ones.</param>
    /// <param name="isSampled">
    /// Whether it has only a sample of the nodes' edges, so that <see cref="WholeCounts"/> and <see cref="WholeDegrees"/> are inputs.
    /// </param>
    public static GraphEdges Block(NetworkBuilder network, string name, Dim sources, Dim targets, Value? weights = null,
        bool isSampled = false) =>
        Fed(network, name, sources, targets, weights, isSampled: isSampled);

    /// <summary>
    /// Which graph each node of a packed batch belongs to, as edges from nodes to graphs, so that a graph's pooling is a reduction like
    /// any other. A deployed model has an input <c>graph_index</c> [nodes] Int64, in which graphs are numbered from 0 without gaps. In
    /// training the plan is fed under the name <c>graphs</c>.
    /// </summary>
    public static GraphEdges Membership(NetworkBuilder network, Dim nodes, Dim graphs)
    {
        const string Name = "graphs";
        if (network.Mode != NetworkMode.Deployment)
            return Fed(network, Name, nodes, graphs, null, nodes);
        var index = network.Input("graph_index", ElementType.Int64, [nodes]);
        var nodeCount = Op.SizeOf(nodes, index);
        var graphCount = Op.ReduceMax(index, [0]) + 1.0;
        var node = new Lazy<Value>(() => Op.Range(nodeCount, nodes));
        return new(network, nodes, graphs, nodes,
            new ComputedEdgeLists(PlanTensors.Incoming(Name), graphs, index, node.Value, graphCount),
            () => new ComputedEdgeLists(PlanTensors.Outgoing(Name), nodes, node.Value, index, nodeCount),
            () => node.Value, () => index);
    }

    /// <summary>Edges whose ends are a tensor of the model, which computes their plan.</summary>
    /// <param name="network">The network.</param>
    /// <param name="edgeIndex">[2, edges] Int64, sources then targets.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="weights">A weight an edge, [edges, 1]; null for equal ones.</param>
    /// <param name="name">Prefix of the plan's tensors.</param>
    public static GraphEdges Of(NetworkBuilder network, Value edgeIndex, Dim nodes, Value? weights = null, string name = "edges")
    {
        if (edgeIndex.Type != ElementType.Int64 || edgeIndex.Shape.Rank != 2 || edgeIndex.Shape[0] != 2)
            throw new GraphException($"Edges are [2, edges] Int64, sources then targets; got {edgeIndex.Type} {edgeIndex}.");
        // Negative numbers would count from the end, and very large ones overflow: both become the one after the last node, an error.
        var checkedEnds = new Lazy<Value>(() =>
        {
            var count = Op.SizeOf(nodes, edgeIndex);
            return Op.Min(Op.Where(Op.Less(edgeIndex, edgeIndex.Number(0)), count, edgeIndex), count);
        });
        var source = new Lazy<Value>(() => Row(checkedEnds.Value, 0));
        var target = new Lazy<Value>(() => Row(checkedEnds.Value, 1));
        return Computed(network, name, nodes, edgeIndex.Shape[1], source, target, weights);
    }

    /// <summary>
    /// The same edges with other weights; they share one plan. In a sampled block <see cref="WholeDegrees"/> stay those of the graph.
    /// </summary>
    /// <param name="weights">A weight an edge, [edges, 1].</param>
    public GraphEdges WithWeights(Value weights) => weights.Shape.Equals([Count, 1])
        ? Copy(weights, Mask)
        : throw new GraphException($"{nameof(WithWeights)}: expected [{Count}, 1]; got {weights}.");

    /// <summary>The same edges followed by one from each node to itself with weight 1.</summary>
    public GraphEdges WithSelfLoops()
    {
        if (_withSelfLoops is not null)
            return _withSelfLoops;
        var name = Name + PlanTensors.LoopSuffix;
        var weights = Weights is null ? null : Op.Concat(0, Weights, Op.Filled(1f, [TargetCount, 1], Weights, _incoming.Degree));
        if (_base?.WithSelfLoops() is { } loops)
            return _withSelfLoops = loops.Copy(weights is null ? null : Op.Renamed(weights, [loops.Count, 1]), MaskWithLoops(loops.Count));
        if (_incoming is FedEdgeLists)
            return _withSelfLoops = Fed(Network, name, SourceCount, TargetCount, weights is null ? null : Op.Renamed(weights, [name, 1]));
        var nodes = new Lazy<Value>(() => Op.Range(Op.SizeOf(TargetCount, Source), TargetCount));
        return _withSelfLoops = Computed(Network, name, TargetCount, Count + TargetCount,
            new(() => Op.Concat(0, Source, nodes.Value)), new(() => Op.Concat(0, Target, nodes.Value)), weights);
    }

    /// <summary>Whether it is a block that has only a sample of the nodes' edges.</summary>
    internal bool IsSampled { get; private init; }

    /// <summary>The same edges, each from its target to its source; both share one plan.</summary>
    /// <exception cref="GraphException">They are those of a block, which has fewer targets than sources.</exception>
    public GraphEdges Reversed => SourceCount != TargetCount
        ? throw new GraphException($"{nameof(Reversed)}: the edges of a block lead from {SourceCount} to {TargetCount} nodes; expected a "
            + "whole graph.")
        : new(Network, TargetCount, SourceCount, Count, _outgoing.Value, () => _incoming, () => Target, () => Source)
        {
            Weights = Weights, Mask = Mask, WeightUnit = WeightUnit,
        };


    // What weights were divided by; degrees that are fed still have to be.
    private float WeightUnit { get; init; } = 1;

    // Prefix of the plan's tensor names.
    private string Name => PlanTensors.EdgesOf(_incoming.Name);

    private Value Whole(string input, Dim nodes) => Op.Unsqueeze(Network.PlanInput(input, ElementType.Float, [nodes]), 1);

    private static Value Row(Value edgeIndex, int row) => Op.Squeeze(Op.Slice(edgeIndex, 0, row, row + 1), 0);

    internal static GraphEdges Fed(NetworkBuilder network, string name, Dim sources, Dim targets, Value? weights, Dim? count = null,
        bool isSampled = false, float weightUnit = 1)
    {
        var edges = count ?? name;
        Value End(string end) => network.PlanInput(end, ElementType.Int32, [edges]);
        return new(network, sources, targets, edges,
            new FedEdgeLists(network, PlanTensors.Incoming(name), targets),
            () => new FedEdgeLists(network, PlanTensors.Outgoing(name), sources),
            () => End(PlanTensors.Source(name)), () => End(PlanTensors.Target(name)))
        { Weights = weights, IsSampled = isSampled, WeightUnit = weightUnit };
    }

    private static GraphEdges Computed(NetworkBuilder network, string name, Dim nodes, Dim count, Lazy<Value> source, Lazy<Value> target,
        Value? weights)
    {
        Value nodeCount = Op.SizeOf(nodes, source.Value);
        return new(network, nodes, nodes, count,
            new ComputedEdgeLists(PlanTensors.Incoming(name), nodes, target.Value, source.Value, nodeCount),
            () => new ComputedEdgeLists(PlanTensors.Outgoing(name), nodes, source.Value, target.Value, nodeCount),
            () => source.Value, () => target.Value)
        { Weights = weights };
    }
}
