namespace MLSeqGraph.Onnx;

/// <summary>What the entries of a node's list are.</summary>
internal enum ListEntries
{
    /// <summary>Numbers of edges: to reduce a tensor of edges.</summary>
    Edges,
    /// <summary>The nodes at the other end of the edges: to reduce a tensor of nodes without making one of edges.</summary>
    Ends,
}

/// <summary>
/// The edges of each node, as index tensors that make reductions over them parallel, bitwise equal on any number of threads, and free
/// of scatters. Nodes are grouped into buckets by their number of edges and each list padded to the bucket's width;
/// a bucket takes one Gather and one reduction. Longer lists are cut into chunks, and the chunks' results are reduced the same way in
/// groups. A final Gather puts the nodes back in order.
/// </summary>
/// <remarks>
/// Tensors, where widths w are <see cref="Widths"/>, in files <see cref="FileWidths"/>: <c>order</c> [nodes], each node's row among the results of all buckets;
/// <c>edges</c> and <c>ends</c>, the concatenated lists of all buckets and of the chunks; <c>split</c>, the number of elements of each;
/// <c>groups</c> [groups, chunks per group], numbers of chunks; <c>large</c> [nodes cut, 64], numbers of groups. An entry one past the
/// last is padding.
/// </remarks>
internal abstract class EdgeLists(string name, Dim nodes, int[] widths)
{
    internal const int ChunkSize = 64;

    /// <summary>Wider steps cost padding, more steps cost operations.</summary>
    internal static readonly int[] Widths = [1, 2, 3, 4, 6, 8, 12, 16, 32, ChunkSize];

    /// <summary>Fewer steps, since a file holds the operations of each for each layer.</summary>
    internal static readonly int[] FileWidths = [2, 4, 8, 20, ChunkSize];

    private readonly Dictionary<ListEntries, Value[]> _lists = [];

    internal string Name => name;

    /// <summary>The nodes whose edges are listed.</summary>
    internal Dim Nodes => nodes;

    /// <summary>Number of edges of each node, [nodes] Float.</summary>
    internal Value Degree => Tensor(PlanTensor.Degree, [nodes]);

    /// <summary>
    /// All edges of each node, padded to the largest degree: [nodes, max degree]; an entry one past the last edge is
    /// padding.
    /// </summary>
    internal Value PaddedLists => Tensor(PlanTensor.Padded, [nodes, name + "/max_degree"]);

    /// <summary>The position of each edge in the flattened <see cref="PaddedLists"/>, [edges].</summary>
    internal Value Places(Dim edges) => Tensor(PlanTensor.Places, [edges]);

    /// <summary>The form that kernels read.</summary>
    internal CompressedLists Compressed => new(nodes, Tensor(PlanTensor.Start, [nodes + 1]), entries =>
        Tensor(entries == ListEntries.Edges ? PlanTensor.SortedEdges : PlanTensor.SortedEnds, [name + "/listed"]));

    private Value Order => Tensor(PlanTensor.Order, [nodes]);

    private Value Split => Tensor(widths == FileWidths ? PlanTensor.FileSplit : PlanTensor.Split, [widths.Length + 1]);

    private Value Groups => Tensor(PlanTensor.Groups, [name + "/groups", name + "/group"]);

    private Value Large => Tensor(PlanTensor.Large, [name + "/large", ChunkSize]);

    private Value Flat(ListEntries entries) =>
        Tensor(entries == ListEntries.Edges ? PlanTensor.Edges : PlanTensor.Ends, [name + "/entries"]);

    /// <summary>
    /// A tensor of the plan, by the name that <see cref="PlanTensors"/> gives it; always the same value.
    /// </summary>
    private protected abstract Value Tensor(PlanTensor tensor, Shape shape);

    /// <summary>Sums over each node's edges, 0 for a node without edges: [edges or ends, ..] → [nodes, ..].</summary>
    internal Value Sum(Value x, ListEntries entries) =>
        UsesKernels(x) ? ByRows(x, rows => GatherSum.Of(rows, Compressed, entries))
            : Reduce(x, 0, padded => [.. Lists(entries).Select(list => Sum(padded, list))], Sum);

    /// <summary>The largest element over each node's edges, 0 for a node without edges: [edges or ends, ..] → [nodes, ..].</summary>
    internal Value Max(Value x, ListEntries entries)
    {
        if (UsesKernels(x))
            return ByRows(x, rows => GatherMax.Of(rows, Compressed, entries));
        static Value Largest(Value from, Value list) => Op.ReduceMax(Op.Gather(from, list), [1], keepDims: false);
        var lowest = x.Type == ElementType.Float ? float.MinValue : double.MinValue;
        var largest = Reduce(x, lowest, padded => [.. Lists(entries).Select(list => Largest(padded, list))], Largest);
        return Op.Where(Op.Greater(largest, x.Number(lowest)), largest, x.Number(0));
    }

