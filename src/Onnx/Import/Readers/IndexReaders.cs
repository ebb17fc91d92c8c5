namespace MLSeqGraph.Onnx;

/// <summary>Reads operators that choose elements by their places.</summary>
internal static class IndexReaders
{
    internal static Dictionary<string, OperatorReader> All { get; } = new(StringComparer.Ordinal)
    {
        ["ArgMax"] = Extreme,
        ["ArgMin"] = Extreme,
        ["CumSum"] = node => [Op.CumSum(node[0], (int)node.Numbers(node[1], "axis")[0], node.Int("exclusive", 0) == 1,
            node.Int("reverse", 0) == 1)],
        ["Gather"] = Gather,
        ["GatherElements"] = node => [Op.GatherElements(node[0], node[1], (int)node.Int("axis", 0))],
        ["GatherND"] = node => [Op.GatherND(node[0], node[1], (int)node.Int("batch_dims", 0))],
        ["OneHot"] = OneHot,
        ["Slice"] = Slice,
        ["TopK"] = TopK,
    };

    private static Value[] Extreme(ImportedNode node)
    {
        var x = node[0];
        var (axis, keep) = (ImportedNode.Axis(node.Int("axis", 0), x.Shape.Rank), node.Int("keepdims", 1));
        return [Op.Single(node.Operator, ElementType.Int64, keep == 1 ? x.Shape.With(axis, 1) : x.Shape.Remove(axis), [x],
            ("axis", (long)axis), ("keepdims", keep), ("select_last_index", node.Int("select_last_index", 0)))];
    }

    // The number is an attribute before operator set 10, an input since.
    private static Value[] TopK(ImportedNode node)
    {
        var count = node.Has("k") ? node.Int("k") : node.Numbers(node[1], "number")[0];
        var (values, places) = Op.TopK(node[0], count, (int)node.Int("axis", -1), node.Int("largest", 1) == 1);
        return [values, places];
    }

    private static Value[] Gather(ImportedNode node)
    {
        var (x, indices) = (node[0], node[1]);
        var axis = ImportedNode.Axis(node.Int("axis", 0), x.Shape.Rank);
        if (axis == 0 && x.Shape.Rank == 2 && node.Importer.Weights.Lookup(node.InputName(0), indices) is { } rows)
            return [rows];
        var result = Op.Gather(x, indices, axis);
        if (node.Extents(0) is not { } known || node.Importer.Sizes.Numbers(indices) is not { } places)
            return [result];
        return [node.Importer.Sizes.Note(result, [.. places.Select(place => place < 0 ? place + known.Length : place)
            .Select(place => place >= 0 && place < known.Length ? known[place]
                : throw new ImportException($"it takes element {place} of {known.Length}"))])];
    }

    private static Value[] OneHot(ImportedNode node)
    {
        var depth = node[1].Constant is { Count: 1 } known ? Convert.ToInt64(known.Elements.GetValue(0))
            : node.Numbers(node[1], "depth")[0];
        var hot = Op.OneHot(node[0].Type == ElementType.Int64 ? node[0] : Op.Cast(node[0], ElementType.Int64), depth);
        var (axis, last) = (ImportedNode.Axis(node.Int("axis", -1), hot.Shape.Rank), hot.Shape.Rank - 1);
        if (axis != last)
            hot = Op.Transpose(hot, [.. Enumerable.Range(0, last + 1).Select(i => i < axis ? i : i == axis ? last : i - 1)]);
        var values = Op.Cast(node[2], ElementType.Float);
        Value off = Op.Squeeze(Op.Slice(values, 0, 0, 1), 0), on = Op.Squeeze(Op.Slice(values, 0, 1, 2), 0);
        return [Op.Cast(off + hot * (on - off), node[2].Type)];
    }

    // Bounds are attributes before operator set 10, inputs since.
    private static Value[] Slice(ImportedNode node)
    {
        var x = node[0];
        var (starts, ends) = (Bounds("starts", 1), Bounds("ends", 2));
        var axes = node.Ints("axes") ?? (node.Optional(3) is { } given ? node.Numbers(given, "axes")
            : [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)]);
        var steps = node.Optional(4) is { } strides ? node.Numbers(strides, "steps") : [.. Enumerable.Repeat(1L, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length)
            throw new ImportException($"it has {starts.Length} starts, {ends.Length} ends, {axes.Length} axes and {steps.Length} steps");
        var known = node.Extents(0);
        for (var i = 0; i < starts.Length; i++)
        {
            var axis = ImportedNode.Axis(axes[i], x.Shape.Rank);
            x = steps[i] == 1 ? Part(node, x, axis, i, starts[i], ends[i]) : Strided(x, axis, starts[i].Number, ends[i].Number, steps[i]);
        }
        if (known is null || starts is not [{ Number: { } from }] || ends is not [{ Number: { } to }])
            return [x];
        return [node.Importer.Sizes.Note(x, [.. Places(from, to, steps[0], known.Length).Select(place => known[place])])];

        Extent[] Bounds(string attribute, int input) => node.Ints(attribute) is { } numbers ? [.. numbers.Select(number => (Extent)number)]
            : node.Extents(input) ?? Enumerable.Repeat(Extent.Unknown, ShapeReader.RankOf(node, input)).ToArray();
    }

    private static Value Part(ImportedNode node, Value x, int axis, int place, Extent start, Extent end)
    {
        if (start.Number is { } from && end.Number is { } to)
            return Op.Slice(x, axis, from, to >= int.MaxValue ? long.MaxValue : to);
        var dim = x.Shape[axis];
        if (start.Number == 0 && end.Dim == dim)
            return x;
        // A table cut to the sequence's length, as those of positions are, limits that length.
        if (start.Number == 0 && dim.IsKnown && end.Dim is { IsName: true } name)
            node.Importer.Limits[$"{name}"] = Math.Min(dim.Size, node.Importer.Limits.GetValueOrDefault($"{name}", long.MaxValue));
        var length = start.Dim is not null && end.Dim is not null ? (end - start).Dim : null;
        return Op.SliceAt(x, axis, Op.Slice(node[1], 0, place, place + 1), Op.Slice(node[2], 0, place, place + 1),
            x.Shape.With(axis, length ?? node.Importer.NewDim("slice")));
    }

    private static Value Strided(Value x, int axis, long? start, long? end, long step)
    {
        if (start is { } from && end is { } to && x.Shape[axis].IsKnown && x.Shape[axis].Size <= 1 << 20)
            return Op.Gather(x, x.Graph.Vector(Places(from, to, step, x.Shape[axis].Size).Select(place => (long)place).ToArray()), axis);
        if (step != -1 || start != -1 || end > int.MinValue)
            throw new ImportException($"it takes every {step}th element of {x} along axis {axis}, whose size isn't known");
        var size = Op.SizeOf(x, axis);
        return Op.Gather(x, size - 1L - Op.Range(size, x.Shape[axis]), axis);
    }

    private static IEnumerable<int> Places(long start, long end, long step, long size)
    {
        if (step == 0)
            throw new ImportException("its step is 0");
        start = Math.Clamp(start < 0 ? Math.Max(start, -size - 1) + size : start, step < 0 ? -1 : 0, step < 0 ? size - 1 : size);
        end = Math.Clamp(end < 0 ? Math.Max(end, -size - 1) + size : end, step < 0 ? -1 : 0, size);
        step = Math.Clamp(step, -size - 1, size + 1);
        for (var place = start; step > 0 ? place < end : place > end; place += step)
            yield return (int)place;
    }
}
