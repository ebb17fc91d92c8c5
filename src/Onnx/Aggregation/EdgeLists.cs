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
/// of scatters.
/// </summary>
internal abstract class EdgeLists(string name, Dim nodes)
{
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

    /// <summary>
    /// A tensor of the plan, by the name that <see cref="PlanTensors"/> gives it; always the same value.
    /// </summary>
    private protected abstract Value Tensor(PlanTensor tensor, Shape shape);

    /// <summary>Reduces the rows of each node's edges, by standard operators: [edges or ends, features] → [nodes, features].</summary>
    /// <param name="x">The rows.</param>
    /// <param name="entries">Whose rows they are.</param>
    /// <param name="nothing">What stands for no row: 0 for sums, a number below all others for the largest element.</param>
    private protected abstract Value Reduce(Value x, ListEntries entries, double nothing);

    /// <summary>Sums over each node's edges, 0 for a node without edges: [edges or ends, ..] → [nodes, ..].</summary>
    internal Value Sum(Value x, ListEntries entries) =>
        ByRows(x, rows => UsesKernels(rows) ? GatherSum.Of(rows, Compressed, entries) : Reduce(rows, entries, 0));

    /// <summary>The largest element over each node's edges, 0 for a node without edges: [edges or ends, ..] → [nodes, ..].</summary>
    internal Value Max(Value x, ListEntries entries)
    {
        if (UsesKernels(x))
            return ByRows(x, rows => GatherMax.Of(rows, Compressed, entries));
        var lowest = x.Type == ElementType.Float ? float.MinValue : double.MinValue;
        // ReduceMax passes over NaN, which is what ends as NaN in a kernel: here it is the largest of all on the way.
        var isNumber = Op.Equal(x, x);
        var largest = ByRows(Op.Where(isNumber, x, x.Number(double.PositiveInfinity)), rows => Reduce(rows, entries, lowest));
        largest = Op.Where(Op.Less(largest, x.Number(double.PositiveInfinity)), largest, x.Number(double.NaN));
        return Op.Where(Op.LessOrEqual(largest, x.Number(lowest)), x.Number(0), largest);
    }

    /// <summary>
    /// Sums of the ends' rows, each weighted by the edge's weights: [ends, heads · width] and [edges, heads] → [nodes, heads · width].
    /// </summary>
    /// <param name="x">[ends, heads · width].</param>
    /// <param name="weights">[edges, heads].</param>
    internal abstract Value WeightedSum(Value x, Value weights);

    /// <summary>
    /// s · (Σ s x + s x): sums over the ends and the node itself, scaled at both. Only by a kernel, where nodes and ends are the same.
    /// </summary>
    /// <param name="x">[nodes, width].</param>
    /// <param name="scale">s, [nodes, 1].</param>
    internal Value ScaledSum(Value x, Value scale) => GatherSum.Scaled(x, Compressed, Op.Squeeze(scale, 1));

    internal static bool UsesKernels(Value x) => x.Type == ElementType.Float && x.Graph.UsesKernels;

    // [edges or ends, ..] → [nodes, ..] by a function that takes rows
    private Value ByRows(Value x, Func<Value, Value> reduce)
    {
        if (x.Shape.Rank == 2)
            return reduce(x);
        Shape rest = [.. x.Shape.Skip(1)];
        return Op.Reshape(reduce(Op.Reshape(x, [x.Shape[0], rest.Elements])), [nodes, .. rest]);
    }

    internal static Value Padded(Value x, double nothing) => Op.Concat(0, x, Row(x, nothing));

    private protected static Value Row(Value x, double nothing) =>
        x.Type == ElementType.Double ? Op.Filled(nothing, [1, x.Shape[1]], x) : Op.Filled((float)nothing, [1, x.Shape[1]], x);
}
