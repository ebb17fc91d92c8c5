using System.Diagnostics;
using Microsoft.ML;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments.Tests;

/// <summary>Trials whose process is killed are gone on with by another one, from their last epoch.</summary>
[TestClass]
public class ResumeTests
{
    internal const string FolderVariable = "MLSEQGRAPH_TEST_RESUME";
    private const int Epochs = 8;

    /// <summary>Two trials of a small network; every epoch takes at least some time.</summary>
    internal static Experiment Networks(string database, int milliseconds = 0, Counter? counter = null)
    {
        var ml = new MLContext(1);
        var preparation = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.Text.TokenizeIntoWords("Words", "Text"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words", maximumNumberOfKeys: 100));
        return ml.Experiment()
            .SetSearchSpace(space => space.Range("rate", 1e-3, 1e-2, logBase: true))
            .SetPipeline(preparation, trial => ml.Sequences().Classification(new()
            {
                Network = SequenceNetwork.Gru(8), EmbeddingSize = 8, Epochs = Epochs, LearningRate = trial.Get<float>("rate"),
                InputDropout = 0.1f, OnEpoch = _ => Thread.Sleep(milliseconds),
            }))
            .SetDataset(Questions.View(ml, 120), validationFraction: 0.2)
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss)
            .SetMonitor(counter ?? new()).SetMaxModelToExplore(2).SetStudy(database, "resumed");
    }

    /// <summary>What the process does that is killed.</summary>
    internal static void Work(string database) => Networks(database, 150).Run();

    [TestMethod]
    public void A_killed_process_s_trial_goes_on_from_its_last_epoch_to_the_same_end()
    {
        using var folder = new TemporaryFolder();
        AfterKill(folder, folder.File("killed.db"));
        Assert.IsFalse(Directory.Exists(folder.File("killed.db.checkpoints")), "checkpoints are left behind");
    }

    internal static void AfterKill(TemporaryFolder folder, string database)
    {
        var whole = Networks(folder.File("whole.db")).Run();
        using (var process = Start(database))
        {
            var reached = SpinWait.SpinUntil(() => process.HasExited || Reached(database) >= 3, TimeSpan.FromSeconds(90));
            process.Kill();
            process.WaitForExit();
            Assert.IsTrue(reached, process.StandardError.ReadToEnd());
        }
        var before = Reached(database, isThere: true);
        Assert.IsTrue(before is >= 3 and < Epochs, $"killed after epoch {before}");
        var counter = new Counter();
        var resumed = Networks(database, 0, counter).Run();
        Assert.IsTrue(counter.Epochs[0] <= Epochs - before + 1 && counter.Epochs[0] >= Epochs - before - 1,
            $"{counter.Epochs[0]} epochs after {before}");
        CollectionAssert.AreEqual(StudyTests.Parameters(whole.Trials), StudyTests.Parameters(resumed.Trials));
        Assert.AreEqual((Epochs, 2), (resumed.Trials[0].Epochs, resumed.Trials[0].Attempts));
        using Study one = Study.Open(folder.File("whole.db"), "resumed"), other = Study.Open(database, "resumed");
        foreach (var trial in (int[])[0, 1])
            CollectionAssert.AreEqual(one.Reports(trial).OrderBy(epoch => epoch.Key).ToArray(),
                other.Reports(trial).OrderBy(epoch => epoch.Key).ToArray());
    }

    [TestMethod]
    public void A_canceled_trial_goes_on_and_without_checkpoints_begins_anew()
    {
        using var folder = new TemporaryFolder();
        foreach (var keeps in (bool[])[true, false])
        {
            var database = folder.File($"{keeps}.db");
            using var cancel = new CancellationTokenSource();
            var first = new Counter { OnEpoch = epoch => { if (epoch == 4) cancel.Cancel(); } };
            Assert.Throws<OperationCanceledException>(() => Networks(database, 0, first).SetCheckpoints(keeps).Run(cancel.Token));
            var second = new Counter();
            Networks(database, 0, second).SetCheckpoints(keeps).Run();
            Assert.AreEqual(keeps ? Epochs - 4 : Epochs, second.Epochs[0]);
        }
    }

    [TestMethod]
    public void A_function_finds_what_it_wrote()
    {
        using var folder = new TemporaryFolder();
        using var cancel = new CancellationTokenSource();
        var began = new List<int>();
        Experiment Counting() => StudyTests.Quick(folder.File("study.db"), 1, trial =>
        {
            var file = Path.Combine(trial.CheckpointFolder!, "epoch");
            var epoch = File.Exists(file) ? int.Parse(File.ReadAllText(file)) : 0;
            began.Add(epoch);
            while (++epoch <= 6)
            {
                File.WriteAllText(file, $"{epoch}");
                if (epoch == 3 && began.Count == 1)
                    cancel.Cancel();
                trial.Report(epoch, 10 - epoch);
            }
            return 1;
        });
        Assert.Throws<OperationCanceledException>(() => Counting().Run(cancel.Token));
        Assert.AreEqual(6, Counting().Run().Trials[0].Epochs + (began[1] == 3 ? 1 : 0), "epoch 3 was written and not reported");
        CollectionAssert.AreEqual(new[] { 0, 3 }, began);
        Assert.Contains("is a file; expected a folder for checkpoints",
            Assert.Throws<ArgumentException>(() => Counting().SetCheckpoints(folder: folder.File("study.db"))).Message);
    }

    private static int Reached(string database, bool isThere = false)
    {
        try
        {
            using var study = Study.Open(database, "resumed");
            return study.Reports(0).Count;
        }
        catch (StudyException) when (!isThere)
        {
            return 0;
        }
    }

    private static Process Start(string database)
    {
        var assembly = typeof(ResumeTests).Assembly.Location;
        return Process.Start(new ProcessStartInfo("dotnet", ["exec", assembly])
        {
            Environment = { ["DOTNET_STARTUP_HOOKS"] = assembly, [FolderVariable] = database },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>Counts the epochs that trials report.</summary>
    internal sealed class Counter : IMonitor
    {
        internal Dictionary<int, int> Epochs { get; } = [];

        internal Action<int>? OnEpoch { get; init; }

        public void ReportEpoch(Trial trial, int epoch, double value)
        {
            Epochs[trial.TrialId] = Epochs.GetValueOrDefault(trial.TrialId) + 1;
            OnEpoch?.Invoke(epoch);
        }
    }
}
