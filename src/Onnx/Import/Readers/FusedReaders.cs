namespace MLSeqGraph.Onnx;

/// <summary>Reads operators of ONNX Runtime's own domain that stand for several others, as optimized models have them.</summary>
internal static class FusedReaders
{
    internal static Dictionary<string, OperatorReader> All { get; } = new(StringComparer.Ordinal)
    {
        ["com.microsoft:Attention"] = Attention,
        ["com.microsoft:BiasGelu"] = node => [ElementwiseReaders.Gelu(node[0] + node[1], approximate: false)],
        ["com.microsoft:FastGelu"] = node =>
            [ElementwiseReaders.Gelu(node.Optional(1) is { } bias ? node[0] + bias : node[0], approximate: true)],
        ["com.microsoft:Gelu"] = node => [ElementwiseReaders.Gelu(node[0], approximate: false)],
        ["com.microsoft:QuickGelu"] = node => [node[0] * Op.Sigmoid(node[0] * node.Float("alpha", 1.702f))],
        ["com.microsoft:SkipLayerNormalization"] = SkipLayerNormalization,
    };

    // Queries, keys and values by one product, attention of heads, without their output's map.
    private static Value[] Attention(ImportedNode node)
    {
        if (Enumerable.Range(4, 3).Any(i => node.Optional(i) is not null) || node.OutputCount > 1 || node.Has("qkv_hidden_sizes")
            || node.Int("do_rotary", 0) != 0)
            throw new ImportException("its form with earlier keys, biases of scores, rotation or sizes of their own is not supported");
        var heads = node.Int("num_heads");
        var (x, weight) = node[0].Shape.Rank == 3 && node[1].Shape.Rank == 2 ? Agreement.Along(node[0], 2, node[1], 0) : (node[0], node[1]);
        if (x.Shape.Rank != 3 || weight.Shape.Rank != 2 || !weight.Shape[1].IsKnown || heads < 1 || weight.Shape[1].Size % (3 * heads) != 0)
            throw new ImportException($"it reads {x} with weights {weight} and {heads} heads; expected [batch, time, features] and "
                + "[features, 3 times the heads' sizes]");
        var mask = node.Optional(3);
        for (var axis = 0; axis < mask?.Shape.Rank && axis < 2; axis++)
            (x, mask) = Agreement.Along(x, axis, mask, axis);
        long hidden = weight.Shape[1].Size / 3, size = hidden / heads;
        var all = Op.MatMul(x, weight);
        var parts = Op.Split(node.Optional(2) is { } bias ? all + bias : all, 2, hidden, hidden, hidden);
        Value[] each = [.. parts.Select(part => Op.Transpose(Op.Reshape(part, [x.Shape[0], x.Shape[1], heads, size], x), 0, 2, 1, 3))];
        var scale = node.Float("scale", 0) is var given && given != 0 ? given : 1 / Math.Sqrt(size);
        var scores = Op.MatMul(each[0], Op.Transpose(each[1], 0, 1, 3, 2)) * scale;                          // [batch, heads, time, time]
        if (Hidden(node, x, mask) is { } hiddenKeys)
            scores += Op.Cast(hiddenKeys, x.Type) * (double)node.Float("mask_filter_value", -10000);
        var context = Op.MatMul(Op.Softmax(scores, 3), each[2]);
        return [Op.Reshape(Op.Transpose(context, 0, 2, 1, 3), [x.Shape[0], x.Shape[1], hidden], x)];
    }

    // Which keys aren't seen, [batch or 1, 1, time or 1, time]: by a mask [batch, time], by lengths [batch], and later ones by
    // "unidirectional".
    private static Value? Hidden(ImportedNode node, Value x, Value? given)
    {
        var places = Op.Range(Op.SizeOf(x, 1), x.Shape[1]);
        Value? hidden = given switch
        {
            null => null,
            { Shape.Rank: 2 } mask => Op.Unsqueeze(Op.Equal(mask, mask.Number(0)), 1, 2),
            { Shape.Rank: 1 } lengths => Op.Unsqueeze(Op.GreaterOrEqual(Op.Unsqueeze(places, 0), Op.Unsqueeze(Op.Cast(lengths,
                ElementType.Int64), 1)), 1, 2),
            var other => throw new ImportException($"its mask is {other}; expected [batch, time] or [batch]"),
        };
        if (node.Int("unidirectional", 0) == 0)
            return hidden;
        var later = Op.Unsqueeze(Op.Greater(Op.Unsqueeze(places, 0), Op.Unsqueeze(places, 1)), 0, 1);
        return hidden is null ? later : Op.Or(hidden, later);
    }

    private static Value[] SkipLayerNormalization(ImportedNode node)
    {
        var sum = node[0] + node[1];
        if (node.Optional(4) is { } bias)
            sum += bias;
        var (scale, shift) = (node[2], node.Optional(3));
        var normalized = node.Importer.IsForTraining ? Op.Standardize(sum, node.Float("epsilon", 1e-12f)) * scale
            : Op.LayerNormalization(sum, scale, shift, node.Float("epsilon", 1e-12f));
        if (node.Importer.IsForTraining && shift is not null)
            normalized += shift;
        return node.OutputCount <= 1 ? [normalized] : throw new ImportException("its outputs beside the first are not supported");
    }
}
