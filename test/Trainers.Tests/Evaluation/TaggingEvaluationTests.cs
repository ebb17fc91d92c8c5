using Microsoft.ML;
using Microsoft.ML.Data;
using static MLSeqGraph.Trainers.Tests.Views;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public sealed class TaggingEvaluationTests
{
    [TestMethod]
    public void Metrics_are_those_computed_by_hand()
    {
        var metrics = Ml.Sequences().EvaluateTagging(Tagged("x y z", "x y z", Row("x x y", "x y y"), Row("z x", "x x")),
            scoreColumnName: null);
        Assert.AreEqual(0.6, metrics.MicroAccuracy, 1e-12);
        Assert.AreEqual((2.0 / 3 + 1 + 0) / 3, metrics.MacroAccuracy, 1e-12);
        Assert.AreEqual((2.0 / 3 + 2.0 / 3 + 0) / 3, metrics.MacroF1Score, 1e-12);
        Assert.IsNull(metrics.Spans);
        Assert.AreEqual((5L, 2L, 0L, 0L), (metrics.StepCount, metrics.SequenceCount, metrics.MissingLabelCount, metrics.UnknownLabelCount));
        Assert.AreEqual(new ClassMetrics("x", 3, 3, 2), metrics.PerClass[0]);
        Assert.AreEqual(2.0 / 3, metrics.PerClass[0].Precision, 1e-12);
        CollectionAssert.AreEqual(new long[] { 2, 1, 0 }, metrics.ConfusionMatrix[0].ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 0, 0 }, metrics.ConfusionMatrix[2].ToArray());
    }

    [TestMethod]
    public void Classes_are_told_by_name_not_by_key()
    {
        var metrics = Ml.Sequences().EvaluateTagging(Tagged("x y z", "z y x", Row("x y z x", "x y z z")), scoreColumnName: null);
        Assert.AreEqual(0.75, metrics.MicroAccuracy);
        CollectionAssert.AreEqual(new[] { "z", "y", "x" }, metrics.PerClass.Select(one => one.Name).ToArray());
    }

    [TestMethod]
    public void Classes_that_the_model_never_knew_are_wrong()
    {
        var metrics = Ml.Sequences().EvaluateTagging(Tagged("new x y", "x y", Row("x new y new", "x x y y", 1, 0, 1, 0, 0, 1, 0, 1)));
        Assert.AreEqual(0.5, metrics.MicroAccuracy);
        Assert.AreEqual(2, metrics.UnknownLabelCount);
        Assert.AreEqual(2.0 / 3, metrics.MacroAccuracy, 1e-12);
        Assert.AreEqual(new ClassMetrics("new", 2, 0, 0), metrics.PerClass[2]);
        Assert.AreEqual(-Math.Log(1e-15) / 2, metrics.LogLoss, 1e-4);
    }

    [TestMethod]
    public void Missing_labels_do_not_count_and_missing_predictions_are_wrong()
    {
        var metrics = Ml.Sequences().EvaluateTagging(Tagged("x y", "x y", Row("x ? y y", "x x ? y")), scoreColumnName: null);
        Assert.AreEqual((3L, 1L, 1L), (metrics.StepCount, metrics.MissingLabelCount, metrics.MissingPredictionCount));
        Assert.AreEqual(2.0 / 3, metrics.MicroAccuracy, 1e-12);
        Assert.AreEqual(new ClassMetrics("y", 2, 1, 1), metrics.PerClass[1]);
        Assert.IsTrue(double.IsNaN(metrics.LogLoss));
        StringAssert.Contains(metrics.ToString(), "1 without label");
    }

    [TestMethod]
    public void Agrees_with_the_multiclass_evaluator_on_single_steps()
    {
        var random = new Random(3);
        string[] names = ["x", "y", "z", "w"];
        var rows = Enumerable.Range(0, 60).Select(_ =>
        {
            var steps = Enumerable.Range(0, random.Next(1, 9)).Select(_ =>
            {
                double[] weights = [.. names.Select(_ => random.NextDouble() + 0.01)];
                return (Tag: random.Next(4), Scores: weights.Select(weight => (float)(weight / weights.Sum())).ToArray());
            }).ToArray();
            return new Sentence
            {
                Tags = [.. steps.Select(step => names[step.Tag])],
                Predicted = [.. steps.Select(step => names[Array.IndexOf(step.Scores, step.Scores.Max())])],
                Score = [.. steps.SelectMany(step => step.Scores)],
            };
        }).ToArray();
        var ours = Ml.Sequences().EvaluateTagging(Tagged("x y z w", "x y z w", rows));

        var single = Ml.Data.LoadFromEnumerable(rows.SelectMany(row => row.Tags.Select((tag, i) => new Step
        {
            Tag = tag,
            Score = row.Score[(4 * i)..(4 * i + 4)],
        })));
        var keyed = Ml.Transforms.Conversion.MapValueToKey("Label", nameof(Step.Tag), keyData: Keys("x y z w"))
            .Append(Ml.Transforms.CopyColumns("PredictedLabel", "Label")).Fit(single).Transform(single);
        var theirs = Ml.MulticlassClassification.Evaluate(keyed);
        Assert.AreEqual(theirs.MicroAccuracy, ours.MicroAccuracy, 1e-9);
        Assert.AreEqual(theirs.MacroAccuracy, ours.MacroAccuracy, 1e-9);
        Assert.AreEqual(theirs.LogLoss, ours.LogLoss, 1e-6);
        for (int label = 0; label < 4; label++)
        {
            Assert.AreEqual(theirs.ConfusionMatrix.PerClassPrecision[label], ours.PerClass[label].Precision, 1e-9);
            Assert.AreEqual(theirs.ConfusionMatrix.PerClassRecall[label], ours.PerClass[label].Recall, 1e-9);
            for (int predicted = 0; predicted < 4; predicted++)
                Assert.AreEqual(theirs.ConfusionMatrix.Counts[label][predicted], ours.ConfusionMatrix[label][predicted]);
        }
    }

    [TestMethod]
    public void A_trained_tagger_is_evaluated()
    {
        var data = Tagged("O B-X I-X", "O", Enumerable.Repeat(Row("O B-X I-X O", "O O O O"), 20));
        var words = Ml.Transforms.Conversion.MapValueToKey("Features", nameof(Sentence.Tags)).Fit(data).Transform(data);
        using var tagger = Ml.Sequences().Tagging(network: SequenceNetwork.Gru(8), epochs: 30).Fit(words);
        var metrics = Ml.Sequences().EvaluateTagging(tagger.Transform(words));
        Assert.AreEqual(80, metrics.StepCount);
        Assert.AreEqual(20, metrics.Spans!.Overall.LabelCount);
        Assert.IsGreaterThan(0.7, metrics.MicroAccuracy);
        Assert.IsTrue(metrics.LogLoss is > 0 and < 1);
    }

    [TestMethod]
    public void Bad_columns_are_errors()
    {
        var data = Tagged("x y", "x y", Row("x y", "x y", 1, 0));
        var catalog = Ml.Sequences();
        Fails<ArgumentException>(() => catalog.EvaluateTagging(data, "Missing"), "'Missing' not found");
        Fails<ArgumentException>(() => catalog.EvaluateTagging(data, nameof(Sentence.Tags)), "'Tags'", "expected a vector of keys");
        Fails<ArgumentException>(() => catalog.EvaluateTagging(data, scoreColumnName: "Scores"), "'Scores' not found");
        Fails<ArgumentException>(() => catalog.EvaluateTagging(data, scoreColumnName: "Tags"), "'Tags'", "expected a vector of Single");
        Fails<InvalidDataException>(() => catalog.EvaluateTagging(data), "'Score', row 0", "2 values, expected 4", "2 steps and 2 classes");
        var keys = Ml.Data.LoadFromEnumerable(new[] { new Unnamed { Keys = [1, 2] } });
        var mixed = Ml.Transforms.Conversion.MapValueToKey("Label", nameof(Unnamed.Names)).Fit(keys).Transform(keys);
        Fails<ArgumentException>(() => catalog.EvaluateTagging(mixed, "Label", "Keys"), "'Keys' has no key values", "'Label' has");
    }

    [TestMethod]
    public void Bad_rows_are_errors()
    {
        var catalog = Ml.Sequences();
        var uneven = Tagged("x y", "x y", Row("x", "x"), Row("x y x", "x y"));
        Fails<InvalidDataException>(() => catalog.EvaluateTagging(uneven, scoreColumnName: null),
            "'Label', row 1", "3 values, expected 2", "'PredictedLabel' has 2 steps");
        Fails<InvalidDataException>(() => catalog.EvaluateTagging(Tagged("x y", "x y", Row("x", "x", 7, -5))),
            "'Score', row 0", "step 0, class 0 has the score 7", "probabilities");
        Fails<InvalidDataException>(() => catalog.EvaluateTagging(Tagged("x", "x", Row("x", "x", float.NaN))), "NaN");
        Fails<InvalidDataException>(() => catalog.EvaluateTagging(Tagged("x y", "x y")), "no rows");
        Fails<InvalidDataException>(() => catalog.EvaluateTagging(Tagged("x y", "x y", Row("?", "x")), scoreColumnName: null),
            "'Label' has no label in any row");
    }

    private sealed class Step
    {
        public string Tag { get; set; } = "";

        [VectorType(4)]
        public float[] Score { get; set; } = [];
    }

    private sealed class Unnamed
    {
        [KeyType(2)]
        public uint[] Keys { get; set; } = [];

        public string[] Names { get; set; } = ["x", "y"];
    }
}
