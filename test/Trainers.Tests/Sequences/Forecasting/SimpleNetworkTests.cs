using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Naive forecasts as models, and exponential smoothing against a plain loop.</summary>
[TestClass]
public class SimpleNetworkTests
{
    private static readonly MLContext Ml = new(1);

    public static IEnumerable<object[]> NaiveOfEveryLoss =>
        from loss in Enum.GetValues<ForecastLoss>()
        where loss != ForecastLoss.NegativeBinomial
        from name in (string[])["naive", "seasonal naive", "drift"]
        select new object[] { loss, name };

    private static ForecastNetwork Of(string name) => name switch
    {
        "naive" => ForecastNetwork.Naive(),
        "drift" => ForecastNetwork.Drift(),
        _ => ForecastNetwork.SeasonalNaive(7),
    };

    [TestMethod]
    [DynamicData(nameof(NaiveOfEveryLoss))]
    public void Naive_forecasts_are_models_that_save_and_score(ForecastLoss loss, string name)
    {
        var rows = Panels.Waves(90, 2);
        var data = Ml.View(rows);
        using var folder = new TemporaryFolder();
        using var model = Ml.Sequences().Forecasting(Panels.Options(options => (options.Network, options.Loss, options.Epochs,
            options.Quantiles) = (Of(name), loss, 2, [0.5f, 0.9f]))).Fit(data);
        Ml.Model.Save(model, data.Schema, folder.File("model.zip"));
        using var read = (ForecastScoringTransformer)Ml.Model.LoadSequenceGraph(folder.File("model.zip"), out _);
        foreach (var of in read.Forecast(data))
        {
            float[] values = [.. rows.Where(row => row.Series == of.Series).Select(row => row.Value)];
            var expected = name == "naive" ? values[^1] : name == "drift" ? values[^1] + of.Step * (values[^1] - values[^21]) / 20
                : values[^(8 - of.Step)];
            Assert.AreEqual(expected, of.Score, 1e-4 * expected);
            Assert.IsLessThanOrEqualTo(of.Quantiles[1], of.Quantiles[0]);
        }
        var test = Ml.Sequences().Backtest(read, data, new() { TestSteps = 28, Season = 7 });
        if (name != "drift")
            Assert.AreEqual(test.MetricsOf(name).MeanAbsoluteError, test.Metrics.MeanAbsoluteError, 1e-3);
    }

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(1, true)]
    [DataRow(7, false)]
    [DataRow(7, true)]
    public void Smoothing_is_that_of_a_plain_loop(int season, bool hasTrend)
    {
        var rows = Panels.Waves(60);
        using var model = Ml.Sequences().Forecasting(Panels.Options(options => (options.Network, options.Epochs, options.LearningRate) =
            (ForecastNetwork.Smoothing(season, hasTrend), 1, 1e-12f))).Fit(Ml.View(rows));
        var forecast = model.Forecast(Ml.View(rows));
        double[] x = [.. rows.Select(row => (double)row.Value).TakeLast(21)];
        // The factors it begins with.
        var (alpha, beta, damping, gamma) = (0.4, 0.1, 0.8 + 0.2 * 0.6, 0.1);
        var apart = season > 1 ? season : 4;
        double first = x.Take(season).Average(), second = x.Skip(apart).Take(season).Average();
        var slope = hasTrend ? (second - first) / apart : 0;
        var level = first - slope * (season + 1) / 2;
        double[] seasons = [.. Enumerable.Range(0, season).Select(i => season == 1 ? 0 : x[i] - first - slope * (i - (season - 1) / 2.0))];
        for (var step = 0; step < x.Length; step++)
        {
            var moved = hasTrend ? damping * slope : 0;
            var error = x[step] - level - moved - seasons[step % season];
            (level, slope) = (level + moved + alpha * error, moved + alpha * beta * error);
            seasons[step % season] += season == 1 ? 0 : gamma * error;
        }
        double ahead = 0, power = 1;
        for (var step = 0; step < 7; step++)
        {
            ahead += power *= damping;
            Assert.AreEqual(level + (hasTrend ? ahead * slope : 0) + seasons[(x.Length + step) % season], forecast[step].Score, 1e-3);
        }
    }

    [TestMethod]
    public void Smoothing_learns_its_factors()
    {
        // A level that wanders: the best factor is near 1, and the trend worthless.
        var (random, at) = (new Random(4), 100f);
        Panels.Row[] rows = [.. Enumerable.Range(0, 400).Select(step => new Panels.Row
        {
            Time = new DateTime(2020, 1, 1).AddDays(step), Value = at += (float)(random.NextDouble() - 0.5),
        })];
        using var model = Ml.Sequences().Forecasting(Panels.Options(options => (options.Network, options.Epochs, options.LearningRate,
            options.Horizon) = (ForecastNetwork.Smoothing(), 30, 5e-3f, 2))).Fit(Ml.View(rows));
        Assert.AreEqual(rows[^1].Value, model.Forecast(Ml.View(rows))[0].Score, 0.1);
        Assert.IsLessThan(model.History.Epochs[0].Loss, model.History.Epochs[^1].Loss);
    }

    [TestMethod]
    [DataRow(ForecastLoss.Huber)]
    [DataRow(ForecastLoss.Quantiles)]
    [DataRow(ForecastLoss.Gaussian)]
    public void A_mean_is_that_of_networks_trained_for_themselves(ForecastLoss loss)
    {
        var data = Ml.View(Panels.Waves(90, 2));
        float[] Forecast(ForecastNetwork network)
        {
            // Without a bound of the gradient's norm, steps of one network know nothing of the other.
            using var model = Ml.Sequences().Forecasting(Panels.Options(options => (options.Network, options.Loss, options.Epochs,
                options.Calibrate, options.ValidationFraction) = (network, loss, 5, false, 0))).Fit(data);
            return [.. model.Forecast(data).Select(of => of.Score)];
        }
        ForecastNetwork naive = ForecastNetwork.SeasonalNaive(7), smoothing = ForecastNetwork.Smoothing(7);
        float[] one = Forecast(naive), other = Forecast(smoothing), both = Forecast(ForecastNetwork.Mean(naive, smoothing));
        // Adam's steps don't depend on the size of the loss.
        for (var i = 0; i < both.Length; i++)
            Assert.AreEqual((one[i] + other[i]) / 2, both[i], 2e-3 * Math.Abs(both[i]));
    }

    [TestMethod]
    public void What_they_need_is_said()
    {
        foreach (var (change, expected) in ((Action<ForecastingTrainer.Options>, string)[])
        [
            (options => options.Network = ForecastNetwork.Smoothing(11), "at least 22 steps, which seasonal smoothing reads"),
            (options => options.Network = ForecastNetwork.SeasonalNaive(22), "at least 22 steps"),
            (options => (options.Network, options.Loss) = (ForecastNetwork.Naive(), ForecastLoss.NegativeBinomial),
                "logarithm of the mean"),
        ])
            StringAssert.Contains(Assert.Throws<ArgumentException>(() => Ml.Sequences().Forecasting(Panels.Options(change))
                .Fit(Ml.View(Panels.Waves())), expected).Message, expected);
        Assert.Throws<ArgumentException>(() => ForecastNetwork.Mean(ForecastNetwork.Naive()));
        Assert.Throws<ArgumentOutOfRangeException>(() => ForecastNetwork.Smoothing(0));
    }
}
