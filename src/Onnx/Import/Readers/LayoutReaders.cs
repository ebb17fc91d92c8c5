namespace MLSeqGraph.Onnx;

/// <summary>Reads operators that move elements without computing on them.</summary>
internal static class LayoutReaders
{
    internal static Dictionary<string, OperatorReader> All { get; } = new(StringComparer.Ordinal)
    {
        ["Cast"] = Cast,
        ["CastLike"] = node => [Op.Cast(node[0], node[1].Type)],
        ["Concat"] = Concat,
        ["DepthToSpace"] = DepthToSpace,
        ["Dropout"] = Dropout,
        ["Expand"] = Expand,
        ["Flatten"] = Flatten,
        ["Identity"] = node => [node[0]],
        ["Reshape"] = Reshape,
        ["SpaceToDepth"] = SpaceToDepth,
        ["Split"] = Split,
        ["Squeeze"] = Squeeze,
        ["Tile"] = Tile,
        ["Transpose"] = node => [Op.Transpose(node[0], [.. (node.Ints("perm")
            ?? [.. Enumerable.Range(0, node[0].Shape.Rank).Reverse().Select(axis => (long)axis)]).Select(axis => (int)axis)])],
        ["Unsqueeze"] = Unsqueeze,
    };

    private static Value[] Cast(ImportedNode node)
    {
        var to = (int)node.Int("to");
        if (!Enum.IsDefined((ElementType)to))
            throw new ImportException($"it casts to {TensorReader.TypeName(to)}, which is not supported");
        var result = Op.Cast(node[0], (ElementType)to);
        bool IsWhole(ElementType type) => type is ElementType.Int32 or ElementType.Int64 or ElementType.Bool;
        if (!IsWhole(node[0].Type) || !IsWhole(result.Type))
            return [result];
        var elements = result.Type != ElementType.Bool ? node.Extents(0)
            : node.Extents(0)?.Select(one => one.Number is { } number ? number != 0 ? 1 : 0 : Extent.Unknown).ToArray();
        return [node.Importer.Sizes.Note(result, elements)];
    }

    private static Value[] Concat(ImportedNode node)
    {
        var parts = Enumerable.Range(0, node.Inputs.Count).Select(i => node[i]).ToArray();
        var axis = ImportedNode.Axis(node.Int("axis", 1), parts[0].Shape.Rank);
        for (var i = 1; i < parts.Length; i++)
            for (var other = 0; other < Math.Min(parts[0].Shape.Rank, parts[i].Shape.Rank); other++)
                if (other != axis)
                    (parts[0], parts[i]) = Agreement.Along(parts[0], other, parts[i], other);
        var result = Op.Concat(axis, parts);
        var known = parts.Select(part => node.Importer.Sizes.Of(part) ?? (part.Shape is [{ IsKnown: true } size]
            ? Enumerable.Repeat(Extent.Unknown, (int)Math.Min(size.Size, 65)).ToArray() : null)).ToArray();
        return [Array.Exists(known, part => part is null) ? result
            : node.Importer.Sizes.Note(result, [.. known.SelectMany(part => part!)])];
    }

    // Models are read as they run, without dropout.
    private static Value[] Dropout(ImportedNode node)
    {
        var ratio = node.Optional(1) is not { } given ? 0.5 : given.Constant is { Count: 1 } data
            ? Convert.ToDouble(data.Elements.GetValue(0)) : 1;
        if (node.Opset >= 12 && node.Optional(2) is { } mode && ratio != 0 && mode.Constant?.Elements.GetValue(0) is not false)
            throw new ImportException("it drops elements whenever the model runs, which is not supported: export the model as it runs");
        return node.OutputCount <= 1 ? [node[0]] : [node[0], Op.Equal(node[0], node[0])];
    }

    // [batch, channels · side², height, width] → [batch, channels, height · side, width · side]
    private static Value[] DepthToSpace(ImportedNode node)
    {
        var (x, side) = (node[0], node.Int("blocksize"));
        if (x.Shape.Rank != 4 || side < 1 || !x.Shape[1].IsKnown || x.Shape[1].Size % (side * side) != 0)
            throw new ImportException($"it spreads {x} over blocks of {side}; expected [batch, channels, height, width] of fitting "
                + "channels");
        Dim channels = x.Shape[1].Size / (side * side), height = x.Shape[2], width = x.Shape[3];
        var isFirst = node.Text("mode", "DCR") == "DCR";
        var parts = Op.Reshape(x, isFirst ? [x.Shape[0], side, side, channels, height, width]
            : [x.Shape[0], channels, side, side, height, width], x);
        return [Op.Reshape(isFirst ? Op.Transpose(parts, 0, 3, 4, 1, 5, 2) : Op.Transpose(parts, 0, 1, 4, 2, 5, 3),
            [x.Shape[0], channels, height * side, width * side], x)];
    }

    private static Value[] SpaceToDepth(ImportedNode node)
    {
        var (x, side) = (node[0], node.Int("blocksize"));
        if (x.Shape.Rank != 4 || side < 1 || !x.Shape[2].IsKnown || !x.Shape[3].IsKnown || x.Shape[2].Size % side != 0
            || x.Shape[3].Size % side != 0)
            throw new ImportException($"it gathers blocks of {side} of {x}; expected [batch, channels, height, width] that they divide");
        Dim channels = x.Shape[1], height = x.Shape[2].Size / side, width = x.Shape[3].Size / side;
        var parts = Op.Reshape(x, [x.Shape[0], channels, height, side, width, side], x);
        return [Op.Reshape(Op.Transpose(parts, 0, 3, 5, 1, 2, 4), [x.Shape[0], channels * side * side, height, width], x)];
    }

