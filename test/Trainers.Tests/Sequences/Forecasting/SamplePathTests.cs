using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Futures that are drawn step by step.</summary>
[TestClass]
public class SamplePathTests
{
    private static readonly MLContext Ml = new(1);

    // A random walk: what is to come spreads with the root of the steps.
    private static List<Panels.Row> Walk(int steps, int series)
    {
        var random = new Random(5);
        var rows = new List<Panels.Row>();
        for (var i = 0; i < series; i++)
        {
            var value = 100.0;
            for (var step = 0; step < steps; step++)
            {
                value += Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                rows.Add(new() { Series = $"s{i}", Time = new DateTime(2024, 1, 1).AddDays(step), Value = (float)value });
            }
        }
        return rows;
    }

    [TestMethod]
    public void Paths_of_a_random_walk_spread_with_the_root_of_the_steps()
    {
        var rows = Walk(300, 4);
        using var model = Ml.Sequences().Forecasting(Panels.Options(options =>
        {
            options.Network = ForecastNetwork.NLinear();
            options.Horizon = 1;
            options.InputWindow = 16;
            options.Normalization = WindowNormalization.LastValue;
            options.Loss = ForecastLoss.Gaussian;
        })).Fit(Ml.View(rows));
        var paths = model.SamplePaths(Ml.View(rows), 16, 400);
        Assert.HasCount(4 * 400, paths);
        Assert.IsTrue(paths.All(path => path.Values.Count == 16 && path.Times.Count == 16));
        Assert.AreEqual("2024-10-27", paths[0].Times[0][..10]);
        double Spread(int step)
        {
            var last = paths.Where(path => path.Series == "s1").Select(path => (double)path.Values[step]).ToArray();
            var mean = last.Average();
            return Math.Sqrt(last.Average(value => (value - mean) * (value - mean)));
        }
        var told = model.Forecast(Ml.View(rows)).Single(row => row.Series == "s1").Quantiles;
        Assert.AreEqual((told[3] - told[1]) / 2.563, Spread(0), 0.2, "80 % of a normal distribution are 2.563 deviations");
        Assert.AreEqual(4, Spread(15) / Spread(0), 1.2);
        // The same seed gives the same futures, another one others.
        CollectionAssert.AreEqual(paths[7].Values.ToArray(), model.SamplePaths(Ml.View(rows), 16, 400)[7].Values.ToArray());
        CollectionAssert.AreNotEqual(paths[7].Values.ToArray(), model.SamplePaths(Ml.View(rows), 16, 400, seed: 2)[7].Values.ToArray());
        // Of one step they are as the quantiles say.
        var forecast = model.Forecast(Ml.View(rows)).Single(row => row.Series == "s2");
        var first = paths.Where(path => path.Series == "s2").Select(path => path.Values[0]).Order().ToArray();
        Assert.AreEqual(forecast.Quantiles[2], first[200], 0.4);
        Assert.AreEqual(forecast.Quantiles[3], first[360], 0.5);
    }

    [TestMethod]
    public void Paths_follow_covariates_and_go_on_behind_the_horizon()
    {
        var rows = Panels.Waves(140, 2);
        using var model = Ml.Sequences().Forecasting(Panels.Options(options =>
        {
            options.Network = ForecastNetwork.NLinear();
            options.Columns.KnownColumnNames = ["Promotion"];
        })).Fit(Ml.View(rows.Where(row => row.Time < new DateTime(2024, 1, 1).AddDays(120))));
        var history = rows.Where(row => row.Time < new DateTime(2024, 1, 1).AddDays(120)).ToList();
        var future = rows.Where(row => row.Time >= new DateTime(2024, 1, 1).AddDays(120)).ToList();
        var paths = model.SamplePaths(Ml.View(history), 20, 50, future: Ml.View(future));
        for (var step = 0; step < 20; step++)
            Assert.AreEqual(future[step].Value, paths.Where(path => path.Series == "s0").Average(path => path.Values[step]), 1.2,
                $"step {step}");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() =>
            model.SamplePaths(Ml.View(history), 21, 5, future: Ml.View(future))).Message, "step 21 of the forecast");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.SamplePaths(Ml.View(history), 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.SamplePaths(Ml.View(history), 1, 0));
    }

    [TestMethod]
    public void What_cannot_be_drawn_is_said()
    {
        var rows = Panels.Waves(60);
        using var past = Ml.Sequences().Forecasting(Panels.Options(options =>
            (options.Epochs, options.Columns.PastColumnNames) = (1, ["Past"]))).Fit(Ml.View(rows));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => past.SamplePaths(Ml.View(rows), 3)).Message, "'Past'");
        using var plain = Ml.Sequences().Forecasting(Panels.Options(options => options.Epochs = 1)).Fit(Ml.View(rows));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            plain.SamplePaths(Ml.View(rows), 1000, 1_000_000)).Message, "expected at most 1E+8");
        using var point = Ml.Sequences().Forecasting(Panels.Options(options =>
            (options.Epochs, options.Quantiles) = (1, []))).Fit(Ml.View(rows));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => point.SamplePaths(Ml.View(rows), 3)).Message,
            "at least two");
    }
}
