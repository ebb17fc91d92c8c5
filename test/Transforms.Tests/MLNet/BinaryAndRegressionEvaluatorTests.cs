using Microsoft.ML;

namespace MLSeqGraph.Transforms.Tests.MLNet;

[TestClass]
public sealed class BinaryAndRegressionEvaluatorTests
{
    private readonly MLContext _ml = new(seed: 1);

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

    private sealed class OnlyScore
    {
        public float Score { get; set; }
    }

    private IDataView BinaryRows(params (bool Label, float Score, float Probability)[] rows) =>
        _ml.Data.LoadFromEnumerable(rows.Select(row => new Binary { Label = row.Label, Score = row.Score, Probability = row.Probability }));

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
        var data = _ml.Data.LoadFromEnumerable(new[] { new OnlyScore() });
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Regression.Evaluate(data));
        Assert.AreEqual("Label column 'Label' not found (Parameter 'schema')", error.Message);
    }

    [TestMethod]
    public void WrongLabelTypeIsNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Regression.Evaluate(BinaryRows(), scoreColumnName: "Label"));
        StringAssert.Contains(error.Message, "score column 'Label'");
    }
}
