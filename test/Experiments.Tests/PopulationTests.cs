using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments.Tests;

/// <summary>Population-based training: those that are behind go on from those that are ahead.</summary>
[TestClass]
public class PopulationTests
{
    private const int Rounds = 10, Members = 8;

    private static readonly SearchSpace Space = new SearchSpace().Range("rate", 1e-5, 1.0, logBase: true);

    private static PopulationBasedTuner Tuner => new() { Population = Members, Factor = 2 };

    // How much of an error a round leaves: the best rate falls from 0.1 to 0.0001 in the course of a training.
    private static double Left(double rate, int round) =>
        Math.Min(1, 0.5 + 0.5 * Math.Abs(Math.Log10(rate) + 1 + 3.0 * round / (Rounds - 1)));

    // A round: the state of the parent, one step further, in a file as a checkpoint.
    private static double Round(Trial trial)
    {
        var (error, round) = (1.0, 0);
        if (trial.StartFolder is { } start)
        {
            var parts = File.ReadAllText(Path.Combine(start, "state")).Split(' ');
            (error, round) = (double.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
        }
        Assert.AreEqual(trial.ParentTrialId is null, round == 0);
        error *= Left(trial.Get<double>("rate"), round);
        File.WriteAllText(Path.Combine(trial.CheckpointFolder!, "state"), FormattableString.Invariant($"{error:R} {round + 1}"));
        return error;
    }

    private static ExperimentResult Population(int seed, string? database = null, int trials = Rounds * Members,
        Func<Trial, double>? function = null)
    {
        var experiment = new MLContext().Experiment().SetSearchSpace(Space).SetTrialFunction(function ?? Round).SetTuner(Tuner)
            .SetMaxModelToExplore(trials).SetSeed(seed).SetTryDefaults(false);
        return (database is null ? experiment : experiment.SetStudy(database)).Run();
    }

    [TestMethod]
    public void It_follows_an_optimum_that_moves()
    {
        // As many rounds: Members trainings of one rate each.
        double Random(int seed) => new MLContext().Experiment().SetSearchSpace(Space).SetTuner(new RandomTuner()).SetSeed(seed)
            .SetTryDefaults(false).SetMaxModelToExplore(Members).SetTrialFunction(trial => Enumerable.Range(0, Rounds)
                .Aggregate(1.0, (error, round) => error * Left(trial.Get<double>("rate"), round))).Run().BestTrial.Metric!.Value;
        int[] seeds = [0, 1, 2, 3, 4, 5];
        var population = seeds.Average(seed => Math.Log10(Population(seed).BestTrial.Metric!.Value));
        var random = seeds.Average(seed => Math.Log10(Random(seed)));
        Console.WriteLine($"log10 of the error: population {population:0.00}, random {random:0.00}");
        Assert.IsLessThan(random - 0.2, population, "two thirds of the error of random trainings");
    }

    [TestMethod]
    public void Members_go_on_from_their_own_or_from_a_better_trial_by_seed()
    {
        var result = Population(3);
        string[] Lines(ExperimentResult one) => [.. one.Trials.Select(trial => $"{trial.ParentTrialId} {trial.Metric:R} "
            + TrialParameters.ToJson(trial.Parameters))];
        CollectionAssert.AreEqual(Lines(result), Lines(Population(3)));
        CollectionAssert.AreNotEqual(Lines(result), Lines(Population(4)));
        Assert.IsTrue(result.Trials.Take(Members).All(trial => trial.ParentTrialId is null));
        var exploited = 0;
        foreach (var trial in result.Trials.Skip(Members))
        {
            var parent = result.Trials[trial.ParentTrialId!.Value];
            Assert.AreEqual(trial.TrialId / Members - 1, parent.TrialId / Members, "the round before");
            var own = result.Trials[trial.TrialId - Members];
            var rate = ((double)trial.Parameters["rate"], (double)parent.Parameters["rate"]);
            if (parent == own && rate.Item1 == rate.Item2)
                continue;
            exploited++;
            Assert.IsLessThanOrEqualTo(own.Metric!.Value, parent.Metric!.Value);
        }
        // Two of eight in each of nine rounds.
        Assert.AreEqual(2 * (Rounds - 1), exploited);
    }

    [TestMethod]
    public void A_study_that_was_stopped_goes_on_from_its_checkpoints()
    {
        using var folder = new TemporaryFolder();
        var whole = Population(5);
        Population(5, folder.File("s.db"), 13);
        Assert.HasCount(30, Population(5, folder.File("s.db"), 30).Trials);
        var parts = Population(5, folder.File("s.db"));
        CollectionAssert.AreEqual(whole.Trials.Select(trial => $"{trial.ParentTrialId} {trial.Metric:R}").ToArray(),
            parts.Trials.Select(trial => $"{trial.ParentTrialId} {trial.Metric:R}").ToArray());
        var left = Directory.GetDirectories(folder.File("s.db.checkpoints"), "0*", SearchOption.AllDirectories).Length;
        Assert.AreEqual(4 * Members, left, "older ones are deleted");
        using var study = Study.Open(folder.File("s.db"), "experiment");
        Assert.AreEqual(parts.Trials[20].ParentTrialId, study.Trials[20].ParentTrialId);
    }

    [TestMethod]
    public void A_member_that_fails_goes_on_from_another()
    {
        var result = Population(1, trials: 3 * Members, function: trial => trial.TrialId == 2 ? throw new IOException("lost")
            : Round(trial));
        Assert.AreEqual(TrialState.Failed, result.Trials[2].State);
        Assert.AreNotEqual(2, result.Trials[2 + Members].ParentTrialId!.Value);
        Assert.IsTrue(result.Trials.Skip(Members).All(trial => trial.State == TrialState.Completed));
    }

    [TestMethod]
    public void Networks_go_on_from_checkpoints_with_other_rates()
    {
        var ml = new MLContext(seed: 1);
        var rows = Questions.View(ml, 96);
        var preparation = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Transforms.Text.TokenizeIntoWords("Words", "Text"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words"));
        var losses = new Dictionary<int, List<(int Epoch, double Value)>>();
        ExperimentResult Run() => ml.Experiment().SetSearchSpace(space => space.Range("rate", 1e-3, 1e-1, logBase: true))
            .SetPipeline(preparation, trial => ml.Sequences().Classification(new()
            {
                Network = SequenceNetwork.Gru(6), EmbeddingSize = 6, LearningRate = trial.Get<float>("rate"), Epochs = 6, BatchSize = 16,
            }))
            .SetDataset(rows, 0.25).SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss)
            .SetTuner(new PopulationBasedTuner { Population = 3, Interval = 2 }).SetMaxModelToExplore(9).SetSeed(2).Run();
        var result = Run();
        Assert.IsTrue(result.Trials.All(trial => trial.State == TrialState.Completed && trial.Epochs == 2),
            string.Join('\n', result.Trials));
        // Six epochs of a lineage are better than two of anybody.
        Assert.IsLessThan(result.Trials.Take(3).Min(trial => trial.Metric!.Value), result.BestTrial.Metric!.Value);
        Assert.IsGreaterThanOrEqualTo(6, result.BestTrial.TrialId);
        CollectionAssert.AreEqual(result.Trials.Select(trial => trial.Metric).ToArray(), Run().Trials.Select(trial => trial.Metric)
            .ToArray());
        // The model is trained round by round, too: six epochs.
        var network = ((IEnumerable<ITransformer>)result.Model).OfType<SequencePredictionTransformer>().Single();
        Assert.HasCount(6, network.History.Epochs);
        Assert.AreEqual((float)(double)result.BestTrial.Parameters["rate"], network.History.Epochs[^1].LearningRate);
    }

    [TestMethod]
    public void What_can_be_no_population_is_said()
    {
        static string Error(Action action) => Assert.Throws<ArgumentException>(action).Message;
        static Experiment With(PopulationBasedTuner tuner, SearchSpace? space = null) => new MLContext().Experiment()
            .SetSearchSpace(space ?? Space).SetTrialFunction(Round).SetTuner(tuner).SetMaxModelToExplore(3);
        Assert.Contains("Population is 1; expected at least 2", Error(() => With(new() { Population = 1 })));
        Assert.Contains("Quantile is 0.7; expected above 0 and at most 0.5", Error(() => With(new() { Quantile = 0.7 })));
        Assert.Contains("Factor is Infinity; expected a finite number", Error(() => With(new() { Factor = double.PositiveInfinity })));
        Assert.Contains("Factor is NaN; expected at least 1", Error(() => With(new() { Factor = double.NaN })));
        Assert.Contains("Explored has a null; expected names of dimensions", Error(() => With(new() { Explored = ["rate", null!] })));
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "");
        Assert.Contains("file' is a file; expected a folder for checkpoints", Error(() => With(new()
        {
            CheckpointFolder = folder.File("file"),
        })));
        Assert.Contains("Explored has 'size', which the search space lacks; expected some of rate",
            Error(() => With(new() { Explored = ["size"] }).Run()));
        Assert.Contains("the search space has none", Error(() => With(new(), new SearchSpace().Choice("kind", "a", "b")).Run()));
    }
}
