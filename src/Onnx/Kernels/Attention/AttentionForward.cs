using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>The forward pass of <see cref="FusedAttention"/>: a running softmax over tiles of keys (Milakov and Gimelshein 2018).</summary>
internal sealed unsafe class AttentionForward<V>(AttentionSizes sizes, float* y, float* kept) where V : struct, ISimd<V>
{
    // A task's queries: as many as make the packing of all keys small beside it.
    private const int TaskQueries = 512, TileQueries = AttentionTiles<V>.TileQueries;
    // Below all scores of keys that are seen, above those of hidden ones.
    private const float Lowest = -1e29f;
    private readonly long _tasksOfHead = (sizes.Queries + TaskQueries - 1) / TaskQueries;
    private readonly int _stride = AttentionTiles<V>.Padded(sizes.Features);

    internal int Tasks => checked((int)(sizes.Rows * _tasksOfHead));

    internal void Run(int task)
    {
        var (row, part) = Math.DivRem(task, _tasksOfHead);
        using var memory = new ScratchMemory();
        var tiles = new AttentionTiles<V>(sizes, row, memory);
        var values = AttentionTiles<V>.Packed(sizes, sizes.Value + row * sizes.Keys * sizes.Features, sizes.Features, memory);
        var scaled = AttentionTiles<V>.Take(memory, (long)TileQueries * sizes.Depth);
        var scores = AttentionTiles<V>.Take(memory, TileQueries * AttentionTiles<V>.Padded(AttentionTiles<V>.TileKeys));
        var sums = AttentionTiles<V>.Take(memory, (long)TileQueries * _stride);
        var end = Math.Min(sizes.Queries, (part + 1) * TaskQueries);
        for (var query = part * TaskQueries; query < end; query += TileQueries)
        {
            var count = (int)Math.Min(TileQueries, end - query);
            tiles.Scaled(query, count, scaled);
            Tile(tiles, values, row, query, count, scaled, scores, sums);
        }
    }

    private void Tile(AttentionTiles<V> tiles, float* values, long row, long query, int count, float* scaled, float* scores, float* sums)
    {
        float* largest = stackalloc float[TileQueries], total = stackalloc float[TileQueries];
        new Span<float>(largest, count).Fill(Lowest);
        new Span<float>(total, count).Clear();
        new Span<float>(sums, count * _stride).Clear();
        var valuesOfTile = PackedMatrix<V>.Size(AttentionTiles<V>.TileKeys, sizes.Features);
        for (var tile = 0; tile < AttentionTiles<V>.Count(sizes); tile++)
        {
            if (!tiles.Scores(scaled, query, count, tile, scores))
                continue;
            var keys = AttentionTiles<V>.KeysOf(sizes, tile);
            var stride = AttentionTiles<V>.Padded(keys);
            for (var i = 0; i < count; i++)
            {
                var before = largest[i];
                total[i] = Exponentials(scores + (long)i * stride, stride, ref largest[i], total[i], out var factor);
                if (before != largest[i])
                    AttentionTiles<V>.Times(sums + (long)i * _stride, factor, sums + (long)i * _stride, _stride);
            }
            PackedMatrix<V>.Multiply(scores, stride, 1, count, values + tile * valuesOfTile, keys,
                _stride / PackedMatrix<V>.PanelWidth, sums, _stride, sums, _stride);
        }
        for (var i = 0; i < count; i++)
        {
            var at = row * sizes.Queries + query + i;
            var inverse = total[i] == 0 ? 0 : 1 / total[i];
            AttentionTiles<V>.Times(sums + (long)i * _stride, inverse, y + at * sizes.Features, sizes.Features);
            if (kept != null)
                (kept[2 * at], kept[2 * at + 1]) = (largest[i], inverse);
        }
    }

    // The exponentials of a row in place of its scores, and their sum with that of the tiles before, as one smaller by the new largest.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Exponentials(float* scores, int width, ref float largest, float total, out float factor)
    {
        var most = V.Load(scores);
        for (var j = V.Width; j < width; j += V.Width)
            most = V.Max(V.Load(scores + j), most);
        float* ends = stackalloc float[V.Width];
        most.Store(ends);
        var before = largest;
        for (var j = 0; j < V.Width; j++)
            largest = MathF.Max(largest, ends[j]);
        factor = MathF.Exp(before - largest);
        V shift = V.All(largest), sum = default;
        for (var j = 0; j < width; j += V.Width)
        {
            var exponential = Exponential.Of(V.Load(scores + j) - shift);
            exponential.Store(scores + j);
            sum += exponential;
        }
        return total * factor + sum.Sum();
    }
}
