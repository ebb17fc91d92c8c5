namespace MLSeqGraph.Onnx;

/// <summary>Reads softmax and normalizations.</summary>
internal static class NormalizationReaders
{
    internal static Dictionary<string, OperatorReader> All { get; } = new(StringComparer.Ordinal)
    {
        ["InstanceNormalization"] = InstanceNormalization,
        ["LayerNormalization"] = node => node.OutputCount <= 1 ? [Layer(node, node[0], node[1], node.Optional(2))]
            : [Layer(node, node[0], node[1], node.Optional(2)), .. Moments(node)],
        ["LogSoftmax"] = node => [OverAxes(node, Op.LogSoftmax)],
        ["LpNormalization"] = LpNormalization,
        ["MeanVarianceNormalization"] = MeanVariance,
        ["Softmax"] = node => [OverAxes(node, Op.Softmax)],
    };

    /// <summary>Layer normalization over the last axes, in operations whose gradient is fast where the graph is for training.</summary>
    internal static Value Layer(ImportedNode node, Value x, Value scale, Value? bias)
    {
        var axis = ImportedNode.Axis(node.Int("axis", -1), x.Shape.Rank);
        var epsilon = node.Float("epsilon", 1e-5f);
        Shape features = [.. x.Shape.Skip(axis)];
        if (axis == x.Shape.Rank - 1 && scale.Shape.Rank == 1)
            return Over(x, scale, bias);
        if (!features.IsKnown || scale.Shape != features || (bias is not null && bias.Shape != features))
            throw new ImportException($"it normalizes {x} from axis {axis} with a scale {scale}; expected one of shape {features}");
        Shape flat = [.. x.Shape.Take(axis), features.Elements], vector = [features.Elements];
        var result = Over(Op.Reshape(x, flat, x), Op.Reshape(scale, vector), bias is null ? null : Op.Reshape(bias, vector));
        return Op.Reshape(result, x.Shape, x);

        Value Over(Value rows, Value by, Value? plus)
        {
            if (!node.Importer.IsForTraining)
                return Op.LayerNormalization(rows, by, plus, epsilon);
            var scaled = Op.Standardize(rows, epsilon) * by;
            return plus is null ? scaled : scaled + plus;
        }
    }

    // The mean, and 1 by the deviation.
    private static Value[] Moments(ImportedNode node)
    {
        var x = node[0];
        int[] axes = [.. Enumerable.Range(0, x.Shape.Rank).Skip(ImportedNode.Axis(node.Int("axis", -1), x.Shape.Rank))];
        var mean = Op.ReduceMean(x, axes);
        return [mean, Op.Reciprocal(Op.Sqrt(Op.ReduceMean((x - mean) * (x - mean), axes) + node.Float("epsilon", 1e-5f)))];
    }

    private static Value[] MeanVariance(ImportedNode node)
    {
        int[] axes = [.. (node.Ints("axes") ?? [0, 2, 3]).Select(axis => ImportedNode.Axis(axis, node[0].Shape.Rank))];
        var centered = node[0] - Op.ReduceMean(node[0], axes);
        return [centered / (Op.Sqrt(Op.ReduceMean(centered * centered, axes)) + 1e-9)];
    }

    private static Value[] InstanceNormalization(ImportedNode node)
    {
        var x = node[0];
        if (x.Shape.Rank < 3)
            throw new ImportException($"it normalizes {x}; expected [batch, channels, ..]");
        int[] axes = [.. Enumerable.Range(2, x.Shape.Rank - 2)], inner = [.. Enumerable.Range(1, x.Shape.Rank - 2)];
        var centered = x - Op.ReduceMean(x, axes);
        var normalized = centered / Op.Sqrt(Op.ReduceMean(centered * centered, axes) + node.Float("epsilon", 1e-5f));
        return [normalized * Op.Unsqueeze(node[1], inner) + Op.Unsqueeze(node[2], inner)];
    }

    private static Value[] LpNormalization(ImportedNode node)
    {
        int[] axis = [ImportedNode.Axis(node.Int("axis", -1), node[0].Shape.Rank)];
        return [node[0] / Op.OrOne(node.Int("p", 2) == 1 ? Op.ReduceSum(Op.Abs(node[0]), axis)
            : Op.Sqrt(Op.ReduceSumSquare(node[0], axis)))];
    }

    // Before operator set 13 all axes from the given one on were one.
    private static Value OverAxes(ImportedNode node, Func<Value, int, Value> write)
    {
        var x = node[0];
        if (x.Shape.Rank == 0)
            throw new ImportException($"it normalizes {x}; expected a tensor with axes");
        var axis = ImportedNode.Axis(node.Int("axis", node.Opset < 13 ? 1 : -1) is var given && x.Shape.Rank == 1 && node.Opset < 13
            ? 0 : given, x.Shape.Rank);
        if (node.Opset >= 13 || axis == x.Shape.Rank - 1)
            return write(x, axis);
        Shape rest = [.. x.Shape.Skip(axis)], flat = [.. x.Shape.Take(axis), rest.Elements];
        return Op.Reshape(write(Op.Reshape(x, flat, x), axis), x.Shape, x);
    }
}
