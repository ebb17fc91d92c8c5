using System.Diagnostics;
using MLSeqGraph.Onnx;
using Row = System.Collections.Generic.IReadOnlyDictionary<string, MLSeqGraph.Onnx.TensorData>;

namespace Server;

/// <summary>
/// Runs rows that arrive together in one run of the model. A run takes what waits, up to a full batch, while the next batch gathers; a
/// second run at the same time begins only when a whole batch waits. So batches grow with the load by themselves.
/// </summary>
internal sealed class Batcher : IAsyncDisposable, IThreadPoolWorkItem
{
    private readonly RowScorer _scorer;
    private readonly Queue<Work> _queue = new();
    private readonly ServerOptions _options;
    private readonly ServerMetrics _metrics;
    private readonly int _threads;
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _isClosed;

    internal Batcher(RowScorer scorer, ServerOptions options, ServerMetrics metrics)
    {
        (_scorer, _options, _metrics) = (scorer, options, metrics);
        _threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
    }

    /// <summary>Adds a row that the model accepts.</summary>
    /// <returns>What the model says of it.</returns>
    /// <exception cref="BusyException">Too many rows wait.</exception>
    internal Task<Row> Score(Row row, CancellationToken cancellation)
    {
        var work = new Work(row, cancellation);
        bool isFirst;
        lock (_queue)
        {
            if (_queue.Count >= _options.MaxQueue)
                throw new BusyException($"{_options.MaxQueue} rows wait for the model already; try again in a moment.");
            _queue.Enqueue(work);
            isFirst = _running == 0;
            if (!isFirst && (_running >= _threads || _queue.Count < _options.MaxBatch * _running))
                return work.Result.Task;
            _running++;
        }
        if (isFirst && _options.MaxDelay > 0)
            _ = RunLater();
        else
            Next();
        return work.Result.Task;
    }

    private async Task RunLater()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(_options.MaxDelay));
        Next();
    }

    // At the end of the pool's queue: requests that have arrived by now are read first, and their rows join the batch.
    private void Next() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>Runs a batch.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        var batch = new List<Work>(_options.MaxBatch);
        lock (_queue)
            while (batch.Count < _options.MaxBatch && _queue.TryDequeue(out var work))
                batch.Add(work);
        batch.RemoveAll(work => work.GiveUp());
        if (batch.Count > 0)
            Run(batch);
        lock (_queue)
        {
            if (_queue.Count <= _options.MaxBatch * (_running - 1)) // those that go on take what is left
            {
                _running--;
                if (_isClosed && _running == 0)
                    _idle.TrySetResult();
                return;
            }
        }
        Next();
    }

    private void Run(List<Work> batch)
    {
        var clock = Stopwatch.GetTimestamp();
        var wait = Stopwatch.GetElapsedTime(batch[0].Arrived, clock);
        try
        {
            var results = _scorer.Run([.. batch.Select(work => work.Row)]);
            _metrics.Ran(batch.Count, Stopwatch.GetElapsedTime(clock), wait);
            for (var i = 0; i < batch.Count; i++)
                batch[i].Result.TrySetResult(results[i]);
        }
        catch (Exception) when (batch.Count > 1) // it may be one row's fault alone
        {
            foreach (var work in batch)
                Run([work]);
        }
        catch (Exception exception)
        {
            batch[0].Result.TrySetException(exception);
        }
    }

    /// <summary>Takes no more rows, and ends once those that wait are scored.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_queue)
        {
            _isClosed = true;
            if (_running == 0)
                _idle.TrySetResult();
        }
        await _idle.Task;
    }

    private sealed record Work(Row Row, CancellationToken Cancellation)
    {
        // Answers are written on threads of their own, not on the worker's.
        internal TaskCompletionSource<Row> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal long Arrived { get; } = Stopwatch.GetTimestamp();

        /// <summary>Whether nobody waits for it any more.</summary>
        internal bool GiveUp() => Cancellation.IsCancellationRequested && Result.TrySetCanceled(Cancellation);
    }
}

/// <summary>There is more to do than the server takes on: status 503.</summary>
internal sealed class BusyException(string message) : Exception(message);
