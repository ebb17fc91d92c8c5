using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Experiments.Tests;

/// <summary>What tools that watch a program are told of trials, trainings and scoring.</summary>
[TestClass]
public class TelemetryTests
{
    [TestMethod]
    public void Trials_trainings_and_scored_rows_are_measured()
    {
        var sums = new Dictionary<string, double>();
        var counts = new Dictionary<string, int>();
        void Add(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (sums)
                foreach (var key in (string[])[name, .. tags.ToArray().Select(tag => $"{name} {tag.Key}={tag.Value}")])
                {
                    sums[key] = sums.GetValueOrDefault(key) + value;
                    counts[key] = counts.GetValueOrDefault(key) + 1;
                }
        }
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name is TrainingTelemetry.Name or ScoringTelemetry.Name or TrialTelemetry.Name)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        meters.Start();
        var ended = new List<Activity>();
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("MLSeqGraph.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (ended)
                    ended.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(activities);

        var ml = new MLContext(seed: 1);
        var rows = Questions.View(ml, 100);
        var preparation = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Transforms.Text.TokenizeIntoWords("Words", "Text"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words"));
        var result = ml.Experiment().SetSearchSpace(space => space.Choice("hidden", 3, 4, 5))
            .SetPipeline(preparation, trial => trial.Get<int>("hidden") == 5 ? throw new InvalidOperationException("no such size")
                : ml.Sequences().Classification(new()
                {
                    Network = SequenceNetwork.Gru(trial.Get<int>("hidden")), EmbeddingSize = 4, Epochs = 2, BatchSize = 20,
                }))
            .SetDataset(rows, 0.2).SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy)
            .SetMaxModelToExplore(3).SetRefit(false).Run();
        Assert.HasCount(2, result.Leaderboard);
        // Two trainings of two epochs; the rows that are trained on depend on the split.
        Assert.AreEqual(4, sums["mlseqgraph.training.epochs"]);
        var steps = sums["mlseqgraph.training.steps"];
        Assert.AreEqual(steps, counts["mlseqgraph.training.step.duration"]);
        Assert.IsTrue(steps is >= 12 and <= 20, $"{steps}");
        Assert.IsTrue(sums["mlseqgraph.training.rows"] is >= 260 and <= 360);
        Assert.AreEqual(4, counts["mlseqgraph.training.loss set=training"]);
        Assert.AreEqual(4, counts["mlseqgraph.training.loss set=validation"]);
        Assert.AreEqual(result.Leaderboard.SelectMany(result.EpochsOf).Sum(epoch => epoch.Loss),
            sums["mlseqgraph.training.loss set=training"],
            1e-9);
        Assert.AreEqual(2, sums["mlseqgraph.experiments.trials state=completed"]);
        Assert.AreEqual(1, sums["mlseqgraph.experiments.trials state=failed"]);
        Assert.AreEqual(3, counts["mlseqgraph.experiments.trial.duration"]);
        // Each trial scored the validation rows.
        var scored = sums["mlseqgraph.scoring.rows rows=sequences"];
        Assert.IsTrue(scored is >= 2 * 10 and <= 2 * 35);
        Assert.AreEqual(counts["mlseqgraph.scoring.batch.duration"], sums["mlseqgraph.scoring.batches"]);
        _ = result.Model.Transform(rows).GetColumn<float[]>("Score").ToArray();
        Assert.AreEqual(scored + 100, sums["mlseqgraph.scoring.rows rows=sequences"]);

        Activity[] Called(string name) => [.. ended.Where(activity => activity.OperationName == name)];
        Assert.HasCount(3, Called("trial"));
        var failed = Called("trial").Single(trial => trial.Status == ActivityStatusCode.Error);
        Assert.Contains("no such size", failed.StatusDescription!);
        // The best model was trained once more, outside of any trial.
        Assert.HasCount(3, Called("train"));
        Assert.AreEqual(2, Called("train").Count(training => training.Parent?.OperationName == "trial"));
        Assert.IsTrue(Called("train").All(training => (string?)training.GetTagItem("ended") is "Completed" or "Stopped"));
        Assert.HasCount(Called("train").Sum(training => Called("epoch").Count(epoch => epoch.Parent == training)), Called("epoch"));
        Assert.IsTrue(Called("epoch").All(epoch => epoch.GetTagItem("loss") is double and > 0 && epoch.GetTagItem("accuracy") is double));
        Assert.AreEqual(sums["mlseqgraph.scoring.batches"], Called("score").Length);
    }

    [TestMethod]
    public void A_training_that_diverges_is_an_error()
    {
        var ended = new List<Activity>();
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TrainingTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(activities);
        var ml = new MLContext(seed: 1);
        var rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(row => new Series { Label = 1e30f, Features = [row, 1] }));
        Assert.Throws<TrainingDivergedException>(() => ml.Sequences().Regression(new()
        {
            Network = SequenceNetwork.Gru(2), FeatureCount = 1, LearningRate = 1e30f, Epochs = 3,
        }).Fit(rows));
        var training = ended.Single(activity => activity.OperationName == "train");
        Assert.AreEqual(ActivityStatusCode.Error, training.Status);
        Assert.AreEqual("Diverged", training.GetTagItem("ended"));
    }

    private sealed class Series
    {
        public float Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }
}
