using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Decides which rows go into which batch, and the order of the batches. The arrays are reused.</summary>
internal sealed class BatchPlan(SequenceBatchOptions options)
{
    // Up to this share is added to lengths at random before sorting, so that batches differ from epoch to epoch.
    private const double LengthNoise = 0.1;

    private int[] _rows = [];
    private long[] _keys = [];
    private int[] _order = [];
    private int _count;
    private int _total;
    private int _partial;

    /// <summary>The number of batches planned.</summary>
    public int BatchCount { get; private set; }

    /// <summary>The rows that were left out, in ascending order.</summary>
    public ReadOnlySpan<int> LeftOut => _rows.AsSpan(_count, _total - _count);

    /// <summary>Plans batches of <paramref name="take"/> of the rows and leaves out the others.</summary>
    public void Make(SequenceRows rows, int take, ref SplitMix64 random)
    {
        EnsureSize(rows.Count);
        for (int i = 0; i < rows.Count; i++)
            _rows[i] = i;
        if (options.Shuffle)
            random.Shuffle(_rows.AsSpan(0, rows.Count));
        Array.Sort(_rows, take, rows.Count - take);
        (_count, _total) = (take, rows.Count);
        BatchCount = (take + options.BatchSize - 1) / options.BatchSize;
        if (options.BucketByLength)
            SortByLength(rows, ref random);

        // The batch that isn't full: a random one, so that it doesn't always hold the longest sequences; the last one in the data's order.
        _partial = options.Shuffle && options.BucketByLength ? random.Next(BatchCount) : BatchCount - 1;
        for (int i = 0; i < BatchCount; i++)
            _order[i] = i;
        if (options.Shuffle)
            random.Shuffle(_order.AsSpan(0, BatchCount));
    }

    /// <summary>The rows of a planned batch.</summary>
    public ReadOnlySpan<int> this[int batch]
    {
        get
        {
            int chunk = _order[batch];
            int missing = BatchCount * options.BatchSize - _count;
            int start = chunk * options.BatchSize - (chunk > _partial ? missing : 0);
            return _rows.AsSpan(start, options.BatchSize - (chunk == _partial ? missing : 0));
        }
    }

    /// <summary>Forgets the batches.</summary>
    public void Clear() => (_count, _total, BatchCount) = (0, 0, 0);

    private void SortByLength(SequenceRows rows, ref SplitMix64 random)
    {
        for (int i = 0; i < _count; i++)
        {
            double length = rows.Length(_rows[i]);
            if (options.Shuffle)
                length *= 1 + LengthNoise * random.NextDouble();
            // The index in the lower bits keeps rows of equal length in their order.
            _keys[i] = ((long)length << 32) | (uint)i;
        }

        Array.Sort(_keys, 0, _count);
        for (int i = 0; i < _count; i++)
            _order[i] = _rows[(int)(uint)_keys[i]];
        Array.Copy(_order, _rows, _count);
    }

    private void EnsureSize(int count)
    {
        if (count <= _rows.Length)
            return;
        _rows = new int[count];
        _keys = new long[count];
        _order = new int[count];
    }
}
