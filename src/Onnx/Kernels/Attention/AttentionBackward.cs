using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>The backward pass of <see cref="FusedAttention"/> for one head: adds up the gradients of its keys and values.</summary>
internal sealed unsafe class AttentionBackward<V> where V : struct, ISimd<V>
{
    private const int TileQueries = AttentionTiles<V>.TileQueries, TileKeys = AttentionTiles<V>.TileKeys;
    private readonly AttentionSizes _sizes;
    private readonly AttentionGradients _gradients;
    private readonly AttentionTiles<V> _tiles;
    private readonly long _row;
    private readonly int _depth, _features; // in whole panels
    private readonly float* _packedKeys, _values, _dKeys, _dValues, _dQueries, _scores, _dScores;
    private readonly float* _scaled, _packedQueries, _packedGradients;

    internal AttentionBackward(AttentionSizes sizes, AttentionGradients gradients, long row, ScratchMemory memory)
    {
        (_sizes, _gradients, _row, _tiles) = (sizes, gradients, row, new(sizes, row, memory));
        (_depth, _features) = (AttentionTiles<V>.Padded(sizes.Depth), AttentionTiles<V>.Padded(sizes.Features));
        _packedKeys = AttentionTiles<V>.Packed(sizes, sizes.Key + row * sizes.Keys * sizes.Depth, sizes.Depth, memory);
        _values = AttentionTiles<V>.Transposed(sizes, sizes.Value + row * sizes.Keys * sizes.Features, sizes.Features, memory);
        _dKeys = AttentionTiles<V>.Zeros(memory, sizes.Keys * _depth);
        _dValues = AttentionTiles<V>.Zeros(memory, sizes.Keys * _features);
        _dQueries = AttentionTiles<V>.Take(memory, (long)TileQueries * _depth);
        _scores = AttentionTiles<V>.Take(memory, TileQueries * AttentionTiles<V>.Padded(TileKeys));
        _dScores = AttentionTiles<V>.Take(memory, TileQueries * AttentionTiles<V>.Padded(TileKeys));
        _scaled = AttentionTiles<V>.Take(memory, (long)TileQueries * sizes.Depth);
        _packedQueries = AttentionTiles<V>.Zeros(memory, (long)TileQueries * _depth);
        _packedGradients = AttentionTiles<V>.Zeros(memory, (long)TileQueries * _features);
    }

    internal void Run()
    {
        for (long query = 0; query < _sizes.Queries; query += TileQueries)
            Queries(query, (int)Math.Min(TileQueries, _sizes.Queries - query));
        Write(_dKeys, _depth, _gradients.OfKey, _sizes.Depth, _sizes.Keys);
        Write(_dValues, _features, _gradients.OfValue, _sizes.Features, _sizes.Keys);
    }

    private void Queries(long query, int count)
    {
        var at = _row * _sizes.Queries + query;
        var dy = _gradients.OfY + at * _sizes.Features;
        _tiles.Scaled(query, count, _scaled);
        PackedMatrix<V>.Pack(_scaled, _sizes.Depth, 1, count, _sizes.Depth, _packedQueries, count, 0, 0);
        PackedMatrix<V>.Pack(dy, _sizes.Features, 1, count, _sizes.Features, _packedGradients, count, 0, 0);
        new Span<float>(_dQueries, count * _depth).Clear();
        float* means = stackalloc float[TileQueries];
        for (var i = 0; i < count; i++)
            means[i] = Dot(dy + (long)i * _sizes.Features, _gradients.Y + (at + i) * _sizes.Features, _sizes.Features);
        for (var tile = 0; tile < AttentionTiles<V>.Count(_sizes); tile++)
        {
            if (!_tiles.Scores(_scaled, query, count, tile, _scores))
                continue;
            var keys = AttentionTiles<V>.KeysOf(_sizes, tile);
            var stride = AttentionTiles<V>.Padded(keys);
            _tiles.Product(dy, _values, _sizes.Features, count, tile, _dScores);
            for (var i = 0; i < count; i++)
                Weights(_scores + (long)i * stride, _dScores + (long)i * stride, stride, _gradients.Kept + 2 * (at + i), means[i]);
            float* dKeys = _dKeys + (long)tile * TileKeys * _depth, dValues = _dValues + (long)tile * TileKeys * _features;
            int depthPanels = _depth / PackedMatrix<V>.PanelWidth, featurePanels = _features / PackedMatrix<V>.PanelWidth;
            PackedMatrix<V>.Multiply(
                _scores, 1, stride, keys, _packedGradients, count, featurePanels, dValues, _features, dValues, _features);
            PackedMatrix<V>.Multiply(_dScores, 1, stride, keys, _packedQueries, count, depthPanels, dKeys, _depth, dKeys, _depth);
            PackedMatrix<V>.Multiply(_dScores, stride, 1, count, _packedKeys + tile * PackedMatrix<V>.Size(TileKeys, _sizes.Depth), keys,
                depthPanels, _dQueries, _depth, _dQueries, _depth);
        }
        for (var i = 0; i < count; i++)
            AttentionTiles<V>.Times(
                _dQueries + (long)i * _depth, _sizes.Scale, _gradients.OfQuery + (at + i) * _sizes.Depth, _sizes.Depth);
    }

    private void Write(float* from, int stride, float* to, int width, long rows)
    {
        if (to == null)
            return;
        to += _row * rows * width;
        for (long i = 0; i < rows; i++)
            Buffer.MemoryCopy(from + i * stride, to + i * width, width * sizeof(float), width * sizeof(float));
    }

    // p = exp(s - largest) / sum in place of the scores, and p (dp - mean) in place of the gradients of p.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weights(float* scores, float* dScores, int width, float* kept, float mean)
    {
        V largest = V.All(kept[0]), inverse = V.All(kept[1]), all = V.All(mean);
        for (var j = 0; j < width; j += V.Width)
        {
            var weight = Exponential.Of(V.Load(scores + j) - largest) * inverse;
            weight.Store(scores + j);
            (weight * (V.Load(dScores + j) - all)).Store(dScores + j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(float* a, float* b, int width)
    {
        V sum = default;
        var j = 0;
        for (; j + V.Width <= width; j += V.Width)
            sum = V.MultiplyAdd(V.Load(a + j), V.Load(b + j), sum);
        var dot = sum.Sum();
        for (; j < width; j++)
            dot += a[j] * b[j];
        return dot;
    }
}
