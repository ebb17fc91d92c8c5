using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class ClassificationEvaluationTests
{
    private readonly MLContext _ml = new(1);

    private sealed class Row
    {
        public string Class { get; set; } = "";

        public string Guess { get; set; } = "";

        [VectorType(2)]
        public float[] Score { get; set; } = [];
    }

    private IDataView Scored(params (string Class, string Guess)[] rows)
    {
        var data = _ml.Data.LoadFromEnumerable(rows.Select(row => new Row
        {
            Class = row.Class, Guess = row.Guess, Score = row.Guess == "a" ? [0.8f, 0.2f] : row.Guess == "b" ? [0.2f, 0.8f]
                : [float.NaN, float.NaN],
        }).ToArray());
        var keys = Views.Keys("a b");
        return _ml.Transforms.Conversion.MapValueToKey("Label", "Class", keyData: keys)
            .Append(_ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "Guess", keyData: keys)).Fit(data).Transform(data);
    }

    [TestMethod]
    public void Known_classes_have_the_metrics_of_ML_NET()
    {
        var scored = Scored(("a", "a"), ("a", "b"), ("b", "b"), ("b", "b"), ("b", "a"));
        var (ours, theirs) = (_ml.Sequences().EvaluateClassification(scored), _ml.MulticlassClassification.Evaluate(scored));
        Assert.AreEqual(theirs.MicroAccuracy, ours.MicroAccuracy, 1e-9);
        Assert.AreEqual(theirs.MacroAccuracy, ours.MacroAccuracy, 1e-9);
        Assert.AreEqual(theirs.LogLoss, ours.LogLoss, 1e-6);
        Assert.AreEqual(2.0, theirs.ConfusionMatrix.Counts[1][1]);
        Assert.AreEqual(2L, ours.ConfusionMatrix[1][1]);
        Assert.HasCount(2, ours.PerClass);
        Assert.AreEqual(0L, ours.UnknownLabelCount);
    }

    [TestMethod]
    public void Rows_without_a_label_can_be_left_out()
    {
        var scored = Scored(("a", "a"), ("none", "a"), ("b", "a"), ("none", "b"));
        foreach (var metrics in (ClassificationMetrics[])[
            _ml.Sequences().EvaluateClassification(scored, missingLabelsAreWrong: false),
            _ml.Graphs().EvaluateClassification(scored, missingLabelsAreWrong: false)])
        {
            Assert.AreEqual(0.5, metrics.MicroAccuracy);
            Assert.AreEqual((-Math.Log(0.8) - Math.Log(0.2)) / 2, metrics.LogLoss, 1e-6);
        }
    }

    [TestMethod]
    public void Classes_that_training_lacks_are_wrong_and_counted()
    {
        var scored = Scored(("a", "a"), ("new", "a"), ("b", "b"), ("newer", "b"));
        foreach (var metrics in (ClassificationMetrics[])[_ml.Sequences().EvaluateClassification(scored),
            _ml.Graphs().EvaluateClassification(scored)])
        {
            Assert.AreEqual(0.5, metrics.MicroAccuracy);
            Assert.AreEqual(2 / 3.0, metrics.MacroAccuracy, 1e-9);
            Assert.AreEqual((-2 * Math.Log(0.8) - 2 * Math.Log(1e-15)) / 4, metrics.LogLoss, 1e-3);
            Assert.AreEqual(2L, metrics.UnknownLabelCount);
            Assert.AreEqual("(missing or unknown)", metrics.PerClass[2].Name);
            StringAssert.Contains(metrics.ToString(), "4 labels; 2 of unknown classes, 0 without prediction");
        }
        Assert.AreEqual(0.0, _ml.Sequences().EvaluateClassification(Scored(("new", "a"))).MicroAccuracy);
    }

    [TestMethod]
    public void Labels_that_are_missing_and_those_that_no_key_knows_are_told_apart_where_the_text_is_there()
    {
        var scored = Scored(("a", "a"), ("new", "a"), ("", "b"), ("newer", "b"));
        var inPlace = _ml.Transforms.CopyColumns("Label", "Class").Append(_ml.Transforms.Conversion.MapValueToKey("Label",
            keyData: Views.Keys("a b"))).Fit(scored).Transform(scored);
        var metrics = _ml.Sequences().EvaluateClassification(inPlace);
        CollectionAssert.AreEqual(new[] { "a", "b", "(unknown)", "(missing)" }, metrics.PerClass.Select(one => one.Name).ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 1, 0, 0 }, metrics.ConfusionMatrix[2].ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 1, 0, 0 }, metrics.ConfusionMatrix[3].ToArray());
        Assert.AreEqual(0.25, metrics.MicroAccuracy);
        // of the two only what there is
        var known = _ml.Data.FilterRowsByKeyColumnFraction(inPlace, "PredictedLabel", 0, 0.5);
        CollectionAssert.AreEqual(new[] { "a", "b", "(unknown)" },
            _ml.Sequences().EvaluateClassification(known).PerClass.Select(one => one.Name).ToArray());
    }

    [TestMethod]
    public void Rows_without_prediction_are_wrong_and_counted()
    {
        var metrics = _ml.Sequences().EvaluateClassification(Scored(("a", "a"), ("b", "none")));
        Assert.AreEqual(0.5, metrics.MicroAccuracy);
        Assert.AreEqual(1L, metrics.MissingPredictionCount);
        Assert.IsTrue(double.IsFinite(metrics.LogLoss));
    }

    [TestMethod]
    public void Missing_tags_are_wrong_where_asked()
    {
        var data = Views.Tagged("O B-X", "O B-X", Views.Row("O B-X ?", "O B-X O"));
        Assert.AreEqual(1.0, Views.Ml.Sequences().EvaluateTagging(data, scoreColumnName: null).MicroAccuracy);
        var metrics = Views.Ml.Sequences().EvaluateTagging(data, scoreColumnName: null, missingLabelsAreWrong: true);
        Assert.AreEqual(2 / 3.0, metrics.MicroAccuracy, 1e-9);
        Assert.AreEqual((1L, 1L, 3L), (metrics.MissingLabelCount, metrics.UnknownLabelCount, metrics.StepCount));
        Assert.AreEqual(1.0, metrics.Spans!.F1Score);
    }

    [TestMethod]
    public void Columns_of_other_types_are_named()
    {
        var scored = Scored(("a", "a"));
        Views.Fails<ArgumentException>(() => _ml.Sequences().EvaluateClassification(scored, labelColumnName: "Class"),
            "Column 'Class' is String: expected a key");
        Views.Fails<ArgumentException>(() => _ml.Sequences().EvaluateClassification(scored, predictedLabelColumnName: "Score"),
            "Column 'Score'", "expected a key");
    }
}
