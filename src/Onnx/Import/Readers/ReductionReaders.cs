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

    // Of sizes alone: its gradient would need division.
    private static Value[] Product(ImportedNode node)
    {
        var x = node[0];
        if (x.Type.IsReal() || x.Shape.Rank != 1)
            throw new ImportException($"products of {x.Type} {x} are not supported: expected a vector of whole numbers");
        var keep = node.Int("keepdims", 1);
        var result = Op.Single("ReduceProd", x.Type, keep == 1 ? [1] : [], [x, x.Graph.Vector(0L)], ("keepdims", keep));
        return [node.Extents(0) is { } sizes ? node.Importer.Sizes.Note(result, [sizes.Aggregate((Extent)1, (all, one) => all * one)])
            : result];
    }
}