    private static Value[] Expand(ImportedNode node)
    {
        var x = node[0];
        var shape = ShapeReader.Of(node, 1, dim: null);
        var target = Shape.Broadcast(x.Shape, shape);
        if (target is null)
        {
            (x, _) = Agreement.Of(x, Op.Single("ConstantOfShape", ElementType.Float, shape, [node[1]]));
            target = Shape.Broadcast(x.Shape, shape)
                ?? throw new ImportException($"{x} doesn't broadcast to the shape {shape}");
        }
        return [x.Shape.Equals(target) ? x : Op.Expand(x, target, node[1])];
    }

    private static Value[] Flatten(ImportedNode node)
    {
        var (x, given) = (node[0], node.Int("axis", 1));
        var axis = given == x.Shape.Rank ? x.Shape.Rank : ImportedNode.Axis(given, x.Shape.Rank);
        Shape before = [.. x.Shape.Take(axis)], after = [.. x.Shape.Skip(axis)];
        return [Op.Reshape(x, [before.Elements, after.Elements], x)];
    }

    private static Value[] Reshape(ImportedNode node)
    {
        var x = node[0];
        if (node.Optional(1) is null && node.Ints("shape") is { } sizes)
            return [Op.Reshape(x, ShapeReader.Resolve(node, x, [.. sizes.Select(size => (Extent)size)], copiesZero: true).Shape, x)];
        var elements = node.Extents(1) ?? Enumerable.Repeat(Extent.Unknown, ShapeReader.RankOf(node, 1)).ToArray();
        var (shape, isSure) = ShapeReader.Resolve(node, x, elements, node.Int("allowzero", 0) == 0);
        var result = isSure && shape.Elements == x.Shape.Elements
            ? Op.Reshape(x, shape, [x, .. node.Graph.Inputs.Where(input => input.Shape.Rank > 0)])
            : shape.IsKnown && x.Shape.IsKnown
                ? throw new ImportException($"it shapes {x}, of {x.Shape.Elements} elements, as {shape}")
                : Op.Single("Reshape", x.Type, shape, [x, node[1]], ("allowzero", node.Int("allowzero", 0)));
        return [node.Importer.Sizes.Note(result, node.Extents(0))];
    }

    private static Value[] Split(ImportedNode node)
    {
        var x = node[0];
        var axis = ImportedNode.Axis(node.Int("axis", 0), x.Shape.Rank);
        var sizes = node.Ints("split") ?? (node.Optional(1) is { } given ? node.Numbers(given, "sizes") : null) ?? Equal();
        return Op.Split(x, axis, sizes);

        long[] Equal()
        {
            var parts = node.Int("num_outputs", node.OutputCount);
            if (parts != node.OutputCount)
                throw new ImportException($"it cuts {x} into {parts} parts, but has {node.OutputCount} outputs");
            if (!x.Shape[axis].IsKnown || parts < 1)
                throw new ImportException($"it cuts axis {axis} of {x} into {parts} equal parts, whose size isn't known");
            var (whole, part) = (x.Shape[axis].Size, (x.Shape[axis].Size + parts - 1) / parts);
            return [.. Enumerable.Range(0, (int)parts).Select(i => Math.Clamp(whole - i * part, 0, part))];
        }
    }

    private static Value[] Squeeze(ImportedNode node)
    {
        var x = node[0];
        int[] axes = node.Axes(1) is { } given ? [.. given.Select(axis => ImportedNode.Axis(axis, x.Shape.Rank))]
            : [.. Enumerable.Range(0, x.Shape.Rank).Where(axis => x.Shape[axis] == 1)];
        foreach (var axis in axes.Where(axis => x.Shape[axis].IsName)) // the model says that it is 1
            x = Op.Renamed(x, x.Shape.With(axis, 1));
        return [axes.Length == 0 ? x : node.Importer.Sizes.Note(Op.Squeeze(x, axes), node.Extents(0))];
    }

    private static Value[] Unsqueeze(ImportedNode node)
    {
        var axes = node.Axes(1) ?? throw new ImportException("it lacks its axes");
        return [node.Importer.Sizes.Note(Op.Unsqueeze(node[0], [.. axes.Select(axis => (int)axis)]), node.Extents(0))];
    }

    private static Value[] Tile(ImportedNode node)
    {
        var x = node[0];
        var repeats = node.Extents(1) ?? throw new ImportException("its numbers of repeats aren't known");
        for (var axis = 0; axis < Math.Min(repeats.Length, x.Shape.Rank); axis++)
            x = repeats[axis].Number switch
            {
                1 => x,
                >= 2 and <= 4096 and var count => Op.Concat(axis, [.. Enumerable.Repeat(x, (int)count)]),
                _ when x.Shape[axis] == 1 && repeats[axis].Dim is { } dim => Op.Expand(x, x.Shape.With(axis, dim), Op.Concat(0,
                    [.. Enumerable.Range(0, x.Shape.Rank).Select(i => i == axis ? Op.Slice(node[1], 0, i, i + 1) : Op.SizeOf(x, i))])),
                _ => throw new ImportException($"it repeats axis {axis} of {x} a number of times that isn't known, or too many"),
            };
        return [x];
    }
}
