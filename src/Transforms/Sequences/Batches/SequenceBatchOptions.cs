namespace MLSeqGraph.Transforms;

/// <summary>How <see cref="SequenceBatchSource"/> makes batches.</summary>
public sealed class SequenceBatchOptions
{
    internal const int MostBatchSize = 1 << 24;

    private const long MostBytes = 4L << 30;

    /// <summary>Sequences per batch, 64 by default; one batch of an epoch holds what is left over.</summary>
    public int BatchSize { get; set; } = 64;

    /// <summary>
    /// Whether rows come in a random order, drawn from <see cref="Seed"/> and the epoch (the default), or in that of the data.
    /// </summary>
    public bool Shuffle { get; set; } = true;

    /// <summary>
    /// Whether sequences of similar length share a batch, which saves padding; true by default. Without <see cref="Shuffle"/> the rows in
    /// memory are sorted by length, and <see cref="SequenceBatch.Positions"/> says which is which.
    /// </summary>
    public bool BucketByLength { get; set; } = true;

    /// <summary>Decides the order: the same seed, epoch and data give the same batches.</summary>
    public int Seed { get; set; }

    /// <summary>
    /// Rows in the shuffle buffer, 4,096 by default, at least two batches. Half of them at a time become batches and are replaced by the
    /// next rows. A row moves about this far from its place, so shuffle data sorted by label beforehand (<c>ml.Data.ShuffleRows</c>).
    /// </summary>
    public int BufferRows { get; set; } = 4096;

    /// <summary>
    /// The most bytes in the shuffle buffer, 256 MB by default: it holds fewer than <see cref="BufferRows"/> long rows, but always a
    /// batch.
    /// </summary>
    public long BufferBytes { get; set; } = 256L << 20;

    /// <summary>
    /// Data whose sequences take at most this many bytes, 256 MB by default, is read only once and kept in memory: it isn't parsed again in
    /// every epoch and is shuffled as a whole. With 0 only the shuffle buffer is kept.
    /// </summary>
    public long CacheBytes { get; set; } = 256L << 20;

    /// <summary>Batches that a background thread makes ahead, 3 by default.</summary>
    public int PrefetchBatches { get; set; } = 3;

    /// <summary>What happens to rows that can't be read; by default an error.</summary>
    public BadRows BadRows { get; set; }

    internal bool Reorders => Shuffle || BucketByLength;

    internal SequenceBatchOptions Checked()
    {
        Check(BatchSize is >= 1 and <= MostBatchSize, nameof(BatchSize), BatchSize, $"1 to {MostBatchSize}");
        Check(BufferRows >= 1, nameof(BufferRows), BufferRows, "at least 1");
        Check(BufferBytes is >= 1 and <= MostBytes, nameof(BufferBytes), BufferBytes, $"1 to {MostBytes}");
        Check(CacheBytes is >= 0 and <= MostBytes, nameof(CacheBytes), CacheBytes, $"0 to {MostBytes}");
        Check(PrefetchBatches is >= 1 and <= 64, nameof(PrefetchBatches), PrefetchBatches, "1 to 64");
        return (SequenceBatchOptions)MemberwiseClone();
    }

    private static void Check(bool holds, string name, long value, string expected)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}, expected {expected}.");
    }
}