    /// <summary>
    /// Sums of the ends' rows, each weighted by the edge's weights: [ends, heads · width] and [edges, heads] → [nodes, heads · width].
    /// </summary>
    /// <param name="x">[ends, heads · width].</param>
    /// <param name="weights">[edges, heads].</param>
    internal virtual Value WeightedSum(Value x, Value weights)
    {
        if (UsesKernels(x))
            return GatherSum.Of(x, Compressed, ListEntries.Ends, weights);
        var isVector = weights.Shape[1] == 1;
        var paddedWeights = Padded(weights, 0);
        var vector = isVector ? Op.Squeeze(paddedWeights, 1) : null;
        Value Weighted(Value padded, Value ends, Value edges)
        {
            var rows = Op.Gather(padded, ends);                                         // [rows, width, features]
            if (isVector)                                                               // [rows, 1, width] · [rows, width, features]
                return Op.Squeeze(Op.MatMul(Op.Gather(vector!, Op.Unsqueeze(edges, 1)), rows), 1);
            return SumOfList(rows * Heads.Spread(Op.Gather(paddedWeights, edges), x.Shape[1]), ends);
        }
        return Reduce(x, 0, padded =>
            [.. Lists(ListEntries.Ends).Zip(Lists(ListEntries.Edges), (ends, edges) => Weighted(padded, ends, edges))], Sum);
    }

    /// <summary>
    /// s · (Σ s x + s x): sums over the ends and the node itself, scaled at both. Only by a kernel, where nodes and ends are the same.
    /// </summary>
    /// <param name="x">[nodes, width].</param>
    /// <param name="scale">s, [nodes, 1].</param>
    internal Value ScaledSum(Value x, Value scale) => GatherSum.Scaled(x, Compressed, Op.Squeeze(scale, 1));

    // The last results of the lists are those of the chunks.
    private Value Reduce(Value x, double nothing, Func<Value, Value[]> reduceLists, Func<Value, Value, Value> reduce)
    {
        if (x.Shape.Rank != 2)
            return ByRows(x, rows => Reduce(rows, nothing, reduceLists, reduce));
        var results = reduceLists(Padded(x, nothing));
        var groups = reduce(Padded(results[^1], nothing), Groups);
        var large = reduce(Padded(groups, nothing), Large);
        var all = Op.Concat(0, [.. results[..^1], large, Row(x, nothing)]);
        return Op.Renamed(Op.Gather(all, Order), [nodes, x.Shape[1]]);
    }

    internal static bool UsesKernels(Value x) => x.Type == ElementType.Float && x.Graph.UsesKernels;

    // [edges or ends, ..] → [nodes, ..] by a function that takes rows
    private Value ByRows(Value x, Func<Value, Value> reduce)
    {
        if (x.Shape.Rank == 2)
            return reduce(x);
        Shape rest = [.. x.Shape.Skip(1)];
        return Op.Reshape(reduce(Op.Reshape(x, [x.Shape[0], rest.Elements])), [nodes, .. rest]);
    }

    private Value Sum(Value x, Value lists) =>
        lists.Shape[1] == 1 ? Op.Gather(x, Op.Squeeze(lists, 1)) : SumOfList(Op.Gather(x, lists), lists);

    /// <summary>
    /// [rows, width, features] → [rows, features], as a product with ones: ONNX Runtime's ReduceSum adds in another order where there
    /// are fewer rows than threads, a product always in the same one.
    /// </summary>
    private protected virtual Value SumOfList(Value x, Value lists)
    {
        Shape shape = [lists.Shape[0], 1, lists.Shape[1]]; // not [1, width]: a product with no rows at all can't broadcast
        return Op.Squeeze(Op.MatMul(x.Type == ElementType.Double ? Op.Filled(1.0, shape, lists) : Op.Filled(1f, shape, lists), x), 1);
    }

    internal static Value Padded(Value x, double nothing) => Op.Concat(0, x, Row(x, nothing));

    private static Value Row(Value x, double nothing) =>
        x.Type == ElementType.Double ? Op.Filled(nothing, [1, x.Shape[1]], x) : Op.Filled((float)nothing, [1, x.Shape[1]], x);

    // [rows, width] for each width, then for the chunks.
    private Value[] Lists(ListEntries entries)
    {
        if (_lists.TryGetValue(entries, out var known))
            return known;
        var node = Graph.Emit("Split", [Flat(entries), Split]);
        node.SetAttribute("axis", 0L);
        var lists = new Value[widths.Length + 1];
        for (var i = 0; i < lists.Length; i++)
        {
            Dim rows = i < widths.Length ? $"{name}/rows_{widths[i]}" : $"{name}/chunks";
            var width = i < widths.Length ? widths[i] : ChunkSize;
            lists[i] = Op.Reshape(node.AddOutput(ElementType.Int32, [rows * width]), [rows, width]);
            lists[i].Producer!.TellsShape = true;
        }
        return _lists[entries] = lists;
    }
}
