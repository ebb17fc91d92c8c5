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
/// Tensors, where widths w are <see cref="Widths"/>, in files <see cref="FileWidths"/>:
/// <c>order</c> [nodes], each node's row among the results of all buckets;
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
    private readonly Dictionary<ElementType, Value[]> _ones = [];

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
            : Reduce(x, 0, padded => [.. Lists(entries).Zip(Ones(x.Type, entries), (list, ones) =>
                Op.MatMul(ones, Op.Gather(padded, list)))], Sum);

    /// <summary>The largest element over each node's edges, 0 for a node without edges: [edges or ends, ..] → [nodes, ..].</summary>
    internal Value Max(Value x, ListEntries entries)
    {
        if (UsesKernels(x))
            return ByRows(x, rows => GatherMax.Of(rows, Compressed, entries));
        static Value Largest(Value from, Value list) => Op.ReduceMax(Op.Gather(from, list), [1]);
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
        Value Weighted(Value padded, Value ends, Value edges, Value ones)
        {
            var rows = Op.Gather(padded, ends);                                         // [rows, width, features]
            return isVector ? Op.MatMul(Op.Gather(vector!, Op.Unsqueeze(edges, 1)), rows)           // [rows, 1, width] · rows
                : Op.MatMul(ones, rows * Heads.Spread(Op.Gather(paddedWeights, edges), x.Shape[1]));
        }
        var all = Lists(ListEntries.Ends).Zip(Lists(ListEntries.Edges), Ones(x.Type, ListEntries.Ends));
        return Reduce(x, 0, padded => [.. all.Select(list => Weighted(padded, list.First, list.Second, list.Third))], Sum);
    }

    /// <summary>
    /// s · (Σ s x + s x): sums over the ends and the node itself, scaled at both. Only by a kernel, where nodes and ends are the same.
    /// </summary>
    /// <param name="x">[nodes, width].</param>
    /// <param name="scale">s, [nodes, 1].</param>
    internal Value ScaledSum(Value x, Value scale) => GatherSum.Scaled(x, Compressed, Op.Squeeze(scale, 1));

    // Results are [rows, 1, features]; the last of the lists' are those of the chunks.
    private Value Reduce(Value x, double nothing, Func<Value, Value[]> reduceLists, Func<Value, Value, Value> reduce)
    {
        if (x.Shape.Rank != 2)
            return ByRows(x, rows => Reduce(rows, nothing, reduceLists, reduce));
        var results = reduceLists(Padded(x, nothing));
        var groups = reduce(Padded(Op.Squeeze(results[^1], 1), nothing), Groups);
        var large = reduce(Padded(Op.Squeeze(groups, 1), nothing), Large);
        var all = Op.Concat(0, [.. results[..^1], large, Op.Unsqueeze(Row(x, nothing), 1)]);
        return Op.Renamed(Op.Squeeze(Op.Gather(all, Order), 1), [nodes, x.Shape[1]]);
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

    // As a product with ones: ONNX Runtime's ReduceSum adds in another order where there are fewer rows than threads, a product always in
    // the same one.
    private static Value Sum(Value x, Value lists) => Op.MatMul(Filled(x.Type, [lists.Shape[0], 1, lists.Shape[1]], lists),
        Op.Gather(x, lists));

    // [rows, 1, width] for each of the lists; not [1, width], since a product with no rows at all can't broadcast.
    private Value[] Ones(ElementType type, ListEntries entries)
    {
        if (!_ones.TryGetValue(type, out var ones))
            _ones[type] = ones = Divided(Filled(type, [name + "/entries"], Flat(entries)), (rows, width) => [rows, 1, width]);
        return ones;
    }

    private static Value Filled(ElementType type, Shape shape, Value source) =>
        type == ElementType.Double ? Op.Filled(1.0, shape, source) : Op.Filled(1f, shape, source);

    internal static Value Padded(Value x, double nothing) => Op.Concat(0, x, Row(x, nothing));

    private static Value Row(Value x, double nothing) =>
        x.Type == ElementType.Double ? Op.Filled(nothing, [1, x.Shape[1]], x) : Op.Filled((float)nothing, [1, x.Shape[1]], x);

    // [rows, width] for each width, then for the chunks.
    private Value[] Lists(ListEntries entries)
    {
        if (!_lists.TryGetValue(entries, out var known))
            _lists[entries] = known = Divided(Flat(entries), (rows, width) => [rows, width]);
        return known;
    }

    private Value[] Divided(Value flat, Func<Dim, Dim, Shape> shape)
    {
        var node = Graph.Emit("Split", [flat, Split]);
        node.SetAttribute("axis", 0L);
        var lists = new Value[widths.Length + 1];
        for (var i = 0; i < lists.Length; i++)
        {
            Dim rows = i < widths.Length ? $"{name}/rows_{widths[i]}" : $"{name}/chunks";
            var width = i < widths.Length ? widths[i] : ChunkSize;
            lists[i] = Op.Reshape(node.AddOutput(flat.Type, [rows * width]), shape(rows, width));
            lists[i].Producer!.TellsShape = true;
        }
        return lists;
    }
}
