using System.Diagnostics;
using System.Threading.Channels;
using MLSeqGraph.Onnx;
using Row = System.Collections.Generic.IReadOnlyDictionary<string, MLSeqGraph.Onnx.TensorData>;

namespace Server;

/// <summary>
/// Runs rows that arrive together in one run of the model. Each worker takes what waits, up to a full batch; where that is less, it waits a
/// moment for more. While all workers are busy rows gather, so batches grow with the load by themselves.
/// </summary>
internal sealed class Batcher : IAsyncDisposable
{
    private readonly RowScorer _scorer;
    private readonly Channel<Work> _queue;
    private readonly ServerOptions _options;
    private readonly ServerMetrics _metrics;
    private readonly Task _workers;
    private int _waiting;

    internal Batcher(RowScorer scorer, ServerOptions options, ServerMetrics metrics)
    {
        (_scorer, _options, _metrics) = (scorer, options, metrics);
        _queue = Channel.CreateUnbounded<Work>();
        _workers = Task.WhenAll(Enumerable.Range(0, options.Threads > 0 ? options.Threads : Environment.ProcessorCount)
            .Select(_ => Task.Run(RunAsync)));
    }

    /// <summary>Adds a row that the model accepts.</summary>
    /// <returns>What the model says of it.</returns>
    /// <exception cref="BusyException">Too many rows wait.</exception>
    internal Task<Row> Score(Row row, CancellationToken cancellation)
    {
        if (Volatile.Read(ref _waiting) >= _options.MaxQueue)
            throw new BusyException($"{_options.MaxQueue} rows wait for the model already; try again in a moment.");
        var work = new Work(row, cancellation);
        Interlocked.Increment(ref _waiting);
        _queue.Writer.TryWrite(work); // never full, and not complete while the model is in use
        return work.Result.Task;
    }

    private async Task RunAsync()
    {
        var batch = new List<Work>(_options.MaxBatch);
        while (await _queue.Reader.WaitToReadAsync())
        {
            await FillAsync(batch);
            Interlocked.Add(ref _waiting, -batch.Count);
            batch.RemoveAll(work => work.GiveUp());
            if (batch.Count > 0)
                Run(batch);
            batch.Clear();
        }
    }

    private async Task FillAsync(List<Work> batch)
    {
        Take(batch);
        if (batch.Count == 0 || batch.Count == _options.MaxBatch || _options.MaxDelay <= 0)
            return;
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(_options.MaxDelay));
        try
        {
            while (batch.Count < _options.MaxBatch && await _queue.Reader.WaitToReadAsync(deadline.Token))
                Take(batch);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Take(List<Work> batch)
    {
        while (batch.Count < _options.MaxBatch && _queue.Reader.TryRead(out var work))
            batch.Add(work);
    }

    private void Run(List<Work> batch)
    {
        var clock = Stopwatch.GetTimestamp();
        try
        {
            var results = _scorer.Run([.. batch.Select(work => work.Row)]);
            for (var i = 0; i < batch.Count; i++)
                batch[i].Result.TrySetResult(results[i]);
        }
        catch (Exception exception)
        {
            foreach (var work in batch)
                work.Result.TrySetException(exception);
        }
        _metrics.Ran(batch.Count, Stopwatch.GetElapsedTime(clock), Stopwatch.GetElapsedTime(batch[0].Arrived, clock));
    }

    /// <summary>Takes no more rows, and ends once those that wait are scored.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _workers;
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
