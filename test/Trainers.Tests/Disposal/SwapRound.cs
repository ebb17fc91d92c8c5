namespace MLSeqGraph.Trainers.Tests;

/// <summary>Threads that predict with a model while it is swapped for another and disposed of, time and again.</summary>
internal sealed class SwapRound
{
    private readonly SwappedModel _kind;
    private readonly float[][] _expected;
    private (IDisposable Model, Func<float[][]> Predict) _current;
    private long _same, _refused;
    private volatile bool _isOver;

    private SwapRound(SwappedModel kind)
    {
        _kind = kind;
        _current = kind.Load();
        _expected = _current.Predict();
    }

    /// <summary>Predictions with the same bits as before, and calls that ended with <see cref="ObjectDisposedException"/>.</summary>
    internal sealed record Outcome(string Name, long Same, long Refused, int Swaps, IReadOnlyList<string> Wrong)
    {
        public override string ToString() => $"{Name}: {Same:N0} predictions the same, {Refused:N0} calls refused, {Swaps:N0} swaps, "
            + $"{Wrong.Count} wrong{string.Concat(Wrong.Take(3).Select(what => "\n  " + what))}";
    }

    /// <param name="kind">The model.</param>
    /// <param name="predictions">How many predictions have to come.</param>
    /// <param name="threads">How many threads ask.</param>
    internal static Outcome Run(SwappedModel kind, long predictions, int threads = 6) => new SwapRound(kind).Run(predictions, threads);

    private Outcome Run(long predictions, int threads)
    {
        List<string> wrong = [];
        Thread[] asking = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            while (!_isOver)
                if (Ask() is { } what)
                {
                    lock (wrong)
                        wrong.Add(what);
                    _isOver = true;
                }
        }))];
        foreach (var thread in asking)
            thread.Start();
        var swaps = 0;
        // as often as models are loaded, until enough was predicted and refused
        for (; !_isOver; swaps++)
        {
            var next = _kind.Load();
            var before = Interlocked.Read(ref _same);
            // the new one answers before it goes in its turn
            while (!_isOver && Interlocked.Read(ref _same) < before + _expected.Length)
                Thread.Yield();
            IDisposable old;
            lock (_kind)
                (old, _current) = (_current.Model, next);
            old.Dispose();
            _isOver |= Interlocked.Read(ref _same) >= predictions;
        }
        foreach (var thread in asking)
            thread.Join();
        _current.Model.Dispose();
        if (Refuse(_current.Predict) is { } late)
            wrong.Add(late);
        return new(_kind.Name, _same, _refused, swaps, wrong);
    }

    /// <returns>What was wrong.</returns>
    private string? Ask()
    {
        Func<float[][]> predict;
        lock (_kind)
            predict = _current.Predict;
        try
        {
            var found = predict();
            for (var row = 0; row < _expected.Length; row++)
                if (!found[row].AsSpan().SequenceEqual(_expected[row]))
                    return $"row {row}: [{string.Join(", ", found[row])}] for [{string.Join(", ", _expected[row])}]";
            Interlocked.Add(ref _same, found.Length);
            return null;
        }
        catch (Exception exception)
        {
            Interlocked.Increment(ref _refused);
            return IsRefusal(exception) ? null : exception.ToString();
        }
    }

    private static string? Refuse(Func<float[][]> predict)
    {
        try
        {
            predict();
            return "a model that was disposed of predicted";
        }
        catch (Exception exception)
        {
            return IsRefusal(exception) ? null : exception.ToString();
        }
    }

    // ML.NET wraps what a getter throws.
    private static bool IsRefusal(Exception? exception) =>
        exception is ObjectDisposedException || (exception is not null && IsRefusal(exception.InnerException));
}
