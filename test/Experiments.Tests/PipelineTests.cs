using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments.Tests;

/// <summary>Experiments with pipelines of this library and of ML.NET.</summary>
[TestClass]
public class PipelineTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Point
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    private IDataView Points(int count = 120)
    {
        var random = new Random(3);
        return _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ =>
        {
            float x = random.NextSingle(), y = random.NextSingle();
            return new Point { Features = [x, y], Label = 3 * x - 2 * y };
        }).ToArray());
    }

    private Experiment Trees(Func<Trial, int>? leaves = null) => _ml.Experiment()
        .SetSearchSpace(space => space.Range("rate", 1e-3, 0.5, logBase: true))
        .SetPipeline(trial => trial.ML.Regression.Trainers.FastTree(numberOfTrees: 20, learningRate: trial.Get<double>("rate"),
            minimumExampleCountPerLeaf: 2, numberOfLeaves: leaves?.Invoke(trial) ?? 8))
        .SetRegressionMetric(RegressionMetric.RootMeanSquaredError).SetMaxModelToExplore(6);

    [TestMethod]
    public void Trainers_of_ML_NET_are_tried_on_a_split_folds_or_a_view()
    {
        var points = Points();
        var split = Trees().SetDataset(points).Run();
        Assert.IsTrue(split.BestTrial.Metric < 0.5 && (double)split.BestTrial.Parameters["rate"] > 0.03);
        Assert.IsLessThan(0.5, _ml.Regression.Evaluate(split.Model.Transform(points)).RootMeanSquaredError);
        var folds = Trees().SetDataset(points, fold: 3).Run();
        Assert.IsTrue(folds.Trials.All(trial => trial.Epochs == 3));
        var view = Trees().SetDataset(points, Points(40)).SetRefit(false).Run();
        Assert.IsLessThan(0.5, _ml.Regression.Evaluate(view.Model.Transform(points)).RootMeanSquaredError);
    }

    [TestMethod]
    public void Validation_rows_without_a_number_are_counted_in_the_log_once()
    {
        var said = new List<string>();
        _ml.Log += (_, e) => said.Add(e.RawMessage);
        var gaps = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Point
        {
            Features = [i / 40f, 0], Label = i < 3 ? float.NaN : 3 * i / 40f,
        }).ToArray());
        Trees().SetDataset(Points(), gaps).SetMaxModelToExplore(2).SetRefit(false).Run();
        Assert.ContainsSingle(line => line == "3 labels in column 'Label' of 40 validation rows are missing (NaN): they don't count in the "
            + "metric.", said);
    }

    [TestMethod]
    public void A_trial_that_throws_is_named_and_the_others_go_on()
    {
        var result = Trees(trial => trial.TrialId == 2 ? -1 : 10).SetDataset(Points()).Run();
        Assert.AreEqual(TrialState.Failed, result.Trials[2].State);
        Assert.IsFalse(string.IsNullOrEmpty(result.Trials[2].Reason));
        Assert.HasCount(5, result.Leaderboard);
    }

    private Experiment Networks(Action<SequenceClassificationTrainer.Options>? change = null) => _ml.Experiment()
        .SetSearchSpace(space => space.Range("rate", 1e-3, 5e-2, logBase: true))
        .SetDataset(Questions.View(_ml, 120), 0.25)
        .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy)
        .SetMaxModelToExplore(3)
        .SetPipeline(trial =>
        {
            var options = new SequenceClassificationTrainer.Options
            {
                Network = SequenceNetwork.Lstm(8), EmbeddingSize = 8, Epochs = 3, LearningRate = trial.Get<float>("rate"),
            };
            change?.Invoke(options);
            Assert.AreEqual(trial.Threads, options.Target.Threads);
            return Preparation().Append(_ml.Sequences().Classification(options));
        });

    private IEstimator<ITransformer> Preparation() => _ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(_ml.Transforms.Text.TokenizeIntoWords("Words", "Text"))
        .Append(_ml.Transforms.Conversion.MapValueToKey("Features", "Words"));

    [TestMethod]
    public void A_pruner_without_validation_rows_says_what_is_missing()
    {
        Assert.Contains("a pruner judges by validation rows", Assert.Throws<ExperimentException>(() =>
            Networks().SetPruner(new MedianPruner()).Run()).Message);
        var result = Networks(options => options.ValidationFraction = 0.2f).SetThreadsPerTrial(1).SetPruner(new MedianPruner()).Run();
        Assert.HasCount(3, result.Leaderboard);
        Assert.IsTrue(result.Trials.All(trial => trial.Epochs == 3));
    }

    [TestMethod]
    public void Epochs_of_networks_end_an_experiment_and_the_weights_reached_count()
    {
        var result = Networks().SetMaxEpochs(5).Run();
        Assert.HasCount(2, result.Leaderboard);
        Assert.AreEqual("ended early: the budget was used up", result.Trials[1].Reason);
    }

    [TestMethod]
    public void Canceled_networks_are_given_back()
    {
        using var cancel = new CancellationTokenSource();
        var result = Networks(options => options.OnEpoch = epoch =>
        {
            if (options.LearningRate != (float)Networks0 && epoch.Epoch == 2)
                cancel.Cancel();
        }).Run(cancel.Token);
        Assert.IsTrue(result.IsCanceled && result.Leaderboard.Count == 1 && result.Trials[1].State == TrialState.Waiting);
    }

    // The default rate, of the first trial.
    private static double Networks0 => (double)new SearchSpace().Range("rate", 1e-3, 5e-2, logBase: true).Default["rate"];

    [TestMethod]
    public void Refitting_takes_as_many_epochs_as_were_best()
    {
        var epochs = new List<int>();
        var result = _ml.Experiment().SetSearchSpace(space => space.Range("rate", 0.5, 1.0)).SetMaxModelToExplore(1)
            .SetDataset(Questions.View(_ml, 60), 0.3).SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss)
            .SetPipeline(Preparation(), trial => _ml.Sequences().Classification(new()
            {
                Network = SequenceNetwork.Rnn(8), Epochs = 6, LearningRate = trial.Get<float>("rate"),
                OnEpoch = epoch => epochs.Add(trial.IsRefit ? -epoch.Epoch : epoch.Epoch),
            })).Run();
        Assert.AreEqual(6, epochs.Count);
        _ = result.Model;
        Assert.AreEqual(-result.BestTrial.BestEpoch, epochs[^1]);
        Assert.AreEqual(6 + result.BestTrial.BestEpoch, epochs.Count);
    }
}
