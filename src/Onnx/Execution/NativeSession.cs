using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>
/// ONNX Runtime's session. It is freed once it is disposed of and every use of it has ended: freeing it during a run or under a binding
/// would crash the process. It tells the garbage collector its size, so that sessions that are never disposed of are freed in time.
/// </summary>
internal sealed class NativeSession : IDisposable
{
    // Roughly a thread's stack and its share of the allocator: the memory of a session beside its weights.
    private const long BytesPerThread = 1 << 20;

    // With more sessions than this a new one waits for finalizers, which stop threads more slowly than new sessions start them.
    private const int MostPending = 64;

    private static int _alive;
    private readonly long _weight;
    private readonly object _lock = new();
    private int _uses = 1; // the owner's own
    private bool _isDisposed, _weighs;

    /// <param name="inference">The session.</param>
    /// <param name="modelBytes">Size of the model; the weights are in memory twice, as loaded and rearranged for products.</param>
    /// <param name="threads">Threads of the session; 0 for one per core.</param>
    internal NativeSession(InferenceSession inference, long modelBytes, int threads)
    {
        Inference = inference;
        _weight = 2 * modelBytes + (threads == 0 ? Environment.ProcessorCount : threads) * BytesPerThread;
        GC.AddMemoryPressure(_weight);
        _weighs = true;
        if (Interlocked.Increment(ref _alive) > MostPending)
            GC.WaitForPendingFinalizers();
    }

    /// <summary>The session itself is freed by its own finalizer.</summary>
    ~NativeSession() => Unweigh();

    internal InferenceSession Inference { get; }

    /// <summary>Number of uses that have not ended, including the owner's.</summary>
    internal int Uses => Volatile.Read(ref _uses);

    /// <summary>Keeps the session until <see cref="Leave"/>.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    internal void Enter() => ObjectDisposedException.ThrowIf(!TryEnter(), typeof(OnnxSession));

    /// <summary>Keeps the session until <see cref="Leave"/>, unless it was disposed of.</summary>
    internal bool TryEnter()
    {
        lock (_lock)
        {
            if (!_isDisposed)
                _uses++;
            return !_isDisposed;
        }
    }

    /// <summary>Ends a use; the last one after disposal frees the session.</summary>
    internal void Leave()
    {
        lock (_lock)
            if (--_uses > 0)
                return;
        Inference.Dispose();
        Unweigh();
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets no more uses begin.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }
        Leave();
    }

    private void Unweigh()
    {
        if (!_weighs)
            return;
        _weighs = false;
        GC.RemoveMemoryPressure(_weight);
        Interlocked.Decrement(ref _alive);
    }
}
