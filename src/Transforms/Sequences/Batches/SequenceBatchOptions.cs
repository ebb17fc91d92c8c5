namespace MLSeqGraph.Transforms;

/// <summary>How <see cref="SequenceBatchSource"/> makes batches.</summary>
public sealed class SequenceBatchOptions
{
    internal const int MostBatchSize = 1 << 24;

    private const long MostBytes = 4L << 30;

    /// <summary>Sequences a batch; the last batch of an epoch holds what is left.</summary>
    public int BatchSize { get; set; } = 64;

    /// <summary>Whether the rows come in an order drawn from <see cref="Seed"/> and the epoch, otherwise in that of the data.</summary>
    public bool Shuffle { get; set; } = true;

    /// <summary>
    /// Whether sequences of similar length share a batch, which saves padding. Without <see cref="Shuffle"/> the rows that are in memory
    /// at a time are sorted by length; <see cref="SequenceBatch.Positions"/> tells which is which.
    /// </summary>
    public bool BucketByLength { get; set; } = true;

    /// <summary>Decides the order: the same seed, epoch and data give the same batches.</summary>
    public int Seed { get; set; }

    /// <summary>
    /// Rows in the shuffle buffer, of which one half at a time becomes batches and is replaced by the next rows. At least two batches.
    /// A row strays about this far from its place, so shuffle data sorted by label beforehand (<c>ml.Data.ShuffleRows</c>).
    /// </summary>
    public int BufferRows { get; set; } = 4096;

    /// <summary>Bytes in the shuffle buffer: of long rows it holds fewer than <see cref="BufferRows"/>, but always a batch.</summary>
    public long BufferBytes { get; set; } = 256L << 20;

    /// <summary>
    /// Data whose sequences take at most this many bytes is read only once and held in memory, which spares parsing it again every
    /// epoch and shuffles it as a whole. 0 holds nothing beyond the shuffle buffer.
    /// </summary>
    public long CacheBytes { get; set; } = 256L << 20;

    /// <summary>Batches that a background thread makes ahead.</summary>
    public int PrefetchBatches { get; set; } = 3;

    /// <summary>What becomes of rows that can't be read.</summary>
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
