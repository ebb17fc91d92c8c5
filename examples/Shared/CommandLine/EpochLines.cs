using System.Diagnostics;
using MLSeqGraph.Trainers;

namespace Examples;

/// <summary>Lines about the epochs of a training.</summary>
internal static class EpochLines
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(5);

    /// <summary>Prints the first epoch, the last one planned, every so many, and any after some seconds without a line.</summary>
    /// <param name="every">How many.</param>
    internal static Action<EpochRecord> Every(int every)
    {
        var last = Stopwatch.GetTimestamp();
        return epoch =>
        {
            if (epoch.Epoch != 1 && epoch.Epoch != epoch.PlannedEpochs && epoch.Epoch % every != 0
                && Stopwatch.GetElapsedTime(last) < LongestSilence)
                return;
            last = Stopwatch.GetTimestamp();
            Console.WriteLine($"  {epoch}");
        };
    }
}
