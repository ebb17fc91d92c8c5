using System.Diagnostics;

namespace MLSeqGraph.Experiments.Tests;

/// <summary>Processes that work on a study are killed at random times.</summary>
[TestClass]
public class KillTests
{
    internal const string FolderVariable = "MLSEQGRAPH_TEST_STUDY";
    private const int Trials = 100, Kills = 20;

    /// <summary>What the processes do: a trial takes some milliseconds and leaves a line in a file.</summary>
    internal static void Work(string database) => StudyTests.Quick(database, Trials, trial =>
    {
        Thread.Sleep(15);
        return StudyTests.Bowl(trial);
    }).Run();

    [TestMethod]
    public void After_twenty_kills_every_trial_is_there_once_with_the_same_best()
    {
        using var folder = new TemporaryFolder();
        AfterKills(folder.File("study.db"));
    }

    /// <param name="database">Where the study is.</param>
    /// <param name="least">The least milliseconds of a process, so that some reach a trial.</param>
    internal static void AfterKills(string database, int least = 350)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        least = Math.Max(least, MillisecondsToFirstTrial(database));
        for (var kills = 1; kills < Kills; kills++)
        {
            using var process = Start(database);
            // Wherever it is: starting, proposing, in a trial, writing.
            Assert.IsFalse(process.WaitForExit(TimeSpan.FromMilliseconds(least + random.Next(500))) && process.ExitCode is not (0 or 2),
                process.HasExited ? process.StandardError.ReadToEnd() : "");
            process.Kill();
            process.WaitForExit();
        }
        // The last one ends by itself, in this process.
        Work(database);
        var whole = StudyTests.Quick(folder.File("whole.db"), Trials).Run();
        using var study = Study.Open(database, "bowl");
        var trials = study.Trials;
        CollectionAssert.AreEqual(StudyTests.Parameters(whole.Trials), StudyTests.Parameters(trials));
        Assert.IsTrue(trials.All(trial => trial.State == TrialState.Completed));
        Assert.AreEqual(whole.BestTrial.TrialId, study.Best!.TrialId);
        Console.WriteLine($"{trials.Sum(trial => trial.Attempts) - Trials} trials were interrupted");
        Assert.IsTrue(trials.Any(trial => trial.Attempts > 1), "no kill hit a trial");
    }

    // How long a process takes until it has begun a trial, on a machine that may be busy; it is killed then.
    private static int MillisecondsToFirstTrial(string database)
    {
        var clock = Stopwatch.StartNew();
        using var process = Start(database);
        while (!HasTrial() && clock.Elapsed < TimeSpan.FromMinutes(1))
            Assert.IsFalse(process.WaitForExit(20), process.HasExited ? process.StandardError.ReadToEnd() : "");
        var taken = (int)clock.ElapsedMilliseconds;
        process.Kill();
        process.WaitForExit();
        return taken;

        bool HasTrial()
        {
            try
            {
                using var study = Study.Open(database, "bowl");
                return study.Trials.Count > 0;
            }
            catch (StudyException)
            {
                // There is no study yet, or it is being made.
                return false;
            }
        }
    }

    private static Process Start(string database)
    {
        var assembly = typeof(KillTests).Assembly.Location;
        return Process.Start(new ProcessStartInfo("dotnet", ["exec", assembly])
        {
            Environment = { ["DOTNET_STARTUP_HOOKS"] = assembly, [FolderVariable] = database, ["DOTNET_TieredPGO"] = "0" },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
    }
}
