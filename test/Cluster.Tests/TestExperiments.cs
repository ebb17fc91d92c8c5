using Microsoft.ML;
using MLSeqGraph.Experiments;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Cluster.Tests;

/// <summary>The experiments that the tests' cluster knows.</summary>
internal static class TestExperiments
{
    internal const int Epochs = 8;

    internal static ExperimentDefinitions Definitions => new ExperimentDefinitions()
        .Add("bowl", context => Bowl(int.Parse(context.Settings)))
        .Add("networks", context => Networks(context.ML, int.Parse(context.Settings)))
        .Add("file", context => Bowl(File.ReadAllLines(context.Files[0]).Length))
        .Add("endless", _ => Function(trial =>
        {
            while (trial.Report(1.0 + trial.TrialId))
                Thread.Sleep(20);
            return 1.0 + trial.TrialId;
        }).SetMaxModelToExplore(100).SetTrainingTimeInSeconds(3))
        .Add("failing", _ => Function(trial => trial.TrialId % 2 == 1 ? throw new IOException("odd") : trial.TrialId)
            .SetMaxModelToExplore(4))
        .Add("pruned", _ => Function(trial =>
        {
            for (var epoch = 1; epoch <= 6; epoch++)
            {
                Thread.Sleep(30);
                trial.Report(trial.Get<double>("x"));
            }
            return trial.Get<double>("x");
        }).SetTuner(new RandomTuner()).SetPruner(new MedianPruner()).SetMaxModelToExplore(24));

    internal static Experiment Bowl(int trials) => Function(trial =>
    {
        Thread.Sleep(50);
        var x = trial.Get<double>("x") - 1;
        return x * x;
    }).SetTuner(new RandomTuner()).SetMaxModelToExplore(trials);

    /// <summary>Two trials of a small network; every epoch takes at least some time.</summary>
    internal static Experiment Networks(MLContext ml, int milliseconds)
    {
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
            .SetTuner(new RandomTuner()).SetThreadsPerTrial(1).SetMaxModelToExplore(2);
    }

    internal static string[] Of(IEnumerable<TrialResult> trials) => [.. trials.Select(trial =>
        $"{trial.TrialId} {TrialParameters.ToJson(trial.Parameters)} {trial.State} {trial.Metric:R}")];

    private static Experiment Function(Func<Trial, double> function) => new MLContext().Experiment()
        .SetSearchSpace(space => space.Range("x", -5.0, 5.0)).SetTrialFunction(function).SetSeed(5);
}
