using System.Diagnostics;
using Microsoft.ML;

namespace MLSeqGraph.Experiments.Tests;

[TestClass]
public class RunTests
{
    private static Experiment Trying(Func<Trial, double> function, int trials = 10) => new MLContext().Experiment()
        .SetSearchSpace(space => space.Range("a", 0.0, 1.0)).SetTrialFunction(function).SetMaxModelToExplore(trials);

    [TestMethod]
    public void The_first_trial_is_that_of_the_defaults() =>
        Assert.AreEqual(0.5, Trying(trial => trial.Get<double>("a")).Run().Trials[0].Parameters["a"]);

    [TestMethod]
    public void An_empty_space_and_what_is_missing_are_errors()
    {
        static void Throws(Experiment experiment, string part) =>
            Assert.Contains(part, Assert.Throws<ArgumentException>(() => experiment.Run()).Message);
        Experiment New() => new MLContext().Experiment();
        Throws(New().SetTrialFunction(_ => 1).SetMaxModelToExplore(1), "The search space is empty");
        Throws(New().SetSearchSpace(space => space.Range("a", 0, 1)), "nothing to try");
        Throws(New().SetSearchSpace(space => space.Range("a", 0, 1)).SetTrialFunction(_ => 1), "no end");
        Throws(New().SetSearchSpace(space => space.Range("a", 0, 1)).SetMaxModelToExplore(1).SetPipeline(trial =>
            trial.ML.Transforms.CopyColumns("a", "b")), "no rows");
        Assert.Throws<ArgumentOutOfRangeException>(() => New().SetMaxModelToExplore(0));
    }

    private sealed record Named(string Name, float Number);

    [TestMethod]
    public void Rows_with_other_keys_are_refused()
    {
        var ml = new MLContext(1);
        IDataView View(params string[] names) => ml.Data.LoadFromEnumerable(names.Select(name => new Named(name, 1)));
        IDataView train = View("a", "b"), validation = View("b", "a");
        var keys = ml.Transforms.Conversion.MapValueToKey("Label", "Name");
        Assert.Contains("Column 'Label' has other keys in the validation rows", Assert.Throws<ArgumentException>(() =>
            ml.Experiment().SetDataset(keys.Fit(train).Transform(train), keys.Fit(validation).Transform(validation))).Message);
        var fitted = keys.Fit(train);
        ml.Experiment().SetDataset(fitted.Transform(train), fitted.Transform(validation));
    }

