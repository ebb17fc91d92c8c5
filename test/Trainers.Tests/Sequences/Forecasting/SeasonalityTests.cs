using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Seasons are recognized by what is between two steps, then by the series.</summary>
[TestClass]
public class SeasonalityTests
{
    private static readonly MLContext Ml = new(1);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static float[] Wave(int steps, int period, double noise = 0.5, double trend = 0, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, steps).Select(i => (float)(10 + Math.Sin(2 * Math.PI * i / period) + trend * i
            + noise * (random.NextDouble() - 0.5)))];
    }

    private static float[] Walk(int steps, int seed = 1)
    {
        var (random, at) = (new Random(seed), 0.0);
        return [.. Enumerable.Range(0, steps).Select(_ => (float)(at += random.NextDouble() - 0.5))];
    }

    [TestMethod]
    public void The_step_says_which_seasons_are_likely()
    {
        Assert.AreEqual(12, Seasonality.Of([Wave(36, 12)], TimeSpan.FromDays(30.4)));
        Assert.AreEqual(12, Seasonality.Of([Walk(36)], TimeSpan.FromDays(31)));
        Assert.AreEqual(4, Seasonality.Of([Walk(40)], TimeSpan.FromDays(91)));
        Assert.AreEqual(1, Seasonality.Of([Walk(20)], TimeSpan.FromDays(31)), "fewer than two years");
        Assert.AreEqual(7, Seasonality.Of([Wave(400, 7)], Day));
        Assert.AreEqual(365, Seasonality.Of([Wave(3650, 365, noise: 2)], Day));
        Assert.AreEqual(52, Seasonality.Of([Wave(300, 52)], TimeSpan.FromDays(7)));
        Assert.AreEqual(24, Seasonality.Of([Wave(24 * 30, 24)], TimeSpan.FromHours(1)));
        // Weekends differ: the week explains what the day doesn't.
        var hours = Wave(24 * 7 * 8, 24).Select((value, i) => i / 24 % 7 < 5 ? value : value - 3).ToArray();
        Assert.AreEqual(168, Seasonality.Of([hours], TimeSpan.FromHours(1)));
    }

    [TestMethod]
    [DataRow(5)]
    [DataRow(9)]
    [DataRow(11)]
    [DataRow(30)]
    public void Without_a_step_the_autocorrelation_has_a_peak(int period)
    {
        Assert.AreEqual(period, Seasonality.Of([Wave(12 * period, period)], null), 0.1 * period);
        Assert.AreEqual(period, Seasonality.Of([Wave(12 * period, period, trend: 0.05)], null), 0.1 * period);
        // Years have no usual season.
        Assert.AreEqual(period, Seasonality.Of([Wave(12 * period, period)], TimeSpan.FromDays(365)), 0.1 * period);
    }

    [TestMethod]
    public void What_has_no_season_gets_none()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            Assert.AreEqual(1, Seasonality.Of([Walk(1500, seed)], Day), $"walk {seed}");
            var random = new Random(seed);
            float[] noise = [.. Enumerable.Range(0, 150).Select(_ => (float)random.NextDouble())];
            Assert.AreEqual(1, Seasonality.Of([noise], null), $"noise {seed}");
            Assert.AreEqual(1, Seasonality.Of([[.. noise.Select((value, i) => value + 0.1f * i)]], null), $"trend {seed}");
        }
        Assert.AreEqual(1, Seasonality.Of([new float[100]], Day));
        Assert.AreEqual(1, Seasonality.Of([], Day));
        Assert.AreEqual(1, Seasonality.Of([[1, 2, float.NaN]], null));
    }

    [TestMethod]
    public void A_backtest_says_which_season_it_recognized()
    {
        var ml = new MLContext(1);
        List<string> lines = [];
        ml.Log += (_, line) => lines.Add(line.Message);
        var trainer = ml.Sequences().Forecasting(Panels.Options(options => (options.Epochs, options.ValidationFraction) = (1, 0)));
        var data = ml.View(Panels.Waves(120, 2));
        var test = ml.Sequences().Backtest(trainer, data);
        Assert.AreEqual(7, test.Season);
        Assert.IsTrue(lines.Any(line => line.Contains("season of 7 steps is recognized", StringComparison.Ordinal)));
        Assert.AreEqual(1, ml.Sequences().Backtest(trainer, data, new() { Season = 1 }).Season);
        Assert.IsLessThan(test.MetricsOf("naive").MeanAbsoluteError, test.MetricsOf("seasonal naive").MeanAbsoluteError);
    }
}
