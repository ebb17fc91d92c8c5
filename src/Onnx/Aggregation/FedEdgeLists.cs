namespace MLSeqGraph.Onnx;

/// <summary>
/// Lists of edges that the caller computes and feeds: see <see cref="EdgePlan"/>. Only inputs that are read are declared. Without kernels,
/// nodes are grouped into buckets by their number of edges and each list padded to the bucket's width;
/// a bucket takes one Gather and one reduction. Longer lists are cut into chunks, and the chunks' results are reduced the same way in
/// groups. A final Gather puts the nodes back in order.
/// </summary>
/// <remarks>
/// Tensors, where widths w are <see cref="Widths"/>:
/// <c>order</c> [nodes], each node's row among the results of all buckets;
/// <c>edges</c> and <c>ends</c>, the concatenated lists of all buckets and of the chunks; <c>split</c>, the number of elements of each;
/// <c>groups</c> [groups, chunks per group], numbers of chunks; <c>large</c> [nodes cut, 64], numbers of groups. An entry one past the
/// last is padding.
/// </remarks>
internal sealed class FedEdgeLists(NetworkBuilder network, string name, Dim nodes) : EdgeLists(name, nodes)
{
    internal const int ChunkSize = 64;

    /// <summary>Wider steps cost padding, more steps cost operations.</summary>
    internal static readonly int[] Widths = [1, 2, 3, 4, 6, 8, 12, 16, 32, ChunkSize];

    private readonly Dictionary<ListEntries, Value[]> _lists = [];
    private readonly Dictionary<ElementType, Value[]> _ones = [];

    internal override Value WeightedSum(Value x, Value weights)
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

    private protected override Value Reduce(Value x, ListEntries entries, double nothing) => nothing == 0
        ? Reduce(x, 0, padded => [.. Lists(entries).Zip(Ones(x.Type, entries), (list, ones) =>
            Op.MatMul(ones, Op.Gather(padded, list)))], Sum)
        : Reduce(x, nothing, padded => [.. Lists(entries).Select(list => Largest(padded, list))], Largest);

    private protected override Value Tensor(PlanTensor tensor, Shape shape) =>
        network.PlanInput(tensor.NameIn(Name), PlanTensors.TypeOf(tensor), shape);

    // Results are [rows, 1, features]; the last of the lists' are those of the chunks.
    private Value Reduce(Value x, double nothing, Func<Value, Value[]> reduceLists, Func<Value, Value, Value> reduce)
    {
        var results = reduceLists(Padded(x, nothing));
        var groups = reduce(Padded(Op.Squeeze(results[^1], 1), nothing), Tensor(PlanTensor.Groups, [Name + "/groups", Name + "/group"]));
        var large = reduce(Padded(Op.Squeeze(groups, 1), nothing), Tensor(PlanTensor.Large, [Name + "/large", ChunkSize]));
        var all = Op.Concat(0, [.. results[..^1], large, Op.Unsqueeze(Row(x, nothing), 1)]);
        return Op.Renamed(Op.Squeeze(Op.Gather(all, Tensor(PlanTensor.Order, [Nodes])), 1), [Nodes, x.Shape[1]]);
    }

    // As a product with ones: see ListLevels.Sum.
    private static Value Sum(Value x, Value lists) => Op.MatMul(Filled(x.Type, [lists.Shape[0], 1, lists.Shape[1]], lists),
        Op.Gather(x, lists));

    private static Value Largest(Value from, Value list) => Op.ReduceMax(Op.Gather(from, list), [1]);

    // [rows, 1, width] for each of the lists; not [1, width], since a product with no rows at all can't broadcast.
    private Value[] Ones(ElementType type, ListEntries entries)
    {
        if (!_ones.TryGetValue(type, out var ones))
            _ones[type] = ones = Divided(Filled(type, [Name + "/entries"], Flat(entries)), (rows, width) => [rows, 1, width]);
        return ones;
    }

    private static Value Filled(ElementType type, Shape shape, Value source) =>
        type == ElementType.Double ? Op.Filled(1.0, shape, source) : Op.Filled(1f, shape, source);

    private Value Flat(ListEntries entries) =>
        Tensor(entries == ListEntries.Edges ? PlanTensor.Edges : PlanTensor.Ends, [Name + "/entries"]);

    // [rows, width] for each width, then for the chunks.
    private Value[] Lists(ListEntries entries)
    {
        if (!_lists.TryGetValue(entries, out var known))
            _lists[entries] = known = Divided(Flat(entries), (rows, width) => [rows, width]);
        return known;
    }

    private Value[] Divided(Value flat, Func<Dim, Dim, Shape> shape)
    {
        var node = Graph.Emit("Split", [flat, Tensor(PlanTensor.Split, [Widths.Length + 1])]);
        node.SetAttribute("axis", 0L);
        var lists = new Value[Widths.Length + 1];
        for (var i = 0; i < lists.Length; i++)
        {
            Dim rows = i < Widths.Length ? $"{Name}/rows_{Widths[i]}" : $"{Name}/chunks";
            var width = i < Widths.Length ? Widths[i] : ChunkSize;
            lists[i] = Op.Reshape(node.AddOutput(flat.Type, [rows * width]), shape(rows, width));
            lists[i].Producer!.TellsShape = true;
        }
        return lists;
    }
}
