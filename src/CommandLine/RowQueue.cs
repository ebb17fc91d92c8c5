using System.Threading.Channels;
using Microsoft.ML;

namespace MLSeqGraph.CommandLine;

/// <summary>Rows that wait for a model: what has gathered while a batch was scored is the next one, so batches grow with the
/// load.</summary>
internal sealed class RowQueue : IDisposable
{
    private readonly ModelFile _file;
    private readonly int _batch;
    private readonly Channel<Work> _waiting;
    private readonly MLContext _ml = new();
    private readonly Task _worker;
    private long _scored, _batches;

    internal RowQueue(ModelFile file, int batch, int most)
    {
        (_file, _batch) = (file, batch);
        _waiting = Channel.CreateBounded<Work>(new BoundedChannelOptions(most) { SingleReader = true });
        _worker = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Rows that were scored.</summary>
    internal long Scored => Interlocked.Read(ref _scored);

    /// <summary>Batches they were scored in.</summary>
    internal long Batches => Interlocked.Read(ref _batches);

    /// <summary>Scores a row.</summary>
    /// <exception cref="QueueFullException">Too many wait.</exception>
    /// <exception cref="InvalidDataException">The model can't score it.</exception>
    internal Task<(string Predicted, float Score)> Score(TableRow row, CancellationToken cancel)
    {
        var work = new Work(row, cancel);
        return _waiting.Writer.TryWrite(work) ? work.Result.Task
            : throw new QueueFullException("As many rows as may wait do so already; try again in a moment.");
    }

    /// <summary>Scores what waits, and ends.</summary>
    public void Dispose()
    {
        _waiting.Writer.TryComplete();
        _worker.Wait();
    }

    private void Run()
    {
        var batch = new List<Work>(_batch);
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            batch.Clear();
            while (batch.Count < _batch && _waiting.Reader.TryRead(out var work))
                if (!work.Cancel.IsCancellationRequested || !work.Result.TrySetCanceled(work.Cancel))
                    batch.Add(work);
            if (batch.Count > 0)
                Run(batch);
        }
    }

    private void Run(List<Work> batch)
    {
        try
        {
            (string, float)[] scored = [.. _file.Score(_ml, [.. batch.Select(work => work.Row)])];
            Interlocked.Add(ref _scored, batch.Count);
            Interlocked.Increment(ref _batches);
            for (var i = 0; i < batch.Count; i++)
                batch[i].Result.TrySetResult(scored[i]);
        }
        catch (Exception) when (batch.Count > 1)
        {
            // It may be one row's fault alone.
            foreach (var work in batch)
                Run([work]);
        }
        catch (Exception error)
        {
            batch[0].Result.TrySetException(new InvalidDataException($"The row can't be scored: {Tool.Said(error)}", error));
        }
    }

    private sealed record Work(TableRow Row, CancellationToken Cancel)
    {
        internal TaskCompletionSource<(string, float)> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>More rows wait than may.</summary>
internal sealed class QueueFullException(string message) : Exception(message);
