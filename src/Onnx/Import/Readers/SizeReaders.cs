namespace MLSeqGraph.Onnx;

/// <summary>Reads operators that give sizes, and tensors made from them.</summary>
internal static class SizeReaders
{
    private const long LongestRange = 1 << 20;

    internal static Dictionary<string, OperatorReader> All { get; } = new(StringComparer.Ordinal)
    {
        ["ConstantOfShape"] = ConstantOfShape,
        ["EyeLike"] = EyeLike,
        ["Range"] = Range,
        ["Shape"] = Shape,
        ["Size"] = node => [node.Importer.Sizes.Note(Op.Single("Size", ElementType.Int64, [], [node[0]]),
            [Extent.Of(node[0].Shape.Elements)])],
    };

    private static Value[] EyeLike(ImportedNode node)
    {
        if (node[0].Shape is not [{ IsKnown: true, Size: <= 1024 } rows, { IsKnown: true, Size: <= 1024 } columns])
            throw new ImportException($"it makes a matrix like {node[0]}, whose sizes aren't known");
        var diagonal = node.Int("k", 0);
        var ones = node.Graph.Constant(TensorData.Create([.. Enumerable.Range(0, (int)(rows.Size * columns.Size))
            .Select(i => i % columns.Size - i / columns.Size == diagonal ? 1f : 0f)], rows.Size, columns.Size));
        return [Op.Cast(ones, node.Has("dtype") ? (ElementType)(int)node.Int("dtype") : node[0].Type)];
    }

    private static Value[] Shape(ImportedNode node)
    {
        var x = node[0];
        var rank = x.Shape.Rank;
        int start = (int)Place(node.Int("start", 0)), end = (int)Place(node.Int("end", long.MaxValue));
        var sizes = x.Shape.Skip(start).Take(end - start).Select(Extent.Of).ToArray();
        return [node.Importer.Sizes.Note(Op.Single("Shape", ElementType.Int64, [sizes.Length], [x], ("start", (long)start),
            ("end", (long)end)), sizes)];

        long Place(long place) => Math.Clamp(place < 0 ? place + rank : place, 0, rank);
    }

    private static Value[] ConstantOfShape(ImportedNode node)
    {
        var shape = ShapeReader.Of(node, 0, dim: null);
        var value = node.Tensor("value") ?? TensorData.Vector(0f);
        if (value.Count != 1)
            throw new ImportException($"its value is {value}; expected one element");
        value = TensorData.Of(value.Type, [1], value.Elements);
        var result = Op.Single("ConstantOfShape", value.Type, shape, [node[0]], ("value", value));
        var isSmall = shape.IsKnown && shape.Elements.Size <= 64;
        return [isSmall && value.Type == ElementType.Int64
            ? node.Importer.Sizes.Note(result, [.. Enumerable.Repeat((Extent)value.As<long>()[0], (int)shape.Elements.Size)]) : result];
    }

    private static Value[] Range(ImportedNode node)
    {
        Value start = node[0], limit = node[1], delta = node[2];
        if (start.Type != limit.Type || start.Type != delta.Type)
            throw new ImportException($"its start, limit and step are {start.Type}, {limit.Type} and {delta.Type}; expected one type");
        Extent? from = node.Extents(0)?[0], to = node.Extents(1)?[0], by = node.Extents(2)?[0];
        if (from?.Number is { } first && to?.Number is { } last && by?.Number is { } step && step != 0 && start.Type == ElementType.Int64)
        {
            var count = (Int128)last - first == 0 ? 0 : Int128.Max(0, ((Int128)last - first + step - Math.Sign(step)) / step);
            if (count > LongestRange)
                throw new ImportException($"it counts {count} numbers, expected at most {LongestRange}");
            return [node.Graph.Vector([.. Enumerable.Range(0, (int)count).Select(i => first + i * step)])];
        }
        var length = by?.Number == 1 && from is { Dim: not null } begin && to is { Dim: not null } end ? (end - begin).Dim : null;
        return [Op.Single("Range", start.Type, [length ?? node.Importer.NewDim("range")], [start, limit, delta])];
    }
}