    [TestMethod]
    public void Ensembles_of_true_and_false_are_refused()
    {
        var ml = new MLContext(1);
        var rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new { Label = i % 2 == 0, Number = (float)(i % 2) }));
        var result = ml.Experiment().SetSearchSpace(space => space.Range("rate", 0.1, 0.2)).SetDataset(rows, rows)
            .SetPipeline(_ => ml.Transforms.Concatenate("Features", "Number")
                .Append(ml.BinaryClassification.Trainers.SdcaLogisticRegression()))
            .SetBinaryClassificationMetric(BinaryClassificationMetric.Accuracy).SetMaxModelToExplore(2).Run();
        using var ensemble = result.Ensemble(2);
        Assert.Contains("'PredictedLabel' is Boolean", Assert.Throws<NotSupportedException>(() => ensemble.Transform(rows)).Message);
    }

    [TestMethod]
    public void Small_metrics_are_told_apart_and_no_time_is_too_long()
    {
        var result = Trying(_ => 1.25e-9, 1).SetTrainingTimeInSeconds(uint.MaxValue).Run();
        Assert.Contains("Completed  1.25E-09", result.Trials[0].ToString());
    }

    [TestMethod]
    public void A_metric_that_is_no_number_is_a_failed_trial()
    {
        var result = Trying(trial => trial.TrialId == 3 ? double.NaN : 1).Run();
        Assert.AreEqual((TrialState.Failed, "value is NaN"), (result.Trials[3].State, result.Trials[3].Reason));
        Assert.HasCount(9, result.Leaderboard);
        Assert.IsTrue(Trying(trial => trial.TrialId == 1 && trial.Report(double.NaN) ? 1 : 2).Run().Trials[1].Reason!
            .Contains("Epoch 1 reported NaN", StringComparison.Ordinal));
    }

    [TestMethod]
    public void All_trials_failed_is_an_error_with_the_first_reason() => Assert.Contains(
        "None of 10 trials was completed: 10 failed, 0 were pruned, 0 were not ended. The first reason: InvalidDataException: no such file",
        Assert.Throws<ExperimentException>(() => Trying(_ => throw new InvalidDataException("no such file")).Run()).Message);

    [TestMethod]
    public void Canceled_it_hands_over_the_best_so_far()
    {
        using var cancel = new CancellationTokenSource();
        var result = Trying(trial =>
        {
            if (trial.TrialId < 4)
                return trial.Get<double>("a");
            cancel.Cancel();
            trial.CancellationToken.ThrowIfCancellationRequested();
            return 0;
        }).Run(cancel.Token);
        Assert.IsTrue(result.IsCanceled);
        Assert.HasCount(4, result.Leaderboard);
        Assert.AreEqual(TrialState.Waiting, result.Trials[4].State);
        using var before = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Trying(_ =>
        {
            before.Cancel();
            throw new OperationCanceledException();
        }).Run(before.Token));
    }

    [TestMethod]
    public void Time_ends_it_and_the_trial_that_runs()
    {
        var clock = Stopwatch.StartNew();
        var result = new MLContext().Experiment().SetSearchSpace(space => space.Range("a", 0.0, 1.0)).SetTrainingTimeInSeconds(1)
            .SetTrialFunction(trial =>
            {
                trial.StopToken.WaitHandle.WaitOne(trial.TrialId < 2 ? 10 : 60_000);
                return trial.TrialId;
            }).Run();
        Assert.IsTrue(clock.Elapsed.TotalSeconds is > 0.8 and < 20);
        Assert.AreEqual((3, "ended early: the budget was used up"), (result.Trials.Count, result.Trials[2].Reason));
    }

    [TestMethod]
    public void A_trial_given_back_takes_no_other_with_it()
    {
        using var ended = new CountdownEvent(1);
        var result = new MLContext().Experiment().SetSearchSpace(space => space.Range("a", 0.0, 1.0)).SetTrainingTimeInSeconds(1)
            .SetParallelTrials(2).SetTrialFunction(trial =>
            {
                trial.StopToken.WaitHandle.WaitOne(60_000);
                if (trial.TrialId == 0)
                {
                    ended.Signal();
                    throw new OperationCanceledException();
                }
                ended.Wait();
                Thread.Sleep(200);
                return 1;
            }).Run();
        Assert.AreEqual((TrialState.Waiting, TrialState.Completed), (result.Trials[0].State, result.Trials[1].State));
    }

    [TestMethod]
    public void Epochs_of_all_trials_together_end_it()
    {
        var result = new MLContext().Experiment().SetSearchSpace(space => space.Range("a", 0.0, 1.0)).SetMaxEpochs(25)
            .SetTrialFunction(trial =>
            {
                for (var epoch = 0; epoch < 10 && trial.Report(1); epoch++)
                {
                }
                return 1;
            }).Run();
        Assert.AreEqual(25, result.Trials.Sum(trial => trial.Epochs));
    }

    [TestMethod]
    public void Several_trials_run_at_a_time_each_once()
    {
        int running = 0, most = 0;
        var result = Trying(trial =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            Thread.Sleep(30);
            Interlocked.Decrement(ref running);
            return trial.Get<double>("a");
        }, 24).SetParallelTrials(4).SetTuner(new RandomTuner()).Run();
        Assert.AreEqual(24, result.Leaderboard.Count);
        Assert.IsTrue(most is > 1 and <= 4, $"{most} at a time");
        CollectionAssert.AreEqual(Trying(trial => trial.Get<double>("a"), 24).SetTuner(new RandomTuner()).Run().Trials
            .Select(trial => trial.Parameters["a"]).ToArray(), result.Trials.Select(trial => trial.Parameters["a"]).ToArray());
    }

    [TestMethod]
    public void Memory_beyond_the_budget_fails_the_trial() => Assert.Contains("MB of memory, of 1", Assert.Throws<ExperimentException>(
        () => Trying(trial =>
        {
            trial.CancellationToken.WaitHandle.WaitOne(60_000);
            trial.CancellationToken.ThrowIfCancellationRequested();
            return 1;
        }, 1).SetMaximumMemoryUsageInMegaByte(1).Run()).Message);

    [TestMethod]
    public void A_trial_costs_little_beside_its_function()
    {
        Trying(_ => 1, 3).Run();
        using var folder = new TemporaryFolder();
        var clock = Stopwatch.StartNew();
        Trying(_ => 1, 50).SetTuner(new TpeTuner()).SetStudy(folder.File("study.db")).Run();
        Assert.IsLessThan(50, clock.Elapsed.TotalMilliseconds / 50);
    }

    [TestMethod]
    public void Monitors_hear_of_everything_one_at_a_time()
    {
        var monitor = new Log();
        Trying(trial => trial.TrialId == 1 ? throw new IOException("x") : trial.Report(trial.TrialId) ? -trial.TrialId : 0, 3)
            .SetMonitor(monitor).Run();
        CollectionAssert.AreEqual(new[] { "begin 0", "epoch 0 1 0", "end 0", "best 0", "begin 1", "fail 1", "begin 2", "epoch 2 1 2",
            "end 2", "best 2" }, monitor.Lines);
    }

    [TestMethod]
    public void The_dimension_that_matters_is_found()
    {
        var result = new MLContext().Experiment().SetTuner(new RandomTuner()).SetMaxModelToExplore(80)
            .SetSearchSpace(space => space.Range("much", 0.0, 1.0).Range("little", 0.0, 1.0).Choice("nothing", "a", "b"))
            .SetTrialFunction(trial => 1e-12 * (10 * trial.Get<double>("much") + trial.Get<double>("little"))).Run();
        var importance = result.Importance();
        Assert.AreEqual("much", importance.First().Key);
        Assert.IsTrue(importance["much"] > 0.8 && importance["nothing"] < 0.05 && importance.Values.Sum() <= 1.0001,
            string.Join(", ", importance));
        Assert.Contains("expected at least 4",
            Assert.Throws<InvalidOperationException>(() => Trying(_ => 1, 2).Run().Importance()).Message);
        Assert.Contains("there is no model", Assert.Throws<InvalidOperationException>(() => result.Model).Message);
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var seen = most; now > seen; seen = most)
            Interlocked.CompareExchange(ref most, now, seen);
    }

    private sealed class Log : IMonitor
    {
        internal List<string> Lines { get; } = [];

        public void ReportRunningTrial(Trial trial) => Lines.Add($"begin {trial.TrialId}");

        public void ReportEpoch(Trial trial, int epoch, double value) => Lines.Add($"epoch {trial.TrialId} {epoch} {value}");

        public void ReportCompletedTrial(TrialResult result) => Lines.Add($"end {result.TrialId}");

        public void ReportBestTrial(TrialResult result) => Lines.Add($"best {result.TrialId}");

        public void ReportFailTrial(TrialResult result) => Lines.Add($"fail {result.TrialId}");
    }

    [TestMethod]
    public void The_leaderboard_says_what_was_pruned_and_what_failed()
    {
        var result = new MLContext(1).Experiment().SetSearchSpace(space => space.Range("x", 0.0, 1.0)).SetTrialFunction(trial =>
            trial.TrialId switch
            {
                1 => throw new InvalidDataException("no such row"),
                3 or 4 => throw new TrialPrunedException(1), _ => trial.Get<double>("x"),
            }).SetMaxModelToExplore(6).Run();
        Assert.HasCount(3, result.Leaderboard);
        Assert.EndsWith("\nand 2 pruned (trial 3, 4), 1 failed (trial 1)", result.ToString());
    }

    [TestMethod]
    public void A_portfolio_has_the_epochs_that_are_asked_for()
    {
        var portfolio = Portfolio.ForText(PortfolioTask.Classification, PortfolioPreset.Quick).Only("lstm", "bag").WithEpochs(2);
        Assert.AreEqual((2, "lstm bag"), (portfolio.Epochs, string.Join(' ', portfolio.Models)));
        var ml = new MLContext(1);
        var result = ml.Experiment().SetPortfolio(portfolio).SetDataset(Questions.View(ml, 60), 0.2).SetMaxModelToExplore(1).Run();
        Assert.AreEqual(2, result.BestTrial.Epochs);
        Assert.Contains("Epochs = 2,", portfolio.Code(result.BestTrial.Parameters));
        Assert.Throws<ArgumentOutOfRangeException>(() => portfolio.WithEpochs(0));
    }
}
