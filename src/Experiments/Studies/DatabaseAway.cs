using System.Diagnostics;

namespace MLSeqGraph.Experiments;

/// <summary>How long a database has been waited for, which is said once after a while.</summary>
internal sealed class DatabaseAway : IDisposable
{
    // After how long it is said.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Timer? _timer;
    private volatile bool _isAway;
    private volatile string _reason = "";
    private int _said;

    /// <param name="watch">Who is told; null for nobody.</param>
    /// <param name="name">The database.</param>
    /// <param name="patience">How long it is tried.</param>
    internal DatabaseAway(DatabaseWatch? watch, string name, TimeSpan patience) => _timer = watch is null ? null : new(_ =>
    {
        if (_isAway && Interlocked.Exchange(ref _said, 1) == 0)
            watch.Say($"The {name} of studies doesn't answer{_reason}. It is tried for {patience.TotalSeconds:0} s.");
    }, null, Quiet, Quiet);

    internal TimeSpan Time => Stopwatch.GetElapsedTime(_start);

    /// <summary>For how long it was tried, as part of an error; empty for a short time.</summary>
    internal string Tried => Time > Quiet ? FormattableString.Invariant($", tried for {Time.TotalSeconds:0} s") : "";

    /// <summary>It doesn't answer.</summary>
    internal void Begin(string? reason = null)
    {
        _isAway = true;
        if (reason is not null)
            _reason = $": {reason.TrimEnd('.')}";
    }

    /// <summary>It answers.</summary>
    internal void End() => _isAway = false;

    public void Dispose() => _timer?.Dispose();
}
