namespace MLSeqGraph.Onnx;

/// <summary>A mask of a shape that broadcasts to [batch, heads, queries, keys].</summary>
internal readonly unsafe struct AttentionMaskPart
{
    // Masks hold 0 and -1e30.
    private const float Hidden = -1e29f;
    private readonly float* _data;
    private readonly long _ofBatch, _ofHead, _ofQuery, _ofKey;

    internal AttentionMaskPart(string kernel, KernelTensor mask, ReadOnlySpan<long> sizes)
    {
        _data = mask.Floats;
        Span<long> strides = stackalloc long[4];
        var stride = 1L;
        for (var axis = 1; axis <= mask.Rank; axis++)
        {
            if (axis > 4 || (mask[-axis] != 1 && mask[-axis] != sizes[^axis]))
                throw new ArgumentException(
                    $"{kernel}: expected a mask that broadcasts to [{string.Join(", ", sizes.ToArray())}]; got {mask}.");
            strides[^axis] = mask[-axis] == 1 ? 0 : stride;
            stride *= mask[-axis];
        }
        (_ofBatch, _ofHead, _ofQuery, _ofKey) = (strides[0], strides[1], strides[2], strides[3]);
    }

    internal bool Hides<V>(long batch, long head, long query, int queries, long key, int keys) where V : struct, ISimd<V>
    {
        V hidden = V.All(Hidden), one = V.All(1);
        for (var i = 0; i < (_ofQuery == 0 ? 1 : queries); i++)
        {
            var row = At(batch, head, query + i, key);
            if (_ofKey == 0)
            {
                if (!(*row < Hidden))
                    return false;
                continue;
            }
            V seen = default;
            var j = 0;
            for (; j + V.Width <= keys; j += V.Width)
                seen += V.IfGreater(hidden, V.Load(row + j), default, one);
            if (seen.Sum() > 0)
                return false;
            for (; j < keys; j++)
                if (!(row[j] < Hidden))
                    return false;
        }
        return true;
    }

    internal void AddTo(float* scores, nint stride, long batch, long head, long query, int queries, long key, int keys)
    {
        for (var i = 0; i < queries; i++, scores += stride)
        {
            var row = At(batch, head, query + i, key);
            if (_ofKey != 0)
                Rows.Add(scores, row, keys);
            else
                for (var j = 0; j < keys; j++)
                    scores[j] += *row;
        }
    }

    private float* At(long batch, long head, long query, long key) =>
        _data + batch * _ofBatch + head * _ofHead + query * _ofQuery + key * _ofKey;
}
