using Microsoft.ML;
using static MLSeqGraph.Trainers.Tests.Views;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public sealed class RegressionEvaluationTests
{
    [TestMethod]
    public void Metrics_are_those_computed_by_hand()
    {
        var metrics = Evaluate(Row([1, 10], [2, 10]), Row([3, 20], [3, 40]), Row([5, 30], [2, 30]));
        Assert.AreEqual(new OutputRegressionMetrics("0", 3, 4.0 / 3, 10.0 / 3, 1 - 10.0 / 8), metrics.PerOutput[0]);
        Assert.AreEqual(20.0 / 3, metrics.PerOutput[1].MeanAbsoluteError, 1e-12);
        Assert.AreEqual(-1, metrics.PerOutput[1].RSquared, 1e-12);
        Assert.AreEqual((Math.Sqrt(10.0 / 3) + Math.Sqrt(400.0 / 3)) / 2, metrics.RootMeanSquaredError, 1e-12);
        Assert.AreEqual(4, metrics.MeanAbsoluteError, 1e-12);
        Assert.AreEqual((-0.25 - 1) / 2, metrics.RSquared, 1e-12);
        Assert.AreEqual(3, metrics.RowCount);
        StringAssert.Contains(metrics.ToString(), "average");
    }

    [TestMethod]
    [DataRow(1e-30f)]
    [DataRow(1e30f)]
    public void Determination_has_no_unit(float factor)
    {
        var rows = Random(100, 3);
        Numbers[] scaled = [.. rows.Select(row => Row([.. row.Label.Select(x => x * factor)], [.. row.Score.Select(x => x * factor)]))];
        var (plain, other) = (Evaluate(rows), Evaluate(scaled));
        for (int i = 0; i < 3; i++)
        {
            Assert.AreEqual(plain.PerOutput[i].RSquared, other.PerOutput[i].RSquared, 1e-6);
            Assert.AreEqual(1, other.PerOutput[i].MeanAbsoluteError / (plain.PerOutput[i].MeanAbsoluteError * factor), 1e-6);
        }
    }

    [TestMethod]
    public void Agrees_with_two_passes_over_random_rows()
    {
        var rows = Random(500, 4);
        var metrics = Evaluate(rows);
        for (int i = 0; i < 4; i++)
        {
            double mean = rows.Average(row => (double)row.Label[i]);
            double residual = rows.Sum(row => Math.Pow((double)row.Label[i] - row.Score[i], 2));
            double total = rows.Sum(row => Math.Pow(row.Label[i] - mean, 2));
            Assert.AreEqual(1 - residual / total, metrics.PerOutput[i].RSquared, 1e-9);
            Assert.AreEqual(Math.Sqrt(residual / 500), metrics.PerOutput[i].RootMeanSquaredError, 1e-9);
        }
    }

    [TestMethod]
    public void Agrees_with_the_regression_evaluator_on_single_numbers()
    {
        var rows = Random(200, 1).Select(row => new Single { Label = row.Label[0], Score = row.Score[0] });
        var data = Ml.Data.LoadFromEnumerable(rows);
        var (ours, theirs) = (Ml.Graphs().EvaluateRegression(data), Ml.Regression.Evaluate(data));
        Assert.AreEqual(theirs.MeanAbsoluteError, ours.MeanAbsoluteError, 1e-9);
        Assert.AreEqual(theirs.MeanSquaredError, ours.MeanSquaredError, 1e-9);
        Assert.AreEqual(theirs.RootMeanSquaredError, ours.RootMeanSquaredError, 1e-9);
        Assert.AreEqual(theirs.RSquared, ours.RSquared, 1e-9);
    }

    [TestMethod]
    public void A_constant_label_has_no_determination_and_averages_leave_it_out()
    {
        var metrics = Evaluate(Row([0.1f, 1], [0.2f, 1]), Row([0.1f, 2], [0.1f, 2]), Row([0.1f, 3], [0, 3]));
        Assert.IsTrue(double.IsNaN(metrics.PerOutput[0].RSquared));
        Assert.AreEqual(1, metrics.RSquared);
        Assert.IsTrue(double.IsNaN(Evaluate(Row([1], [2])).RSquared));
    }

    [TestMethod]
    public void Labels_far_from_zero_keep_their_variation()
    {
        var metrics = Evaluate(Row([16777214], [16777214]), Row([16777215], [16777215]), Row([16777216], [16777215]));
        Assert.AreEqual(0.5, metrics.RSquared, 1e-9);
    }

    [TestMethod]
    public void Missing_labels_do_not_count()
    {
        var metrics = Evaluate(Row([1, float.NaN], [1, float.NaN]), Row([2, 5], [4, 6]));
        Assert.AreEqual((2L, 1L), (metrics.PerOutput[0].Count, metrics.PerOutput[1].Count));
        Assert.AreEqual((1L, 2L), (metrics.MissingLabelCount, metrics.RowCount));
        Assert.AreEqual(1, metrics.PerOutput[1].MeanAbsoluteError);
    }

    [TestMethod]
    public void Names_of_slots_are_kept()
    {
        var data = Ml.Data.LoadFromEnumerable(new[] { new Single { Label = 1, Score = 2 }, new Single { Label = 2, Score = 2 } });
        var view = Ml.Transforms.Concatenate("Labels", "Label", "Score").Append(Ml.Transforms.Concatenate("Scores", "Score", "Label"))
            .Fit(data).Transform(data);
        var metrics = Ml.Sequences().EvaluateRegression(view, "Labels", "Scores");
        CollectionAssert.AreEqual(new[] { "Score", "Label" }, metrics.PerOutput.Select(output => output.Name).ToArray());
        StringAssert.Contains(metrics.ToString(), "Score");
    }

    [TestMethod]
    public void Bad_input_is_an_error()
    {
        var tags = Tagged("x", "x", Views.Row("x", "x"));
        Fails<ArgumentException>(() => Ml.Sequences().EvaluateRegression(tags), "'Label'", "a Single or a vector of Single");
        Fails<ArgumentException>(() => Ml.Graphs().EvaluateRegression(tags, "Missing"), "'Missing' not found");
        Fails<InvalidDataException>(() => Evaluate(), "no rows");
        Fails<InvalidDataException>(() => Evaluate(Row([1], [1]), Row([1, 2], [1])),
            "'Label', row 1", "2 values, expected 1", "'Score' has 1");
        Fails<InvalidDataException>(() => Evaluate(Row([1], [1]), Row([1, 2], [1, 2])), "'Label', row 1", "the first row has 1");
        Fails<InvalidDataException>(() => Evaluate(Row([float.PositiveInfinity], [1])), "'Label', row 0", "expected a finite number");
        Fails<InvalidDataException>(() => Evaluate(Row([1], [float.NaN])), "'Score', row 0", "value 0 is NaN");
        Fails<InvalidDataException>(() => Evaluate(Row([float.NaN], [1])), "'Label' has no label in any row");
    }

    private static Numbers Row(float[] label, float[] score) => new() { Label = label, Score = score };

    private static VectorRegressionMetrics Evaluate(params Numbers[] rows) =>
        Ml.Sequences().EvaluateRegression(Ml.Data.LoadFromEnumerable(rows));

    private static Numbers[] Random(int count, int width)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] label = [.. Enumerable.Range(0, width).Select(i => i + random.NextSingle())];
            return Row(label, [.. label.Select(x => x + 0.2f * (random.NextSingle() - 0.5f))]);
        })];
    }

    private sealed class Single
    {
        public float Label { get; set; }

        public float Score { get; set; }
    }
}
