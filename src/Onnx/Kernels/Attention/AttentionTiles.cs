using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>Keys and values of one head, packed for products, and its tiles of scores.</summary>
internal readonly unsafe struct AttentionTiles<V> where V : struct, ISimd<V>
{
    /// <summary>Queries and keys of a tile: scores and packed keys of a tile together stay in the second cache.</summary>
    internal const int TileQueries = 64, TileKeys = 128;

    private readonly AttentionSizes _sizes;
    private readonly long _row;
    private readonly float* _keys, _zeros;

    /// <summary>Packs the keys of a head.</summary>
    internal AttentionTiles(AttentionSizes sizes, long row, ScratchMemory memory)
    {
        (_sizes, _row) = (sizes, row);
        _keys = Transposed(sizes, sizes.Key + row * sizes.Keys * sizes.Depth, sizes.Depth, memory);
        _zeros = Zeros(memory, Padded(TileKeys));
    }

    /// <summary>Tiles along the keys.</summary>
    internal static int Count(AttentionSizes sizes) => checked((int)((sizes.Keys + TileKeys - 1) / TileKeys));

    /// <summary>So many columns in whole panels.</summary>
    internal static int Padded(int columns) => PackedMatrix<V>.Panels(columns) * PackedMatrix<V>.PanelWidth;

    internal static float* Take(ScratchMemory memory, long count) => (float*)memory.Take(count * sizeof(float));

    internal static float* Zeros(ScratchMemory memory, long count)
    {
        var zeros = Take(memory, count);
        for (long i = 0; i < count; i += int.MaxValue)
            new Span<float>(zeros + i, (int)Math.Min(int.MaxValue, count - i)).Clear();
        return zeros;
    }

    /// <summary>Rows [keys, width] of a head as right sides of products with their transpose, a tile of keys each.</summary>
    internal static float* Transposed(AttentionSizes sizes, float* rows, int width, ScratchMemory memory)
    {
        var size = PackedMatrix<V>.Size(width, TileKeys);
        var packed = Zeros(memory, Count(sizes) * size);
        for (var tile = 0; tile < Count(sizes); tile++)
            PackedMatrix<V>.Pack(rows + (long)tile * TileKeys * width, 1, width, width, KeysOf(sizes, tile), packed + tile * size,
                width, 0, 0);
        return packed;
    }

    /// <summary>The same as right sides of products with themselves.</summary>
    internal static float* Packed(AttentionSizes sizes, float* rows, int width, ScratchMemory memory)
    {
        var size = PackedMatrix<V>.Size(TileKeys, width);
        var packed = Zeros(memory, Count(sizes) * size);
        for (var tile = 0; tile < Count(sizes); tile++)
            PackedMatrix<V>.Pack(rows + (long)tile * TileKeys * width, width, 1, KeysOf(sizes, tile), width, packed + tile * size,
                KeysOf(sizes, tile), 0, 0);
        return packed;
    }

    /// <summary>Keys of a tile: the last one may have fewer.</summary>
    internal static int KeysOf(AttentionSizes sizes, int tile) => (int)Math.Min(TileKeys, sizes.Keys - (long)tile * TileKeys);

    /// <summary>Queries, times what scores are multiplied by.</summary>
    internal void Scaled(long query, int count, float* scaled)
    {
        var from = _sizes.Query + (_row * _sizes.Queries + query) * _sizes.Depth;
        Times(from, _sizes.Scale, scaled, (long)count * _sizes.Depth);
    }

    /// <summary>to = from · factor, where both may be the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Times(float* from, float factor, float* to, long count)
    {
        var all = V.All(factor);
        long i = 0;
        for (; i + V.Width <= count; i += V.Width)
            (V.Load(from + i) * all).Store(to + i);
        for (; i < count; i++)
            to[i] = from[i] * factor;
    }

    /// <summary>The scores of a tile, [queries, <see cref="Padded"/> keys], negative infinity beyond the keys.</summary>
    /// <returns>Whether any query sees any key.</returns>
    internal bool Scores(float* scaled, long query, int queries, int tile, float* scores)
    {
        var keys = KeysOf(_sizes, tile);
        var first = (long)tile * TileKeys;
        if (_sizes.IsHidden<V>(_row, query, queries, first, keys))
            return false;
        var stride = Padded(keys);
        Product(scaled, _keys, _sizes.Depth, queries, tile, scores);
        _sizes.AddMasks(scores, stride, _row, query, queries, first, keys);
        for (var i = 0; i < queries && stride > keys; i++)
            new Span<float>(scores + (long)i * stride + keys, stride - keys).Fill(float.NegativeInfinity);
        return true;
    }

    /// <summary>Rows [queries, width] times what <see cref="Transposed"/> packed, [queries, <see cref="Padded"/> keys].</summary>
    internal void Product(float* rows, float* packed, int width, int queries, int tile, float* product)
    {
        var stride = Padded(KeysOf(_sizes, tile));
        PackedMatrix<V>.Multiply(rows, width, 1, queries, packed + tile * PackedMatrix<V>.Size(width, TileKeys), width,
            stride / PackedMatrix<V>.PanelWidth, _zeros, 0, product, stride);
    }
}
