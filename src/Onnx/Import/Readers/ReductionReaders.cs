namespace MLSeqGraph.Onnx;

/// <summary>Reads reductions over axes, which are an attribute in old operator sets and an input in new ones.</summary>
internal static class ReductionReaders
{
    internal static Dictionary<string, OperatorReader> All { get; } = new(StringComparer.Ordinal)
    {
        ["ReduceL1"] = node => [Reduce(node, (x, axes, keep) => Op.ReduceSum(Op.Abs(x), axes, keep))],
        ["ReduceL2"] = node => [Reduce(node, (x, axes, keep) => Op.Sqrt(Op.ReduceSumSquare(x, axes, keep)))],
        ["ReduceLogSum"] = node => [Reduce(node, (x, axes, keep) => Op.Log(Op.ReduceSum(x, axes, keep)))],
        ["ReduceLogSumExp"] = node => [Reduce(node, LogSumExp)],
        ["ReduceMax"] = node => [Reduce(node, Op.ReduceMax)],
        ["ReduceMean"] = node => [Reduce(node, Op.ReduceMean)],
        ["ReduceMin"] = node => [Reduce(node, Op.ReduceMin)],
        ["ReduceProd"] = Product,
        ["ReduceSum"] = node => [Reduce(node, Op.ReduceSum)],
        ["ReduceSumSquare"] = node => [Reduce(node, Op.ReduceSumSquare)],
    };

    private static Value Reduce(ImportedNode node, Func<Value, int[]?, bool, Value> write)
    {
        var axes = AxesOf(node);
        return axes is { Length: 0 } ? node[0] : write(node[0], axes, node.Int("keepdims", 1) == 1);
    }

    // Null for all; none where the operator then does nothing.
    private static int[]? AxesOf(ImportedNode node)
    {
        var axes = node.Axes(1);
        return axes is { Length: > 0 } ? [.. axes.Select(axis => ImportedNode.Axis(axis, node[0].Shape.Rank))]
            : node.Int("noop_with_empty_axes", 0) == 1 ? [] : null;
    }

    private static Value LogSumExp(Value x, int[]? axes, bool keep)
    {
        var most = Op.StopGradient(Op.ReduceMax(x, axes));
        var sum = Op.Log(Op.ReduceSum(Op.Exp(x - most), axes)) + most;
        return keep ? sum : Op.Squeeze(sum, axes ?? [.. Enumerable.Range(0, x.Shape.Rank)]);
    }

    // Of sizes they are followed; of other numbers a product of slices, where their number is known, has a gradient.
    private static Value[] Product(ImportedNode node)
    {
        var (x, keep) = (node[0], node.Int("keepdims", 1));
        if (AxesOf(node) is { Length: 0 })
            return [x];
        int[] axes = AxesOf(node) ?? [.. Enumerable.Range(0, x.Shape.Rank)];
        Shape shape = [.. x.Shape.Select((dim, axis) => axes.Contains(axis) ? 1 : dim)];
        if (keep != 1)
            shape = [.. shape.Where((_, axis) => !axes.Contains(axis))];
        if (node.Importer.IsForTraining && x.Type.IsReal() && axes.All(axis => x.Shape[axis] is { IsKnown: true, Size: > 0 and <= 64 }))
        {
            foreach (var axis in axes)
                x = Op.Split(x, axis, [.. Enumerable.Repeat(1L, (int)x.Shape[axis].Size)]).Aggregate((all, one) => all * one);
            return [keep == 1 ? x : Op.Squeeze(x, axes)];
        }
        var result = Op.Single("ReduceProd", x.Type, shape, [x, x.Graph.Vector([.. axes.Select(axis => (long)axis)])], ("keepdims", keep));
        return [x.Shape.Rank == 1 && node.Extents(0) is { } sizes
            ? node.Importer.Sizes.Note(result, [sizes.Aggregate((Extent)1, (all, one) => all * one)]) : result];
    }
}
