using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Probabilities of links that hold.</summary>
[TestClass]
public class LinkCalibrationTests
{
    private readonly MLContext _ml = new(1);

    private sealed class Row
    {
        public bool Label { get; set; }

        public float Probability { get; set; }
    }

    private sealed class Labelled
    {
        public bool Label { get; set; }
    }

    // Scores s of which the share 1 / (1 + exp(1 - s / 2)) is an edge.
    private static (float[] Scores, bool[] AreLinks) Drawn(int count, int seed)
    {
        var random = new Random(seed);
        float[] scores = [.. Enumerable.Range(0, count).Select(_ => 12 * random.NextSingle() - 4)];
        return (scores, Array.ConvertAll(scores, score => random.NextDouble() < 1 / (1 + Math.Exp(1 - score / 2))));
    }

    private static float[] Applied(ScoreCurve curve, float[] scores)
    {
        var graph = new Graph("test");
        graph.Output("y", curve.Apply(graph.Input("x", ElementType.Float, ["pairs"])));
        using var session = new OnnxSession(graph);
        return session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Vector(scores) })["y"].As<float>();
    }

    [TestMethod]
    public void Platt_finds_the_line_that_was_there()
    {
        var (scores, areLinks) = Drawn(20_000, 1);
        var y = Applied(ScoreCurve.Fit(LinkCalibration.Platt, scores, areLinks, (double)areLinks.Count(is1 => is1) / areLinks.Length),
            [0, 2, 10]);
        Assert.AreEqual(-1, y[0], 0.1);
        Assert.AreEqual(0, y[1], 0.1);
        Assert.AreEqual(4, y[2], 0.3);
    }

    [TestMethod]
    [DataRow(LinkCalibration.Platt)]
    [DataRow(LinkCalibration.Isotonic)]
    public void Another_share_moves_all_odds_alike(LinkCalibration kind)
    {
        var (scores, areLinks) = Drawn(20_000, 1);
        var found = (double)areLinks.Count(is1 => is1) / areLinks.Length;
        const double Share = 0.01;
        float[] at = [0, 2, 5], before = Applied(ScoreCurve.Fit(kind, scores, areLinks, found), at),
            after = Applied(ScoreCurve.Fit(kind, scores, areLinks, Share), at);
        var expected = Math.Log(Share / (1 - Share)) - Math.Log(found / (1 - found));
        for (var i = 0; i < at.Length; i++)
            Assert.AreEqual(expected, after[i] - before[i], 0.25, $"at {at[i]}");
    }

    [TestMethod]
    public void Isotonic_rises_and_holds_where_no_line_does()
    {
        var random = new Random(2);
        // a step, not a logistic curve
        float[] scores = [.. Enumerable.Range(0, 4000).Select(_ => random.NextSingle() * 10)];
        bool[] areLinks = Array.ConvertAll(scores, score => random.NextDouble() < (score < 8 ? 0.3 : 0.6));
        var share = (double)areLinks.Count(is1 => is1) / areLinks.Length;
        var curve = ScoreCurve.Fit(LinkCalibration.Isotonic, scores, areLinks, share);
        float[] grid = [.. Enumerable.Range(0, 101).Select(i => i / 10f)], y = Applied(curve, grid);
        for (var i = 1; i < y.Length; i++)
            Assert.IsGreaterThanOrEqualTo(y[i - 1], y[i], $"at {grid[i]}");
        Assert.AreEqual(0.3, 1 / (1 + Math.Exp(-y[40])), 0.06);
        Assert.AreEqual(0.6, 1 / (1 + Math.Exp(-y[93])), 0.08);
        Assert.IsTrue(Applied(curve, [-1e6f, 1e6f]).All(float.IsFinite));
    }

    [TestMethod]
    public void Metrics_of_known_rows()
    {
        Row[] rows = [new() { Probability = 0.1f }, new() { Probability = 0.3f, Label = true }, new() { Probability = 0.8f, Label = true },
            new() { Probability = 0.9f, Label = true }];
        var metrics = _ml.Graphs().EvaluateCalibration(_ml.Data.LoadFromEnumerable(rows), binCount: 2);
        Assert.AreEqual((0.01 + 0.49 + 0.04 + 0.01) / 4, metrics.BrierScore, 1e-6);
        Assert.AreEqual(-(Math.Log(0.9) + Math.Log(0.3) + Math.Log(0.8) + Math.Log(0.9)) / 4, metrics.LogLoss, 1e-6);
        // bins of 0.2 and 0.85 with shares of 0.5 and 1
        Assert.AreEqual((0.3 + 0.15) / 2, metrics.ExpectedCalibrationError, 1e-6);
        Assert.AreEqual(2, metrics.Bins[1].Count);
        Assert.AreEqual(0.85, metrics.Bins[1].MeanProbability, 1e-6);
        // The one that isn't true stands for as many as all others: the first bin has 0.5 of false and 1/6 of true rows.
        var weighted = _ml.Graphs().EvaluateCalibration(_ml.Data.LoadFromEnumerable(rows), positiveShare: 0.5, binCount: 2);
        Assert.AreEqual(0.5 * 0.01 + (0.49 + 0.04 + 0.01) / 6, weighted.BrierScore, 1e-6);
        Assert.AreEqual(0.25, weighted.Bins[0].PositiveShare, 1e-6);
        Assert.Contains("expected calibration error", weighted.ToString());
        rows[0].Probability = 1.5f;
        Assert.Contains("expected a probability", Assert.ThrowsExactly<InvalidDataException>(() =>
            _ml.Graphs().EvaluateCalibration(_ml.Data.LoadFromEnumerable(rows))).Message);
    }

    [TestMethod]
    [DataRow(LinkCalibration.Platt)]
    [DataRow(LinkCalibration.Isotonic)]
    public void Files_have_the_curve_inside(LinkCalibration calibration)
    {
        var nodes = TwoCliques.View(_ml);
        var split = _ml.Data.RandomLinkSplit(nodes, TwoCliques.ById(_ml), "Id", 0.25, 0.2, seed: 3);
        LinkPredictionTransformer Fit(LinkCalibration kind, IDataView? validation) => _ml.Graphs().LinkPrediction(new()
        {
            Edges = split.Training, NodeIdColumnName = "Id", ValidationData = validation, Epochs = 30, EmbeddingSize = 4,
            Calibration = kind, EdgeShare = kind == LinkCalibration.None ? null : 0.05,
        }).Fit(nodes);
        using var model = Fit(calibration, split.Validation);
        using var plain = Fit(LinkCalibration.None, split.Validation);
        var scored = model.Transform(split.Validation);
        float[] p = [.. scored.GetColumn<float>("Probability")], score = [.. scored.GetColumn<float>("Score")],
            raw = [.. plain.Transform(split.Validation).GetColumn<float>("Score")];
        for (var i = 0; i < p.Length; i++)
            Assert.AreEqual(1 / (1 + Math.Exp(-score[i])), p[i], 1e-5);
        // Of held-out pairs, weighed by the share, as much is predicted as there is.
        var table = _ml.Graphs().EvaluateCalibration(scored, positiveShare: 0.05, binCount: 1);
        Assert.AreEqual(0.05, table.Bins[0].MeanProbability, 0.02);
        Assert.IsLessThan(0.5 * _ml.Graphs().EvaluateCalibration(plain.Transform(split.Validation), positiveShare: 0.05, binCount: 1)
            .ExpectedCalibrationError, table.ExpectedCalibrationError);
        var order = Enumerable.Range(0, p.Length).OrderBy(i => raw[i]).ToArray();
        for (var i = 1; i < order.Length; i++)
            Assert.IsTrue(score[order[i]] >= score[order[i - 1]] - 1e-4f, "calibration keeps the order");
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        Assert.Contains("pairs that it is learned from", Assert.ThrowsExactly<ArgumentException>(() => Fit(calibration, null)).Message);
        var edges = _ml.Data.FilterByCustomPredicate<Labelled>(split.Validation, row => !row.Label);
        Assert.Contains("expected some that are and some that aren't", Assert.ThrowsExactly<InvalidDataException>(() => Fit(calibration,
            edges)).Message);
    }
}
