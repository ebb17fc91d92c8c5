using System.Diagnostics;

namespace MLSeqGraph.Cluster;

/// <summary>Says where a study stands: when that has changed, and once when nobody runs its trials.</summary>
/// <param name="study">The study.</param>
/// <param name="patience">How long nobody may run a trial before it is said.</param>
/// <param name="say">Where to say it.</param>
internal sealed class StudyNews(string study, TimeSpan patience, Action<string> say)
{
    private string _said = "";
    private long _since;
    private bool _isWaiting;

    internal void Take(StudyStatus status)
    {
        var now = FormattableString.Invariant($"{study}: {Counted(status.Ended, "trial")} ended, {status.Running} running")
            + (status.Best is { } best ? FormattableString.Invariant($", best {best:G4}") : "");
        if (now != _said)
        {
            (_said, _since, _isWaiting) = (now, Stopwatch.GetTimestamp(), false);
            say(now);
        }
        else if (status is { Running: 0, IsOver: false } && !_isWaiting && Stopwatch.GetElapsedTime(_since) >= patience)
        {
            _isWaiting = true;
            say($"{study}: no worker has taken a trial; they are waited for.");
        }
    }

    /// <summary>A number of things, of which one has no s: <c>1 trial</c>.</summary>
    internal static string Counted(int count, string what) => FormattableString.Invariant($"{count} {what}{(count == 1 ? "" : "s")}");
}
