namespace MLSeqGraph.Onnx;

/// <summary>Copies of blocks of tensors, whatever their elements.</summary>
internal static class TensorBlocks
{
    /// <summary>A tensor of zeros, or of empty texts.</summary>
    internal static TensorData New(ElementType type, params long[] sizes)
    {
        if (type != ElementType.String)
            return TensorData.Zeros(type, sizes);
        var texts = new string[sizes.Aggregate(1L, (product, size) => checked(product * size))];
        Array.Fill(texts, "");
        return TensorData.Create(texts, sizes);
    }

    /// <summary>A part of a tensor.</summary>
    internal static TensorData Slice(TensorData whole, long[] from, long[] sizes)
    {
        var part = New(whole.Type, sizes);
        Copy(whole.Elements, whole.Sizes, Offset(whole.Sizes, from), part.Elements, sizes, 0, sizes);
        return part;
    }

    /// <summary>Tensors one after another along an axis; their other sizes are the same.</summary>
    internal static TensorData Concatenate(IReadOnlyList<TensorData> parts, int axis)
    {
        long[] sizes = [.. parts[0].Sizes];
        sizes[axis] = parts.Sum(part => part.Sizes[axis]);
        var whole = New(parts[0].Type, sizes);
        var from = new long[sizes.Length];
        foreach (var part in parts)
        {
            Copy(part.Elements, part.Sizes, 0, whole.Elements, sizes, Offset(sizes, from), part.Sizes);
            from[axis] += part.Sizes[axis];
        }
        return whole;
    }

    /// <summary>Copies a block, row by row, between tensors of other sizes.</summary>
    internal static void Copy(Array source, IReadOnlyList<long> sourceSizes, long sourceOffset,
        Array target, IReadOnlyList<long> targetSizes, long targetOffset, IReadOnlyList<long> block, int axis = 0)
    {
        if (axis >= block.Count - 1)
        {
            Array.Copy(source, sourceOffset, target, targetOffset, block.Count == 0 ? 1 : block[^1]);
            return;
        }
        var (sourceStep, targetStep) = (Step(sourceSizes, axis), Step(targetSizes, axis));
        for (var i = 0; i < block[axis]; i++)
            Copy(source, sourceSizes, sourceOffset + i * sourceStep, target, targetSizes, targetOffset + i * targetStep, block, axis + 1);
    }

    private static long Offset(IReadOnlyList<long> sizes, long[] from) => from.Select((start, axis) => start * Step(sizes, axis)).Sum();

    private static long Step(IReadOnlyList<long> sizes, int axis) => sizes.Skip(axis + 1).Aggregate(1L, (product, size) => product * size);
}
