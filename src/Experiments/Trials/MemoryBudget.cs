using System.Globalization;

namespace MLSeqGraph.Experiments;

/// <summary>Cancels the youngest trial while the process takes more memory than it may.</summary>
internal sealed class MemoryBudget : IDisposable
{
    private readonly List<Watched> _running = [];
    private readonly Timer? _timer;

    internal MemoryBudget(double? megabytes)
    {
        if (megabytes is { } most)
            _timer = new(_ => Check(most), null, 100, 100);
    }

    internal Watched Begin(CancellationTokenSource cancel)
    {
        var watched = new Watched(cancel);
        lock (_running)
            _running.Add(watched);
        return watched;
    }

    internal void End(Watched watched)
    {
        lock (_running)
            _running.Remove(watched);
    }

    public void Dispose() => _timer?.Dispose();

    private void Check(double most)
    {
        var now = Environment.WorkingSet / 1048576.0;
        if (now <= most)
            return;
        lock (_running)
            if (_running.LastOrDefault(one => one.Exceeded is null) is { } youngest)
            {
                youngest.Exceeded = string.Create(CultureInfo.InvariantCulture, $"the process took {now:0} MB of memory, of {most:0}");
                youngest.Cancel.Cancel();
            }
    }

    internal sealed record Watched(CancellationTokenSource Cancel)
    {
        internal string? Exceeded { get; set; }
    }
}
