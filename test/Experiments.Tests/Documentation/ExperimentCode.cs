using Microsoft.ML;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments.Tests;

/// <summary>The code of docs/experiments.md.</summary>
[TestClass]
public class ExperimentCode
{
    [TestMethod]
    public void A_network_is_found()
    {
        var ml = new MLContext(seed: 1);
        var questions = Questions.View(ml, 240);
        using var folder = new TemporaryFolder();
        var study = folder.File("study.db");
        // docs
        var preparation = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.Text.TokenizeIntoWords("Words", "Text"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words", maximumNumberOfKeys: 5000));
        var result = ml.Experiment()
            .SetSearchSpace(space => space
                .Range("rate", 1e-3, 1e-1, logBase: true)
                .Choice<Func<Trial, SequenceNetwork>>("network",
                    ("lstm", trial => SequenceNetwork.Lstm(trial.Get<int>("hidden"))),
                    ("transformer", trial => SequenceNetwork.Transformer(new() { Hidden = 16, Heads = trial.Get<int>("heads") })))
                .Range("hidden", 8, 32, logBase: true).When("network", "lstm")
                .Choice("heads", 1, 2, 4).When("network", "transformer"))
            .SetPipeline(preparation, trial => ml.Sequences().Classification(new()
            {
                Network = trial.Get<SequenceNetwork>("network"), LearningRate = trial.Get<float>("rate"), EmbeddingSize = 16, Epochs = 4,
            }))
            .SetDataset(questions, validationFraction: 0.2)
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy)
            .SetPruner(new SuccessiveHalvingPruner())             // ends trials that promise nothing, epoch by epoch
            .SetMaxModelToExplore(8)                              // or SetTrainingTimeInSeconds(600), SetMaxEpochs(200)
            .SetStudy(study)                                      // a killed experiment goes on; several processes may share it
            .Run();
        Console.WriteLine(result);                                // the leaderboard, and how many were pruned or failed
        var model = result.Model;                                 // the best one, trained on all rows
        // docs
        Assert.IsGreaterThan(0.9, result.BestTrial.Metric!.Value);
        Assert.HasCount(8, result.Trials);
        Assert.IsTrue(result.Trials.All(trial => trial.State != TrialState.Failed), result.Trials.FirstOrDefault(trial =>
            trial.State == TrialState.Failed)?.Reason);
        Assert.IsTrue(result.Trials.Any(trial => trial.State == TrialState.Pruned));
        Assert.IsTrue(result.Leaderboard.All(trial => trial is { Epochs: 4, BestEpoch: >= 1 }));
        var metrics = ml.Sequences().EvaluateClassification(model.Transform(questions));
        Assert.IsGreaterThan(0.9, metrics.MicroAccuracy);
        // docs
        using var opened = Study.Open(study, "experiment");
        opened.WriteCsv(Path.Combine(folder.Path, "study.csv"));
        // docs
    }

    [TestMethod]
    public void Populations()
    {
        var ml = new MLContext(seed: 1);
        var questions = Questions.View(ml, 120);
        var preparation = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.Text.TokenizeIntoWords("Words", "Text"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words", maximumNumberOfKeys: 5000));
        // docs
        var result = ml.Experiment()
            .SetSearchSpace(space => space.Range("rate", 1e-3, 1e-1, logBase: true).Range("dropout", 0.0, 0.6))
            .SetPipeline(preparation, trial => ml.Sequences().Classification(new()
            {
                Network = SequenceNetwork.Gru(16), EmbeddingSize = 16, Epochs = 4,
                LearningRate = trial.Get<float>("rate"), InputDropout = trial.Get<float>("dropout"),
            }))
            .SetDataset(questions, validationFraction: 0.2)
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss)
            .SetTuner(new PopulationBasedTuner { Population = 4, Interval = 2 })
            .SetMaxModelToExplore(8)                              // two rounds of four networks
            .Run();
        var best = result.EnsembleModel(2);                       // or result.Model
        // docs
        Assert.IsTrue(result.Trials.Skip(4).All(trial => trial is { ParentTrialId: not null, State: TrialState.Completed }));
        Assert.IsGreaterThan(0.9, ml.Sequences().EvaluateClassification(best.Transform(questions)).MicroAccuracy);
    }

    // docs
    private sealed class Settings
    {
        [Range(1e-3, 1e-1, logBase: true)]
        public float Rate { get; set; } = 1e-2f;

        [Choice]
        public bool Bidirectional { get; set; }

        [Range(8, 32)]
        [When(nameof(Bidirectional), false)]
        public int Hidden { get; set; } = 16;
    }
    // docs

    [TestMethod]
    public void Attributes_and_functions()
    {
        var ml = new MLContext(seed: 1);
        // docs
        var result = ml.Experiment().SetSearchSpace<Settings>()
            .SetTrialFunction(trial =>
            {
                var settings = trial.Get<Settings>();
                var error = Math.Abs(Math.Log10(settings.Rate) + 2) + (settings.Bidirectional ? 0 : 0.5);
                trial.Report(error);                              // an epoch: a pruner may end the trial here
                return error;
            })
            .SetTuner(new GaussianProcessTuner())
            .SetMaxModelToExplore(20)
            .Run();
        foreach (var (name, share) in result.Importance())
            Console.WriteLine($"{name}: {share:P0} of the variance");
        // docs
        Assert.IsTrue((string)result.BestTrial.Parameters["Bidirectional"] == "True");
    }
}
