using Microsoft.ML;
using static MLSeqGraph.Trainers.Tests.Views;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public sealed class LinkRankingEvaluationTests
{
    [TestMethod]
    public void Metrics_are_those_computed_by_hand()
    {
        // Query a: ranks 1 and 2, since links don't count against each other; b: rank 3; c has no link.
        var metrics = Evaluate("Query", null, Link("a", 5), Other("b", 9),
            Other("a", 4), Link("a", 3), Other("b", 8), Link("b", 1), Other("c", 1));
        Assert.AreEqual((1 + 0.5 + 1.0 / 3) / 3, metrics.MeanReciprocalRank, 1e-12);
        Assert.AreEqual(2, metrics.MeanRank, 1e-12);
        CollectionAssert.AreEqual(new[] { 1, 3, 10 }, metrics.AtK.Select(at => at.K).ToArray());
        Assert.AreEqual(1.0 / 3, metrics.AtK[0].Hits, 1e-12);
        Assert.AreEqual(1, metrics.AtK[1].Hits);
        double ideal = 1 + 1 / Math.Log2(3);
        Assert.AreEqual(0.5, metrics.AtK[0].NormalizedDiscountedCumulativeGain, 1e-12);
        Assert.AreEqual(((1 + 0.5) / ideal + 0.5) / 2, metrics.AtK[1].NormalizedDiscountedCumulativeGain, 1e-12);
        Assert.AreEqual((2L, 1L, 3L, 7L), (metrics.QueryCount, metrics.QueryWithoutLinkCount, metrics.LinkCount, metrics.PairCount));
        Assert.IsTrue(double.IsNaN(metrics.AreaUnderRocCurve) && double.IsNaN(metrics.AveragePrecision));
        StringAssert.Contains(metrics.ToString(), "hits@10");
    }

    [TestMethod]
    public void Ties_count_as_the_mean_of_best_and_worst_rank()
    {
        var metrics = Evaluate("Query", [1, 2], Link("a", 0f), Other("a", -0f), Other("a", 0f), Other("a", -1));
        Assert.AreEqual(2, metrics.MeanRank);
        Assert.AreEqual((0.0, 1.0), (metrics.AtK[0].Hits, metrics.AtK[1].Hits));
        Assert.AreEqual(1.0 / 3, metrics.AtK[0].NormalizedDiscountedCumulativeGain, 1e-12);
    }

    [TestMethod]
    public void A_constant_score_is_no_better_than_chance()
    {
        var metrics = Evaluate(null, null, [Link("", 1), .. Enumerable.Repeat(Other("", 1), 3)]);
        Assert.AreEqual(0.5, metrics.AreaUnderRocCurve);
        Assert.AreEqual(0.25, metrics.AveragePrecision);
        Assert.AreEqual(2.5, metrics.MeanRank);
    }

    [TestMethod]
    public void Agrees_with_comparing_all_pairs()
    {
        var pairs = Random(400);
        var metrics = Evaluate("Query", [1, 4], pairs);
        var ranks = new List<double>();
        foreach (var link in pairs.Where(pair => pair.Label))
        {
            var others = pairs.Where(pair => pair.Query == link.Query && !pair.Label).ToArray();
            int best = 1 + others.Count(other => other.Score > link.Score), worst = 1 + others.Count(other => other.Score >= link.Score);
            ranks.Add((best + worst) / 2.0);
        }

        Assert.AreEqual(ranks.Average(rank => 1 / rank), metrics.MeanReciprocalRank, 1e-12);
        Assert.AreEqual(ranks.Average(), metrics.MeanRank, 1e-12);
        Assert.AreEqual(ranks.Count(rank => rank <= 4) / (double)ranks.Count, metrics.AtK[1].Hits, 1e-12);
        var queries = pairs.GroupBy(pair => pair.Query).Where(query => query.Any(pair => pair.Label));
        var gains = queries.Select(query => SlowNdcg([.. query], 4));
        Assert.AreEqual(gains.Average(), metrics.AtK[1].NormalizedDiscountedCumulativeGain, 1e-2);
    }

    [TestMethod]
    public void Agrees_with_the_binary_evaluator_without_queries()
    {
        var pairs = Random(300);
        var (ours, theirs) = (Evaluate(null, null, pairs), Ml.BinaryClassification.EvaluateNonCalibrated(
            Ml.Data.LoadFromEnumerable(pairs.Select(pair =>
                new Scored { Label = pair.Label, PredictedLabel = pair.Score > 9, Score = pair.Score }))));
        Assert.AreEqual(theirs.AreaUnderRocCurve, ours.AreaUnderRocCurve, 1e-9);
        double[] thresholds = [.. pairs.Select(pair => (double)pair.Score).Distinct().OrderDescending()];
        double expected = 0, before = 0;
        foreach (double threshold in thresholds)
        {
            var above = pairs.Where(pair => pair.Score >= threshold).ToArray();
            double recall = above.Count(pair => pair.Label) / (double)pairs.Count(pair => pair.Label);
            expected += (recall - before) * above.Count(pair => pair.Label) / above.Length;
            before = recall;
        }

        Assert.AreEqual(expected, ours.AveragePrecision, 1e-9);
        Assert.AreEqual(1, ours.QueryCount);
    }

    [TestMethod]
    public void Labels_can_be_numbers_and_queries_keys()
    {
        var pairs = Ml.Data.LoadFromEnumerable(Random(100));
        var data = Ml.Transforms.Conversion.MapValueToKey("Key", "Query").Fit(pairs).Transform(pairs);
        var byText = Ml.Graphs().EvaluateLinkRanking(data, "Query");
        Assert.AreEqual(byText.MeanReciprocalRank, Ml.Graphs().EvaluateLinkRanking(data, "Key", "Number").MeanReciprocalRank);
    }

    [TestMethod]
    public void Links_alone_have_no_area()
    {
        var metrics = Evaluate(null, null, Link("", 1), Link("", 2));
        Assert.IsTrue(double.IsNaN(metrics.AreaUnderRocCurve));
        Assert.AreEqual(1, metrics.MeanReciprocalRank);
    }

    [TestMethod]
    public void Bad_input_is_an_error()
    {
        var data = Ml.Data.LoadFromEnumerable([Link("a", 1)]);
        Fails<ArgumentException>(() => Ml.Graphs().EvaluateLinkRanking(data, "Head"), "'Head' not found");
        Fails<ArgumentException>(() => Ml.Graphs().EvaluateLinkRanking(data, "Query", "Query"), "'Query'", "expected a Boolean");
        Fails<ArgumentException>(() => Ml.Graphs().EvaluateLinkRanking(data, "Query", "Label", "Label"), "'Label'", "expected a Single");
        Fails<ArgumentOutOfRangeException>(() => Ml.Graphs().EvaluateLinkRanking(data, "Query", ks: [3, 0]), "k is 0");
        Fails<InvalidDataException>(() => Evaluate("Query", null), "no rows");
        Fails<InvalidDataException>(() => Evaluate("Query", null, Other("a", 1)), "'Label' says of no row that it is a link");
        Fails<InvalidDataException>(() => Evaluate("Query", null, Link("a", 1), Link("a", float.NaN)), "'Score', row 1", "NaN");
        Fails<InvalidDataException>(() => Evaluate("Query", null, Link("", 1)), "'Query', row 0", "missing");
        var halves = Ml.Data.LoadFromEnumerable([new Pair { Number = 0.5f }]);
        Fails<InvalidDataException>(() => Ml.Graphs().EvaluateLinkRanking(halves, null, "Number"), "'Number', row 0", "expected 0 or 1");
    }

    private static Pair Link(string query, float score) => new() { Query = query, Score = score, Label = true, Number = 1 };

    private static Pair Other(string query, float score) => new() { Query = query, Score = score };

    private static LinkRankingMetrics Evaluate(string? query, int[]? ks, params Pair[] pairs) =>
        Ml.Graphs().EvaluateLinkRanking(Ml.Data.LoadFromEnumerable(pairs), query, ks: ks);

    private static Pair[] Random(int count)
    {
        var random = new Random(9);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            string query = "q" + random.Next(12);
            return random.Next(3) == 0 ? Link(query, random.Next(2, 20)) : Other(query, random.Next(0, 15));
        })];
    }

    // Ties in every order that chance gives, on average.
    private static double SlowNdcg(Pair[] query, int k)
    {
        var random = new Random(1);
        double ideal = Enumerable.Range(0, Math.Min(k, query.Count(pair => pair.Label))).Sum(place => 1 / Math.Log2(place + 2));
        return Enumerable.Range(0, 2000).Average(_ =>
        {
            random.Shuffle(query);
            var first = query.OrderByDescending(pair => pair.Score).Take(k);
            return first.Select((pair, place) => pair.Label ? 1 / Math.Log2(place + 2) : 0).Sum();
        }) / ideal;
    }

    private sealed class Scored
    {
        public bool Label { get; set; }

        public bool PredictedLabel { get; set; }

        public float Score { get; set; }
    }
}
