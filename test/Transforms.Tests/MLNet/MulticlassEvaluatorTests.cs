using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.MLNet;

[TestClass]
public sealed class MulticlassEvaluatorTests
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

    private IDataView Multiclass() => _ml.Data.LoadFromEnumerable(Scores.Zip(Labels, (score, label) => new Scored { Label = label, Score = score }));

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

    private static void AssertClose(double[] expected, IReadOnlyList<double> actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-12, $"at {i}");
    }
}
