using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Rows in batches, epoch by epoch.</summary>
/// <param name="read">The batches of an epoch; that of a validation is 0.</param>
/// <param name="count">Number of batches per epoch; null while nobody knows.</param>
/// <param name="skipped">The rows that were left out; null where none can be.</param>
/// <param name="isShared">Whether the batches hold a rank's share of the rows.</param>
internal sealed class BatchedRows(
    Func<int, CancellationToken, IEnumerable<TrainingBatch>> read, Func<long?> count, SkippedRows? skipped = null, bool isShared = false)
{
    /// <summary>Whether the batches hold a rank's share of the rows; otherwise they are whole on every rank.</summary>
    internal bool IsShared => isShared;

    internal long? BatchCount => count();

    internal SkippedRows? Skipped => skipped;

    internal IEnumerable<TrainingBatch> Read(int epoch, CancellationToken cancellationToken) => read(epoch, cancellationToken);

    /// <summary>A single batch of everything.</summary>
    internal static BatchedRows Whole(InputBatch batch, SkippedRows? skipped = null) => Drawn((_, _) => batch, skipped);

    /// <summary>A single batch of everything, in which something is drawn anew for each epoch.</summary>
    internal static BatchedRows Drawn(Func<int, CancellationToken, InputBatch> draw, SkippedRows? skipped = null) =>
        new((epoch, cancel) => [draw(epoch, cancel)], () => 1, skipped);

    /// <summary>
    /// Rows of tables, in another order in every epoch except 0; the next batches are filled while one is trained on.
    /// </summary>
    /// <param name="rows">The rows' numbers.</param>
    /// <param name="batchSize">Rows per batch.</param>
    /// <param name="seed">Decides the order.</param>
    /// <param name="slots">Batches to fill in turn, all except the one in use at the same time.</param>
    /// <param name="skipped">The rows that were left out; null where none can be.</param>
    /// <param name="shard">This rank's share.</param>
    internal static BatchedRows Of(int[] rows, int batchSize, int seed, InputBatch[] slots, SkippedRows? skipped = null,
        Shard shard = default)
    {
        var batches = (int)(((long)rows.Length + batchSize - 1) / batchSize);
        return Of(epoch =>
        {
            var order = (int[])rows.Clone();
            var random = SplitMix64.Of(seed, epoch);
            if (epoch > 0)
                random.Shuffle(order);
            return (order, [.. Enumerable.Range(0, batches)]);
        }, () => batches, batchSize, slots, skipped, shard);
    }

    /// <summary>Rows of tables in orders of their own; the next batches are filled while one is trained on.</summary>
    /// <param name="order">The rows of an epoch, of which each batch has the next ones, and the order of those batches.</param>
    /// <param name="count">Number of batches per epoch; null while nobody knows.</param>
    /// <param name="batchSize">Rows per batch.</param>
    /// <param name="slots">Batches to fill in turn, all except the one in use at the same time.</param>
    /// <param name="skipped">The rows that were left out; null where none can be.</param>
    /// <param name="shard">This rank's share.</param>
    internal static BatchedRows Of(Func<int, (int[] Rows, int[] Batches)> order, Func<long?> count, int batchSize, InputBatch[] slots,
        SkippedRows? skipped = null, Shard shard = default) => new((epoch, cancel) =>
    {
        var (rows, batches) = order(epoch);
        return Prefetch.InOrder(slots, batches.Length, (slot, i) => slot.Fill(
            rows.AsSpan(batches[i] * batchSize, Math.Min(batchSize, rows.Length - batches[i] * batchSize)),
            (long)epoch * batches.Length + i, shard), cancel);
    }, count, skipped, !shard.IsWhole);

    /// <summary>Batches of sequences, which a source reads ahead.</summary>
    /// <param name="source">The source.</param>
    /// <param name="options">How many rows a batch has, of which a rank takes its share.</param>
    /// <param name="feed">Feeds a batch to a session; the number is the epoch's, 0 for validation.</param>
    internal static BatchedRows Of(SequenceBatchSource source, TrainingOptions options, Action<TrainingSession, SequenceBatch, int> feed)
    {
        return new(Read, () => (source.RowCount + options.BatchSize - 1) / options.BatchSize, source.Skipped, !options.Shard.IsWhole);

        // A source fills the same few batches again and again, so one wrapper serves a whole epoch.
        IEnumerable<TrainingBatch> Read(int epoch, CancellationToken cancellationToken)
        {
            SequenceBatch current = null!;
            var batch = new InputBatch(null, session => feed(session, current, epoch));
            foreach (var filled in source.ReadEpoch(epoch, options.Shard, cancellationToken))
            {
                (current, batch.Count, batch.Whole) = (filled, filled.Batch, filled.WholeBatch);
                yield return batch;
            }
        }
    }
}
