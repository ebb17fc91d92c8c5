using System.Runtime.ExceptionServices;

namespace MLSeqGraph.Transforms;

/// <summary>Hands batches from the thread that fills them to the one that uses them, and back to be filled again.</summary>
internal sealed class BatchQueue
{
    private readonly object _lock = new();
    private readonly Queue<SequenceBatch> _free;
    private readonly Queue<SequenceBatch> _filled;
    private ExceptionDispatchInfo? _error;
    private bool _isComplete;

    /// <param name="ahead">Batches that can wait for the consumer, besides the one it uses.</param>
    public BatchQueue(int ahead)
    {
        _free = new Queue<SequenceBatch>(ahead + 1);
        _filled = new Queue<SequenceBatch>(ahead + 1);
        for (int i = 0; i <= ahead; i++)
            _free.Enqueue(new SequenceBatch());
    }

    /// <summary>Wakes the waiting threads, so that they see that their token was cancelled.</summary>
    public void Wake()
    {
        lock (_lock)
            Monitor.PulseAll(_lock);
    }

    /// <summary>Waits for a free batch, to be filled.</summary>
    public SequenceBatch TakeFree(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            while (_free.Count == 0)
                Wait(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return _free.Dequeue();
        }
    }

    public void AddFree(SequenceBatch batch) => Add(_free, batch);

    public void AddFilled(SequenceBatch batch) => Add(_filled, batch);

    /// <summary>Says that no more batches follow those in the queue, only an error where there is one.</summary>
    public void Complete(Exception? error)
    {
        lock (_lock)
        {
            _isComplete = true;
            _error = error is null ? null : ExceptionDispatchInfo.Capture(error);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits for a filled batch; null at the end.</summary>
    public SequenceBatch? TakeFilled(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            while (_filled.Count == 0 && !_isComplete)
                Wait(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (_filled.Count > 0)
                return _filled.Dequeue();
            _error?.Throw();
            return null;
        }
    }

    /// <summary>Makes ready for another epoch, once no thread works on this one.</summary>
    public void Reset()
    {
        while (_filled.TryDequeue(out var batch))
            _free.Enqueue(batch);
        _isComplete = false;
        _error = null;
    }

    private void Add(Queue<SequenceBatch> queue, SequenceBatch batch)
    {
        lock (_lock)
        {
            queue.Enqueue(batch);
            Monitor.PulseAll(_lock);
        }
    }

    private void Wait(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Monitor.Wait(_lock);
    }
}
