namespace MLSeqGraph.Onnx;

/// <summary>What a call of <see cref="FusedAttention"/> reads.</summary>
internal sealed unsafe class AttentionSizes
{
    private readonly AttentionMaskPart[] _masks;

    /// <exception cref="ArgumentException">The tensors don't fit one another.</exception>
    internal AttentionSizes(string kernel, KernelTensor q, KernelTensor k, KernelTensor v, params ReadOnlySpan<KernelTensor> masks)
    {
        var fits = q.Rank == 4 && k.Rank == 4 && v.Rank == 4 && q[0] == k[0] && k[0] == v[0] && q[1] == k[1] && k[1] == v[1]
            && q[3] == k[3] && k[2] == v[2];
        if (!fits)
            throw new ArgumentException($"{kernel}: expected queries [batch, heads, queries, d], keys [batch, heads, keys, d] and values "
                + $"[batch, heads, keys, features]; got {q}, {k} and {v}.");
        (Batch, Heads, Queries, Keys) = (q[0], q[1], q[2], k[2]);
        (Depth, Features) = (checked((int)q[3]), checked((int)v[3]));
        Query = q.Floats;
        Key = k.Floats;
        Value = v.Floats;
        var parts = new List<AttentionMaskPart>();
        foreach (var mask in masks)
            if (mask.IsPresent)
                parts.Add(new(kernel, mask, [Batch, Heads, Queries, Keys]));
        _masks = [.. parts];
    }

    internal long Batch { get; }

    internal long Heads { get; }

    internal long Queries { get; }

    internal long Keys { get; }

    internal int Depth { get; }

    internal int Features { get; }

    /// <summary>Heads of all sequences.</summary>
    internal long Rows => Batch * Heads;

    internal float* Query { get; }

    internal float* Key { get; }

    internal float* Value { get; }

    /// <summary>What scores are multiplied by.</summary>
    internal float Scale => (float)(1 / Math.Sqrt(Depth));

    /// <summary>Whether no query of a tile sees a key of it.</summary>
    internal bool IsHidden<V>(long row, long query, int queries, long key, int keys) where V : struct, ISimd<V>
    {
        foreach (var mask in _masks)
            if (mask.Hides<V>(row / Heads, row % Heads, query, queries, key, keys))
                return true;
        return false;
    }

    /// <summary>Adds the masks to a tile of scores.</summary>
    internal void AddMasks(float* scores, nint stride, long row, long query, int queries, long key, int keys)
    {
        foreach (var mask in _masks)
            mask.AddTo(scores, stride, row / Heads, row % Heads, query, queries, key, keys);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"[{Batch}, {Heads}, {Queries}, {Depth}] queries, {Keys} keys with {Features} features";
}
