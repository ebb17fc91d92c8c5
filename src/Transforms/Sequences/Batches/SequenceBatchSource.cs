using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Streams the sequences of a data view as padded batches, epoch by epoch. A background thread reads ahead; the rows in memory are at
/// most those of the cache, the shuffle buffer (<see cref="SequenceBatchOptions"/>) and the batches made ahead. The first epoch finds
/// out whether the data fits the cache. One epoch is read at a time.
/// </summary>
public sealed class SequenceBatchSource : IDisposable
{
    internal const string Training = "training";

    private readonly IDataView _data;
    private readonly EpochReader _reader;
    private readonly BatchQueue _queue;
    private CancellationTokenSource? _running;
    private int _isReading;
    private bool _isDisposed;

    /// <summary>Prepares reading; no row is read yet.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="columns">The columns to read.</param>
    /// <param name="options">How to make batches.</param>
    /// <param name="role">What the data is, such as "training" or "validation", for errors.</param>
    /// <exception cref="ArgumentException">A column is missing in <paramref name="data"/> or doesn't fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public SequenceBatchSource(IDataView data, SequenceColumns columns, SequenceBatchOptions? options = null, string role = Training)
    {
        options = (options ?? new SequenceBatchOptions()).Checked();
        _data = data;
        _reader = new EpochReader(data, Bind(data.Schema, columns, role), options, role);
        _queue = new BatchQueue(options.PrefetchBatches);
        RowCount = data.GetRowCount();
    }

    /// <summary>The number of rows, known once an epoch was read to its end or where the data view gives it; otherwise null.</summary>
    public long? RowCount { get; private set; }

    /// <summary>Rows handed out so far in the current epoch, or in all of the latest one.</summary>
    public long RowsRead { get; private set; }

    /// <summary>
    /// Rows left out because they can't be read: so far in the current epoch, or in all of the latest one that read the
    /// data.
    /// </summary>
    public long RowsSkipped => Skipped.Count;

    internal SkippedRows Skipped => _reader.Skipped;

    /// <summary>Steps of those rows.</summary>
    public long StepsRead { get; private set; }

    /// <summary>
    /// The batches of an epoch. A batch is valid until the enumeration moves on. Leaving the enumeration early stops the thread.
    /// </summary>
    /// <param name="epoch">Decides the order together with the seed.</param>
    /// <param name="cancellationToken">Ends the epoch.</param>
    /// <exception cref="InvalidDataException">
    /// Thrown by the enumeration where there are no rows or a row is bad; the error names the column, the row and what was expected.
    /// </exception>
    /// <exception cref="InvalidOperationException">Thrown by the enumeration: another one is under way.</exception>
    /// <exception cref="OperationCanceledException">Thrown by the enumeration.</exception>
    public IEnumerable<SequenceBatch> ReadEpoch(int epoch, CancellationToken cancellationToken = default) =>
        ReadEpoch(epoch, default, cancellationToken);

    // A process's share of each batch, where several train together.
    internal IEnumerable<SequenceBatch> ReadEpoch(int epoch, Shard shard, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Interlocked.Exchange(ref _isReading, 1) != 0)
            throw new InvalidOperationException("An epoch of this data is being read already; read one at a time.");
        Thread? thread = null;
        SequenceBatch? batch = null;
        var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Disposing of it waits for a callback under way, so none can affect the next epoch.
        var wake = running.Token.Register(_queue.Wake);
        try
        {
            SetRunning(running);
            (RowsRead, StepsRead) = (0, 0);
            thread = new Thread(() => Produce(epoch, shard, running.Token)) { IsBackground = true, Name = "Sequence batches" };
            thread.Start();
            while ((batch = TakeFilled(running.Token, cancellationToken)) is not null)
            {
                RowsRead += batch.WholeBatch;
                StepsRead += batch.StepCount;
                yield return batch;
                _queue.AddFree(batch);
                batch = null;
            }

            RowCount = RowsRead;
        }
        finally
        {
            running.Cancel();
            thread?.Join();
            wake.Dispose();
            SetRunning(null);
            running.Dispose();
            if (batch is not null)
                _queue.AddFree(batch);
            _queue.Reset();
            Volatile.Write(ref _isReading, 0);
        }
    }

    /// <summary>The number of rows: <see cref="RowCount"/>, or counted without reading any column.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public long CountRows(CancellationToken cancellationToken = default)
    {
        if (RowCount is { } known)
            return known;
        long count = 0;
        using var cursor = _data.GetRowCursor([]);
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            count++;
        }

        RowCount = count;
        return count;
    }

    /// <summary>Stops an epoch that was begun and not finished.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        lock (_queue)
            _running?.Cancel();
    }

    private static SequenceColumns Bind(DataViewSchema schema, SequenceColumns columns, string role)
    {
        try
        {
            return columns.BindTo(schema);
        }
        catch (ArgumentException exception) when (role != Training)
        {
            throw new ArgumentException($"In the {role} data: {exception.Message}", exception);
        }
    }

    private void SetRunning(CancellationTokenSource? running)
    {
        lock (_queue)
            _running = running;
    }

    private SequenceBatch? TakeFilled(CancellationToken running, CancellationToken cancellationToken)
    {
        try
        {
            return _queue.TakeFilled(running);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Callers expect the token they passed.
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private void Produce(int epoch, Shard shard, CancellationToken cancellationToken)
    {
        Exception? error = null;
        try
        {
            ProduceAll(epoch, shard, cancellationToken);
        }
        catch (Exception exception)
        {
            // Whatever it is, the consumer gets it.
            error = exception;
        }

        _queue.Complete(error);
    }

    private void ProduceAll(int epoch, Shard shard, CancellationToken cancellationToken)
    {
        try
        {
            _reader.Start(epoch);
            bool isFilled = true;
            while (isFilled)
            {
                var batch = _queue.TakeFree(cancellationToken);
                isFilled = false;
                try
                {
                    isFilled = _reader.TryFill(batch, shard, cancellationToken);
                }
                finally
                {
                    if (isFilled)
                        _queue.AddFilled(batch);
                    else
                        _queue.AddFree(batch);
                }
            }
        }
        finally
        {
            _reader.Stop();
        }
    }
}
