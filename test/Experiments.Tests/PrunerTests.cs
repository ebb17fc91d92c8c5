using Microsoft.ML;

namespace MLSeqGraph.Experiments.Tests;

[TestClass]
public class PrunerTests
{
    // After epoch e a trial of quality q has q + 1/e; more of q is worse.
    private static Experiment Learning(Pruner pruner, int trials = 30) => new MLContext().Experiment()
        .SetSearchSpace(space => space.Range("quality", 0.0, 1.0)).SetTuner(new RandomTuner()).SetMaxModelToExplore(trials)
        .SetPruner(pruner)
        .SetTrialFunction(trial =>
        {
            var value = 0.0;
            for (var epoch = 1; epoch <= 9; epoch++)
                if (!trial.Report(value = trial.Get<double>("quality") + 1.0 / epoch))
                    break;
            return value;
        });

    [TestMethod]
    public void The_median_ends_the_worse_half()
    {
        var result = Learning(new MedianPruner { StartupTrials = 5 }).Run();
        var pruned = result.Trials.Where(trial => trial.State == TrialState.Pruned).ToArray();
        Assert.IsTrue(pruned.Length is >= 8 and <= 24, $"{pruned.Length}");
        Assert.IsTrue(pruned.All(trial => trial.TrialId >= 5 && trial.Reason == $"pruned after epoch {trial.Epochs}"));
        Assert.AreEqual(result.Trials.Min(trial => (double)trial.Parameters["quality"]), result.BestTrial.Parameters["quality"]);
    }

    [TestMethod]
    public void Options_out_of_range_are_refused_before_a_trial()
    {
        void Throws(Action act, string part) => Assert.Contains(part, Assert.Throws<ArgumentException>(act).Message);
        var experiment = new MLContext().Experiment();
        Throws(() => experiment.SetPruner(new SuccessiveHalvingPruner { ReductionFactor = 1 }), "ReductionFactor is 1; expected");
        Throws(() => experiment.SetPruner(new SuccessiveHalvingPruner { MinimumEpochs = 0 }), "MinimumEpochs is 0; expected at least 1");
        Throws(() => experiment.SetPruner(new HyperbandPruner { ReductionFactor = 1 }), "ReductionFactor is 1");
        Throws(() => experiment.SetPruner(new HyperbandPruner { MaximumEpochs = 0 }), "MaximumEpochs is 0; expected at least 1");
        Throws(() => experiment.SetPruner(new PatiencePruner { MinimumDelta = double.NaN }), "MinimumDelta is NaN; expected at least 0");
        Throws(() => experiment.SetPruner(new MedianPruner { StartupTrials = 0 }), "StartupTrials is 0");
        Throws(() => experiment.SetTuner(new TpeTuner { Candidates = 0 }), "Candidates is 0; expected at least 1");
        Throws(() => experiment.SetTuner(new GaussianProcessTuner { Candidates = 0 }), "Candidates is 0");
        Throws(() => experiment.SetTuner(new EvolutionaryTuner { Tournament = 0 }), "Tournament is 0");
    }

    [TestMethod]
    public void Warm_up_lets_epochs_pass() => Assert.IsTrue(Learning(new MedianPruner { WarmupEpochs = 4 }).Run().Trials
        .Where(trial => trial.State == TrialState.Pruned).All(trial => trial.Epochs >= 5));

    [TestMethod]
    public void Halving_ends_trials_at_its_rungs_alone_and_keeps_the_best()
    {
        var result = Learning(new SuccessiveHalvingPruner()).Run();
        Assert.IsTrue(result.Trials.Where(trial => trial.State == TrialState.Pruned).All(trial => trial.Epochs is 1 or 3 or 9));
        Assert.IsLessThan(15, result.Leaderboard.Count);
        Assert.AreEqual(result.Trials.Min(trial => (double)trial.Parameters["quality"]), result.BestTrial.Parameters["quality"]);
        Assert.IsLessThan(0.6, result.Trials.Sum(trial => trial.Epochs) / (30.0 * 9));
    }

    [TestMethod]
    public void Brackets_of_hyperband_begin_at_different_epochs()
    {
        var pruned = Learning(new HyperbandPruner { MaximumEpochs = 9 }, 60).Run().Trials.Where(trial => trial.State == TrialState.Pruned)
            .ToArray();
        Assert.IsTrue(pruned.All(trial => trial.Epochs >= Math.Pow(3, trial.TrialId % 3)));
        Assert.IsTrue(pruned.Any(trial => trial.TrialId % 3 == 0 && trial.Epochs == 1));
    }

    [TestMethod]
    public void Patience_ends_a_trial_with_what_it_reached()
    {
        var result = new MLContext().Experiment().SetSearchSpace(space => space.Range("a", 0.0, 1.0)).SetMaxModelToExplore(2)
            .SetPruner(new PatiencePruner { Epochs = 3 }).SetTrialFunction(trial =>
            {
                var epoch = 0;
                while (trial.Report(Math.Abs(4 - ++epoch)))
                {
                }
                return epoch;
            }).Run();
        Assert.IsTrue(result.Trials.All(trial => trial is { State: TrialState.Completed, Metric: 7, Epochs: 7, BestEpoch: 4 }));
    }

    [TestMethod]
    public void What_is_to_be_maximized_is_pruned_from_below()
    {
        var result = new MLContext().Experiment().SetSearchSpace(space => space.Range("a", 0.0, 1.0)).SetTuner(new RandomTuner())
            .SetMaxModelToExplore(20).SetPruner(new MedianPruner()).SetTrialFunction(trial =>
            {
                trial.Report(trial.Get<double>("a"));
                return trial.Get<double>("a");
            }, "accuracy", isMaximize: true).Run();
        Assert.AreEqual(result.Trials.Max(trial => (double)trial.Parameters["a"]), result.BestTrial.Metric);
        Assert.IsTrue(result.Trials.Any(trial => trial.State == TrialState.Pruned));
    }

    private sealed record All : Pruner
    {
        public override PruneDecision Decide(PrunerContext context) => PruneDecision.Prune;
    }

    [TestMethod]
    public void All_trials_pruned_is_an_error_that_says_so()
    {
        var error = Assert.Throws<ExperimentException>(() => Learning(new All(), 4).Run());
        Assert.Contains("None of 4 trials was completed: 0 failed, 4 were pruned", error.Message);
        Assert.Contains("a pruner that lets more trials go on", error.Message);
        Assert.HasCount(4, error.Trials);
    }
}
