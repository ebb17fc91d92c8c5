using System.Diagnostics;

namespace MLSeqGraph.Trainers;

/// <summary>Where an epoch's time goes: waiting for a batch, handing it over, the step, in turn.</summary>
internal sealed class EpochClock
{
    private long _last = Stopwatch.GetTimestamp(), _waiting, _feeding, _step;

    internal double WaitingSeconds => Seconds(_waiting);

    internal double FeedingSeconds => Seconds(_feeding);

    internal double StepSeconds => Seconds(_step);

    /// <summary>The last part that was measured.</summary>
    internal double LastSeconds { get; private set; }

    internal void Waited() => Add(ref _waiting);

    internal void Fed() => Add(ref _feeding);

    internal void Stepped() => Add(ref _step);

    private void Add(ref long time)
    {
        var now = Stopwatch.GetTimestamp();
        time += now - _last;
        LastSeconds = Seconds(now - _last);
        _last = now;
    }

    private static double Seconds(long time) => (double)time / Stopwatch.Frequency;
}
