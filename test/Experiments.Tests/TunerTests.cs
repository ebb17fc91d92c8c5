namespace MLSeqGraph.Experiments.Tests;

[TestClass]
public class TunerTests
{
    private static readonly SearchSpace Space = new SearchSpace().Range("x", -5.0, 5.0).Range("y", -5.0, 5.0)
        .Choice("kind", "bad", "good", "worse");

    public static IEnumerable<Tuner> Tuners =>
        [new RandomTuner(), new QuasiRandomTuner(), new TpeTuner(), new GaussianProcessTuner(), new EvolutionaryTuner()];

    private static double Bowl(Trial trial)
    {
        double x = trial.Get<double>("x") - 2, y = trial.Get<double>("y") + 1;
        return x * x + y * y + trial.Get<string>("kind") switch { "good" => 0, "bad" => 5, _ => 10 };
    }

    private static ExperimentResult Run(Tuner tuner, int trials, int seed = 0, Func<Trial, double>? function = null) =>
        new Microsoft.ML.MLContext().Experiment().SetSearchSpace(Space).SetTrialFunction(function ?? Bowl).SetTuner(tuner)
            .SetMaxModelToExplore(trials).SetSeed(seed).SetTryDefaults(false).Run();

    [TestMethod]
    [DynamicData(nameof(Tuners))]
    public void The_same_seed_gives_the_same_trials_and_another_others(Tuner tuner)
    {
        string[] Trials(int seed) => [.. Run(tuner, 24, seed).Trials.Select(trial => TrialParameters.ToJson(trial.Parameters))];
        CollectionAssert.AreEqual(Trials(3), Trials(3));
        CollectionAssert.AreNotEqual(Trials(3), Trials(4));
    }

    [TestMethod]
    [DynamicData(nameof(Tuners))]
    public void Values_are_within_the_space_and_differ(Tuner tuner)
    {
        var trials = Run(tuner, 40).Trials;
        Assert.IsTrue(trials.All(trial => Space.MappingToFeatureSpace(trial.Parameters) is not null));
        Assert.AreEqual(40, trials.Select(trial => TrialParameters.ToJson(trial.Parameters)).Distinct().Count());
    }

    [TestMethod]
    [DataRow(typeof(TpeTuner))]
    [DataRow(typeof(GaussianProcessTuner))]
    [DataRow(typeof(EvolutionaryTuner))]
    public void What_learns_is_better_than_chance(Type type)
    {
        var tuner = (Tuner)Activator.CreateInstance(type)!;
        double Mean(Tuner one) => Enumerable.Range(0, 4).Average(seed => Math.Log(Run(one, 60, seed).BestTrial.Metric!.Value));
        Assert.IsLessThan(Mean(new RandomTuner()), Mean(tuner));
    }

    [TestMethod]
    public void Quasi_random_points_leave_no_quarter_out()
    {
        var counts = new int[16];
        for (var i = 0; i < 64; i++)
        {
            var point = new QuasiRandomTuner().Propose(new(Space, i, [], new(0), 7));
            counts[(int)(point[0] * 4) * 4 + (int)(point[1] * 4)]++;
        }
        Assert.IsTrue(counts.All(count => count is >= 2 and <= 7), string.Join(' ', counts));
        Assert.AreNotEqual(0, new QuasiRandomTuner().Propose(new(Space, 0, [], new(0), 7))[0]);
    }

    [TestMethod]
    [DataRow(typeof(TpeTuner))]
    [DataRow(typeof(GaussianProcessTuner))]
    [DataRow(typeof(EvolutionaryTuner))]
    public void A_choice_that_always_fails_is_left_alone_after_a_while(Type type)
    {
        var result = Run((Tuner)Activator.CreateInstance(type)!, 60, function: trial => trial.Get<string>("kind") == "good"
            ? throw new InvalidOperationException("this choice is broken") : Bowl(trial));
        Assert.AreNotEqual("good", result.BestTrial.Parameters["kind"]);
        var failed = result.Trials.Where(trial => trial.State == TrialState.Failed).ToArray();
        Assert.IsTrue(failed.Length > 0 && failed.All(trial => trial.Reason == "InvalidOperationException: this choice is broken"));
        var late = failed.Count(trial => trial.TrialId >= 30);
        Assert.IsLessThan(10, late, "a third of 30 by chance");
    }

    [TestMethod]
    public void Densities_integrate_to_one_and_are_drawn_from()
    {
        var density = new ParzenDensity([0.1, 0.15, 0.8]);
        Assert.AreEqual(1, Enumerable.Range(0, 10_000).Average(i => density.At((i + 0.5) / 10_000)), 1e-3);
        var random = new Random(1);
        var drawn = Enumerable.Range(0, 20_000).Select(_ => density.Draw(random)).ToArray();
        Assert.AreEqual(Enumerable.Range(0, 10_000).Where(i => i < 3000).Sum(i => density.At((i + 0.5) / 10_000)) / 10_000,
            drawn.Count(x => x < 0.3) / 20_000.0, 0.02);
    }
}
