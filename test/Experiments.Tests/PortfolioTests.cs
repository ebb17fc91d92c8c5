using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Experiments.Tests;

[TestClass]
public class PortfolioTests
{
    private sealed class Point
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];

        public string Class { get; set; } = "";

        public float Sum { get; set; }

        public string Text { get; set; } = "";
    }

    private static IDataView Points(MLContext ml)
    {
        var random = new Random(1);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, 160).Select(_ =>
        {
            float[] x = [random.NextSingle(), random.NextSingle(), random.NextSingle()];
            return new Point
            {
                Features = x, Class = x[0] > x[1] ? "a" : "b", Sum = x[0] + x[1] - x[2],
                Text = x[0] + x[1] - x[2] > 0.5f ? "rather much of it" : "rather little of it",
            };
        }).ToArray());
    }

    [TestMethod]
    [DataRow(PortfolioTask.Classification, "Class", 0.8)]
    [DataRow(PortfolioTask.Regression, "Sum", 0.3)]
    public void All_models_of_numbers_learn(PortfolioTask task, string label, double enough)
    {
        var ml = new MLContext(seed: 1);
        var result = ml.Experiment().SetPortfolio(Portfolio.ForFeatures(task, 3, PortfolioPreset.Quick, label)).SetDataset(Points(ml), 0.25)
            .SetMaxModelToExplore(4).SetThreadsPerTrial(1).Run();
        AllLearned(result, task, enough, "lightgbm", "linear", "perceptron", "fasttree");
    }

    private static void AllLearned(ExperimentResult result, PortfolioTask task, double enough, params string[] models)
    {
        var trials = string.Join('\n', result.Trials);
        CollectionAssert.AreEqual(models, result.Trials.Select(trial => (string)trial.Parameters["model"]).ToArray(), trials);
        Assert.IsTrue(result.Trials.All(trial => trial.State == TrialState.Completed
            && (task == PortfolioTask.Classification ? trial.Metric > enough : trial.Metric < enough)), trials);
    }

    [TestMethod]
    public void Texts_give_numbers_too()
    {
        var ml = new MLContext(seed: 1);
        var result = ml.Experiment().SetPortfolio(
            Portfolio.ForText(PortfolioTask.Regression, PortfolioPreset.Quick, "Sum").Only("bag", "gru"))
            .SetDataset(Points(ml), 0.25).SetMaxModelToExplore(2).Run();
        Assert.IsTrue(result.Trials.All(trial => trial.State == TrialState.Completed && trial.Metric < 0.45),
            string.Join('\n', result.Trials));
    }

    // A bump is early or late.
    private sealed class Bump
    {
        [VectorType(16)]
        public float[] Features { get; set; } = [];

        public string Class { get; set; } = "";

        public float Place { get; set; }
    }

    private static IDataView Bumps(MLContext ml)
    {
        var random = new Random(1);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, 140).Select(_ =>
        {
            var place = random.Next(2, 14);
            return new Bump
            {
                Features = [.. Enumerable.Range(0, 16).Select(i => 3 * MathF.Exp(-(i - place) * (i - place) / 2f)
                    + random.NextSingle())],
                Class = place < 8 ? "early" : "late", Place = place / 16f,
            };
        }).ToArray());
    }

    [TestMethod]
    [DataRow(PortfolioTask.Classification, "Class", 0.85)]
    [DataRow(PortfolioTask.Regression, "Place", 0.2)]
    public void All_models_of_series_and_images_learn(PortfolioTask task, string label, double enough)
    {
        var ml = new MLContext(seed: 1);
        Portfolio[] portfolios = [Portfolio.ForSeries(task, 16, 1, PortfolioPreset.Best, label),
            Portfolio.ForImages(task, new(4, 4), PortfolioPreset.Best, label)];
        CollectionAssert.AreEqual(new[] { "minirocket", "resnet", "lstm", "lightgbm", "transformer", "inception", "fasttree" },
            portfolios[0].Models.ToArray());
        CollectionAssert.AreEqual(new[] { "convnet", "lightgbm", "resnet", "linear", "vit", "mixer", "fasttree" },
            portfolios[1].Models.ToArray());
        foreach (var portfolio in portfolios)
        {
            var result = ml.Experiment().SetPortfolio(portfolio.WithEpochs(15)).SetPruner(null).SetDataset(Bumps(ml), 0.25)
                .SetMaxModelToExplore(7).SetThreadsPerTrial(1).Run();
            AllLearned(result, task, enough, [.. portfolio.Models]);
        }
        // Kernels of nine steps.
        Assert.DoesNotContain("minirocket", Portfolio.ForSeries(task, 8).Models);
        Assert.Throws<ArgumentOutOfRangeException>(() => Portfolio.ForSeries(task, 0));
    }

    [TestMethod]
    [DataRow(PortfolioTask.Classification, "Class", 0.85)]
    [DataRow(PortfolioTask.Regression, "Sum", 0.45)]
    public void Trees_read_texts(PortfolioTask task, string label, double enough)
    {
        var ml = new MLContext(seed: 1);
        var rows = ml.Data.LoadFromEnumerable(ml.Data.CreateEnumerable<Point>(Points(ml), reuseRowObject: false)
            .Select(point => { point.Class = point.Text.Split(' ')[1]; return point; }).ToArray());
        string[] trees = ["bag-lightgbm", "words-fasttree"];
        var result = ml.Experiment().SetPortfolio(Portfolio.ForText(task, PortfolioPreset.Best, label).Only(trees))
            .SetDataset(rows, 0.25).SetMaxModelToExplore(2).SetThreadsPerTrial(1).Run();
        AllLearned(result, task, enough, trees);
    }

    [TestMethod]
    public void Presets_search_more_and_models_can_be_chosen()
    {
        int Dimensions(PortfolioPreset preset) => Portfolio.ForText(PortfolioTask.Classification, preset).Space.Dimensions.Count;
        Assert.AreEqual(1, Dimensions(PortfolioPreset.Quick));
        Assert.IsLessThan(Dimensions(PortfolioPreset.Best), Dimensions(PortfolioPreset.Good));
        var some = Portfolio.ForText(PortfolioTask.Classification).Only("gru");
        CollectionAssert.AreEqual(new[] { "gru" }, some.Models.ToArray());
        Assert.AreEqual(64, some.Defaults.Single()["gru.hidden"]);
        Assert.Contains("no model 'x'; expected some of lstm", Assert.Throws<ArgumentException>(() =>
            Portfolio.ForText(PortfolioTask.Classification).Only("x")).Message);
        foreach (var values in Portfolio.ForText(PortfolioTask.Classification, PortfolioPreset.Best).Defaults)
            Assert.IsNotNull(Portfolio.ForText(PortfolioTask.Classification, PortfolioPreset.Best).Space.MappingToFeatureSpace(values));
    }

    [TestMethod]
    public void First_trials_must_be_of_the_space() => Assert.Contains("isn't of the search space", Assert.Throws<ArgumentException>(() =>
        new MLContext().Experiment().SetSearchSpace(space => space.Range("a", 0.0, 1.0)).SetFirstTrials(
            [new Dictionary<string, object> { ["a"] = 2.0 }])).Message);
}
