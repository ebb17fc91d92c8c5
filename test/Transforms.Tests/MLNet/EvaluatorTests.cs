using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.MLNet;

[TestClass]
public sealed class EvaluatorTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static readonly float[][] Scores =
    [
        [0.7f, 0.2f, 0.1f], [0.1f, 0.8f, 0.1f], [0.3f, 0.3f, 0.4f], [0.5f, 0.4f, 0.1f],
        [0.2f, 0.2f, 0.6f], [0.1f, 0.1f, 0.8f], [0.6f, 0.3f, 0.1f], [0.05f, 0.9f, 0.05f],
    ];

    private static readonly uint[] Labels = [0, 1, 2, 1, 2, 0, 0, 1];

    private sealed class Scored
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(3)]
        public float[] Score { get; set; } = [];

        [KeyType(3)]
        public uint PredictedLabel { get; set; }
    }

    private sealed class FloatLabel
    {
        public float Label { get; set; }

        [VectorType(3)]
        public float[] Score { get; set; } = [];

        public float PredictedLabel { get; set; }
    }

    private sealed class Binary
    {
        public bool Label { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }
    }

    private sealed class Number
    {
        public float Label { get; set; }

        public float Score { get; set; }
    }

    private IDataView Multiclass() => _ml.Data.LoadFromEnumerable(Scores.Zip(Labels, (score, label) => new Scored { Label = label, Score = score }));

    private IDataView BinaryRows(params (bool Label, float Score, float Probability)[] rows) =>
        _ml.Data.LoadFromEnumerable(rows.Select(row => new Binary { Label = row.Label, Score = row.Score, Probability = row.Probability }));

    [TestMethod]
    public void MulticlassMetricsAreMLNets()
    {
        var metrics = _ml.MulticlassClassification.Evaluate(Multiclass());
        Assert.AreEqual(0.75, metrics.MicroAccuracy, 1e-12);
        Assert.AreEqual(0.7777777777777777, metrics.MacroAccuracy, 1e-12);
        Assert.AreEqual(0.7302495899535569, metrics.LogLoss, 1e-12);
        Assert.AreEqual(0.32521474199085143, metrics.LogLossReduction, 1e-12);
        AssertClose([1.0566952076970257, 0.41493159851160755, 0.7135581505012778], metrics.PerClassLogLoss);
        Assert.AreEqual(0, metrics.TopKAccuracy);
        Assert.AreEqual(0, metrics.TopKPredictionCount);
        Assert.IsNull(metrics.TopKAccuracyForAllK);
    }

    [TestMethod]
    public void ConfusionMatrixHasActualClassesInRows()
    {
        var matrix = _ml.MulticlassClassification.Evaluate(Multiclass()).ConfusionMatrix;
        Assert.AreEqual(3, matrix.NumberOfClasses);
        double[][] expected = [[2, 0, 1], [1, 2, 0], [0, 0, 2]];
        for (int i = 0; i < 3; i++)
            CollectionAssert.AreEqual(expected[i], matrix.Counts[i].ToArray());
        AssertClose([2.0 / 3, 1, 2.0 / 3], matrix.PerClassPrecision);
        AssertClose([2.0 / 3, 2.0 / 3, 1], matrix.PerClassRecall);
        Assert.AreEqual(1, matrix.GetCountForClassPair(predictedClassIndicatorIndex: 2, actualClassIndicatorIndex: 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => matrix.GetCountForClassPair(3, 0));
    }

    [TestMethod]
    public void ConfusionTableShowsRecallAndPrecision()
    {
        string[] lines = _ml.MulticlassClassification.Evaluate(Multiclass()).ConfusionMatrix.GetFormattedConfusionTable()
            .ReplaceLineEndings("\n").Split('\n');
        string[] expected =
        [
            "",
            "Confusion table",
            "          ||========================",
            "PREDICTED ||     0 |     1 |     2 | Recall",
            "TRUTH     ||========================",
            "        0 ||     2 |     0 |     1 | 0.6667",
            "        1 ||     1 |     2 |     0 | 0.6667",
            "        2 ||     0 |     0 |     2 | 1.0000",
            "          ||========================",
            "Precision ||0.6667 |1.0000 |0.6667 |",
            "",
        ];
        CollectionAssert.AreEqual(expected, lines);
    }

    [TestMethod]
    public void TopKCountsTheBestScores()
    {
        var metrics = _ml.MulticlassClassification.Evaluate(Multiclass(), topKPredictionCount: 3);
        // Both rows predicted wrong have their label second; of two equal scores the first ranks higher.
        AssertClose([0.75, 1, 1], metrics.TopKAccuracyForAllK);
        Assert.AreEqual(1, metrics.TopKAccuracy, 1e-12);
        Assert.AreEqual(3, metrics.TopKPredictionCount);
    }

    [TestMethod]
    public void LabelBeyondTheScoresIsWrongAtTheLargestLoss()
    {
        var rows = new[] { new FloatLabel { Label = 0, Score = [1, 0, 0] }, new FloatLabel { Label = 5, Score = [1, 0, 0] } };
        var metrics = _ml.MulticlassClassification.Evaluate(_ml.Data.LoadFromEnumerable(rows));
        Assert.AreEqual(0.5, metrics.MicroAccuracy, 1e-12);
        Assert.AreEqual(1, metrics.MacroAccuracy, 1e-12);
        Assert.AreEqual(-Math.Log(1e-15f) / 2, metrics.LogLoss, 1e-9);
        Assert.AreEqual(1, metrics.ConfusionMatrix.Counts.Sum(row => row.Sum()));
    }

    [TestMethod]
    public void RowsWithoutLabelOrWithBadScoresDoNotCount()
    {
        var rows = new[]
        {
            new FloatLabel { Label = 1, Score = [0, 1, 0] },
            new FloatLabel { Label = float.NaN, Score = [1, 0, 0] },
            new FloatLabel { Label = 0.5f, Score = [0, 1, 0] },
            new FloatLabel { Label = 0, Score = [float.NaN, 1, 0] },
        };
        var metrics = _ml.MulticlassClassification.Evaluate(_ml.Data.LoadFromEnumerable(rows));
        Assert.AreEqual(1, metrics.MicroAccuracy);
        Assert.AreEqual(0, metrics.LogLoss, 1e-12);
    }

    [TestMethod]
    public void BinaryMetricsAreMLNets()
    {
        var data = BinaryRows((true, 2.1f, 0.89f), (true, -0.3f, 0.43f), (false, -1.2f, 0.23f), (false, 0.4f, 0.6f), (true, 0.9f, 0.71f),
            (false, -2, 0.12f));
        var metrics = _ml.BinaryClassification.Evaluate(data);
        double third = 2.0 / 3;
        Assert.AreEqual(third, metrics.Accuracy, 1e-12);
        Assert.AreEqual(0.8888888888888888, metrics.AreaUnderRocCurve, 1e-12);
        Assert.AreEqual(0.9027777777777777, metrics.AreaUnderPrecisionRecallCurve, 1e-12);
        Assert.AreEqual(third, metrics.F1Score, 1e-12);
        Assert.AreEqual(third, metrics.PositivePrecision, 1e-12);
        Assert.AreEqual(third, metrics.PositiveRecall, 1e-12);
        Assert.AreEqual(third, metrics.NegativePrecision, 1e-12);
        Assert.AreEqual(third, metrics.NegativeRecall, 1e-12);
        Assert.AreEqual(0.6272076185765627, metrics.LogLoss, 1e-12);
        Assert.AreEqual(0.3727923814234373, metrics.LogLossReduction, 1e-12);
        Assert.AreEqual(1, metrics.Entropy, 1e-12);
        var raw = _ml.BinaryClassification.EvaluateNonCalibrated(data);
        Assert.AreEqual(metrics.AreaUnderRocCurve, raw.AreaUnderRocCurve);
        Assert.AreEqual(2, raw.ConfusionMatrix.Counts[0][0]);
    }

    [TestMethod]
    public void TiedScoresCountHalfForTheAreaUnderRoc()
    {
        // Of the six pairs two are tied, three are in order and one is not.
        var data = BinaryRows((true, 1, 0.5f), (false, 1, 0.5f), (true, 2, 0.5f), (false, 3, 0.5f), (true, 3, 0.5f));
        Assert.AreEqual((2 + 2 * 0.5) / 6, _ml.BinaryClassification.EvaluateNonCalibrated(data).AreaUnderRocCurve, 1e-12);
    }

    [TestMethod]
    public void OneClassHasNoAreaUnderRoc() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.Evaluate(BinaryRows((true, 1, 0.5f))));

    [TestMethod]
    public void RegressionMetricsAreMLNets()
    {
        (float, float)[] rows = [(1, 1.5f), (2, 1.8f), (3, 3.3f), (4, 3.6f)];
        var metrics = _ml.Regression.Evaluate(_ml.Data.LoadFromEnumerable(rows.Select(row => new Number { Label = row.Item1, Score = row.Item2 })));
        Assert.AreEqual(0.3500000238418579, metrics.MeanAbsoluteError, 1e-15);
        Assert.AreEqual(0.13500001668930395, metrics.MeanSquaredError, 1e-15);
        Assert.AreEqual(0.36742348412874204, metrics.RootMeanSquaredError, 1e-15);
        Assert.AreEqual(0.8919999866485568, metrics.RSquared, 1e-15);
        Assert.AreEqual(0.13500001560896635, metrics.LossFunction, 1e-15);
    }

    [TestMethod]
    public void ConstantLabelsHaveNoRSquared()
    {
        var rows = new[] { new Number { Label = 1, Score = 2 }, new Number { Label = 1, Score = 3 } };
        Assert.AreEqual(double.NaN, _ml.Regression.Evaluate(_ml.Data.LoadFromEnumerable(rows)).RSquared);
    }

    [TestMethod]
    public void MissingColumnIsNamed()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new { Score = 1f } });
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Regression.Evaluate(data));
        Assert.AreEqual("Label column 'Label' not found (Parameter 'schema')", error.Message);
    }

    [TestMethod]
    public void WrongLabelTypeIsNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Regression.Evaluate(Multiclass(), scoreColumnName: "Score"));
        StringAssert.Contains(error.Message, "score column 'Score'");
    }

    private static void AssertClose(double[] expected, IReadOnlyList<double> actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-12, $"at {i}");
    }
}
