using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Backtests: figures of forecasts that were worked out by hand, origins, naive forecasts, training again.</summary>
[TestClass]
public class BacktestTests
{
    private static readonly MLContext Ml = new(1);

    [TestMethod]
    public void Figures_are_those_worked_out_by_hand()
    {
        BacktestRow Row(double actual, double forecast, float low, float high) => new("a", "y", 9, 1, "t", actual, forecast, [low,
            high], 2);
        BacktestResult result = new([Row(10, 8, 7, 9), Row(20, 24, 19, 25)], new Dictionary<string, IReadOnlyList<BacktestRow>>(),
            [0.1f, 0.9f]);
        var metrics = result.Metrics;
        Assert.AreEqual(3, metrics.MeanAbsoluteError, 1e-9);
        Assert.AreEqual(Math.Sqrt(10), metrics.RootMeanSquaredError, 1e-9);
        Assert.AreEqual(20, metrics.MeanAbsolutePercentageError, 1e-9);
        Assert.AreEqual(100 * (4.0 / 18 + 8.0 / 44) / 2, metrics.SymmetricPercentageError, 1e-9);
        Assert.AreEqual(1.5, metrics.MeanAbsoluteScaledError, 1e-9);
        Assert.AreEqual(0.5, metrics.Coverages.Single(), 1e-9);
        // 0.1 · 3 and 0.9 · 1 of the first, 0.1 · 1 and 0.1 · 5 of the second; their mean twice
        Assert.AreEqual(0.3 + 0.9 + 0.1 + 0.5, 2 * metrics.Pinball, 1e-6);
    }

    [TestMethod]
    public void Origins_roll_to_the_end_and_naive_forecasts_repeat()
    {
        var rows = Panels.Waves(120);
        var trainer = Ml.Sequences().Forecasting(Panels.Options(options => (options.Epochs, options.Network) = (20,
            ForecastNetwork.NLinear())));
        var result = Ml.Sequences().Backtest(trainer, Ml.View(rows), new() { TestSteps = 28, Step = 7, Season = 7 });
        CollectionAssert.AreEqual(new[] { 91, 98, 105, 112 }, result.Rows.Select(row => row.Origin).Distinct().ToArray());
        Assert.HasCount(28, result.Rows);
        foreach (var (network, naive) in result.Rows.Zip(result.Naive["seasonal naive"]))
        {
            Assert.AreEqual(rows[network.Origin + network.Step].Value, network.Actual);
            Assert.AreEqual(rows[network.Origin + network.Step - 7].Value, naive.Forecast);
        }
        Assert.AreEqual(rows[91].Value, result.Naive["naive"][6].Forecast);
        Assert.AreEqual(rows[91].Value + 7 * (rows[91].Value - rows[0].Value) / 91, result.Naive["drift"][6].Forecast, 1e-4);
        Assert.IsLessThan(result.MetricsOf("naive").MeanAbsoluteError, result.Metrics.MeanAbsoluteError);
        Assert.HasCount(7, result.PerStep);
        Assert.HasCount(2, result.ToString().Split("drift"));
    }

    [TestMethod]
    public void Training_again_and_a_gap_change_nothing_of_what_is_compared()
    {
        var rows = Panels.Waves(110, 2);
        var trainer = Ml.Sequences().Forecasting(Panels.Options(options => options.Epochs = 2));
        var once = Ml.Sequences().Backtest(trainer, Ml.View(rows), new() { TestSteps = 21, Step = 7 });
        var again = Ml.Sequences().Backtest(trainer, Ml.View(rows), new() { TestSteps = 21, Step = 7, Refit = true, Gap = 3 });
        CollectionAssert.AreEquivalent(once.Rows.Select(row => (row.Series, row.Time, row.Actual)).ToArray(),
            again.Rows.Select(row => (row.Series, row.Time, row.Actual)).ToArray());
        Assert.IsFalse(once.Rows.Zip(again.Rows).All(pair => pair.First.Forecast == pair.Second.Forecast));
    }

    [TestMethod]
    public void Too_few_steps_are_errors()
    {
        using var model = Ml.Sequences().Forecasting(Panels.Options(options => options.Epochs = 1)).Fit(Ml.View(Panels.Waves(80)));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Ml.Sequences().Backtest(model, Ml.View(Panels.Waves(80)),
            new() { TestSteps = 3 })).Message, "at least the horizon of 7");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Ml.Sequences().Backtest(model, Ml.View(Panels.Waves(25)),
            new() { TestSteps = 21 })).Message, "no series has a window of 21 steps");
    }
}
