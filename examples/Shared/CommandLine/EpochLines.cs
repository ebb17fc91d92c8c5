using MLSeqGraph.Trainers;

namespace Examples;

/// <summary>Lines about the epochs of a training.</summary>
internal static class EpochLines
{
    /// <summary>Prints the first epoch, the last one planned, and every so many.</summary>
    /// <param name="every">How many.</param>
    internal static Action<EpochRecord> Every(int every) => epoch =>
    {
        if (epoch.Epoch == 1 || epoch.Epoch == epoch.PlannedEpochs || epoch.Epoch % every == 0)
            Console.WriteLine($"  {epoch}");
    };
}
