namespace MLSeqGraph.Onnx.Generation;

/// <summary>A state of a decoder, as its model declares it: what comes in as <c>past.X</c> and goes out as <c>present.X</c>.</summary>
internal sealed class DecoderState
{
    internal const string Past = "past.", Present = "present.";

    internal DecoderState(TensorInfo past)
    {
        Info = past;
        Name = past.Name[Past.Length..];
        BatchAxis = AxisOf("batch");
        CacheAxis = AxisOf("cache");
        GrowingAxis = AxisOf("past");
        if (BatchAxis < 0 || past.Shape.Any(dim => !dim.IsKnown && dim != "batch" && dim != "cache" && dim != "past" && dim != "source"))
            throw new ArgumentException($"Decoder input '{past.Name}' is {past.Shape}; expected one dimension named 'batch', and besides numbers only 'cache', 'past' and 'source'.");
        if (past.Type == ElementType.String)
            throw new ArgumentException($"Decoder input '{past.Name}' holds text; expected numbers.");
    }

    internal TensorInfo Info { get; }

    internal string Name { get; }

    internal int BatchAxis { get; }

    internal int CacheAxis { get; }

    internal int GrowingAxis { get; }

    /// <summary>Whether one buffer is both past and present, updated where it stands.</summary>
    internal bool IsInPlace => CacheAxis >= 0;

    /// <summary>Sizes for a number of rows, of tokens fed, of places in caches, of source positions.</summary>
    internal long[] Sizes(long rows, long fed, long capacity, long source)
    {
        var sizes = new long[Info.Shape.Rank];
        for (var axis = 0; axis < sizes.Length; axis++)
            sizes[axis] = Info.Shape[axis] is { IsKnown: true } dim ? dim.Size
                : axis == BatchAxis ? rows
                : axis == CacheAxis ? capacity
                : axis == GrowingAxis ? fed
                : source;
        return sizes;
    }

    /// <summary>Copies rows from one buffer in the processor's memory to another, of a cache the places used alone.</summary>
    internal void CopyRows(DeviceBuffer from, DeviceBuffer to, ReadOnlySpan<int> rows, long[] sizes, long used)
    {
        var outer = Product(sizes, 0, BatchAxis);
        var inner = Product(sizes, BatchAxis + 1, sizes.Length);
        var isPartial = CacheAxis > BatchAxis;
        // the blocks of a row: all of it, or what stands before the cache's axis with the places used
        var blocks = isPartial ? Product(sizes, BatchAxis + 1, CacheAxis) : 1;
        var stride = inner / Math.Max(blocks, 1);
        var length = isPartial ? used * Product(sizes, CacheAxis + 1, sizes.Length) : stride;
        for (long o = 0; o < outer; o++)
            for (var row = 0; row < rows.Length; row++)
                for (long block = 0; block < blocks; block++)
                    from.CopyTo(to, (o * sizes[BatchAxis] + rows[row]) * inner + block * stride, (o * rows.Length + row) * inner + block * stride, length);
    }

    private int AxisOf(string name)
    {
        var found = -1;
        for (var axis = 0; axis < Info.Shape.Rank; axis++)
            if (Info.Shape[axis] == name)
                found = found < 0 ? axis : throw new ArgumentException($"Decoder input '{Info.Name}' is {Info.Shape}; expected at most one dimension named '{name}'.");
        return found;
    }

    private static long Product(long[] sizes, int from, int to)
    {
        long product = 1;
        for (var axis = from; axis < to; axis++)
            product *= sizes[axis];
        return product;
    }
}
