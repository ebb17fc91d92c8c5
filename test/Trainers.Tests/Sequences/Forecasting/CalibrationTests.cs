using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Intervals hold what they say, whatever the loss learned of the spread; where little is known the log says so.</summary>
[TestClass]
public class CalibrationTests
{
    private static readonly MLContext Ml = new(1);

    private static Panels.Row[] Noise(int steps, int seed, double growth = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, steps).Select(step => new Panels.Row
        {
            Time = new DateTime(2020, 1, 1).AddHours(step), Value = (float)((1 + growth * step) * (5 + random.NextDouble()
                + random.NextDouble() + random.NextDouble())),
        })];
    }

    private static (double Of80, double Of95) Coverages(ForecastingTransformer model, Panels.Row[] rows, int from, int horizon)
    {
        var (inside80, inside95, all) = (0.0, 0.0, 0);
        for (var end = from; end + horizon <= rows.Length; end += horizon)
            foreach (var of in model.Forecast(Ml.View(rows[..end])))
            {
                var actual = rows[end + of.Step - 1].Value;
                all++;
                inside80 += actual >= of.Quantiles[1] && actual <= of.Quantiles[3] ? 1 : 0;
                inside95 += actual >= of.Quantiles[0] && actual <= of.Quantiles[4] ? 1 : 0;
            }
        return (inside80 / all, inside95 / all);
    }

    public static IEnumerable<object[]> EveryLoss => Enum.GetValues<ForecastLoss>().Where(loss => loss != ForecastLoss.NegativeBinomial)
        .Select(loss => new object[] { loss });

    [TestMethod]
    [DynamicData(nameof(EveryLoss))]
    public void Held_out_windows_calibrate_every_loss(ForecastLoss loss)
    {
        // A network that learns nothing of the spread: all its numbers are the same, so that learned quantiles coincide.
        var even = ForecastNetwork.Of("even", input => input.Network.Linear(input.Targets, input.Horizon * input.Outputs) * 0);
        var rows = Noise(900, 3);
        using var model = Ml.Sequences().Forecasting(Panels.Options(options =>
        {
            (options.Horizon, options.InputWindow, options.Epochs, options.ValidationFraction) = (4, 12, 1, 0.4f);
            (options.Loss, options.Network) = (loss, even);
        })).Fit(Ml.View(rows[..600]));
        var (of80, of95) = Coverages(model, rows, 600, 4);
        Assert.IsTrue(of80 is > 0.7 and < 0.9, $"{of80}");
        Assert.IsTrue(of95 is > 0.88 and < 0.995, $"{of95}");
    }

    [TestMethod]
    public void Counts_are_calibrated_and_stay_counts()
    {
        var random = new Random(5);
        Panels.Row[] rows = [.. Enumerable.Range(0, 900).Select(step => new Panels.Row
        {
            Time = new DateTime(2020, 1, 1).AddHours(step), Value = random.Next(4) + random.Next(4),
        })];
        using var model = Ml.Sequences().Forecasting(Panels.Options(options =>
        {
            (options.Horizon, options.InputWindow, options.Epochs, options.ValidationFraction) = (4, 12, 1, 0.4f);
            options.Loss = ForecastLoss.NegativeBinomial;
        })).Fit(Ml.View(rows[..600]));
        Assert.IsTrue(model.Forecast(Ml.View(rows[..600])).All(of => of.Quantiles.All(q => q >= 0)));
        Assert.IsGreaterThan(0.7, Coverages(model, rows, 600, 4).Of80);
    }

    [TestMethod]
    [DataRow(80, true)]
    [DataRow(700, false)]
    public void Few_held_out_windows_are_said_and_make_wide_intervals(int steps, bool isFew)
    {
        var ml = new MLContext(1);
        List<string> lines = [];
        ml.Log += (_, line) => lines.Add(line.Message);
        var rows = Noise(steps, 7);
        using var model = ml.Sequences().Forecasting(Panels.Options(options =>
            (options.Horizon, options.InputWindow, options.Epochs) = (4, 12, 1))).Fit(Ml.View(rows));
        Assert.AreEqual(isFew, lines.Any(line => line.Contains("Student's t distribution", StringComparison.Ordinal)
            && line.Contains("need 39", StringComparison.Ordinal) && line.Contains("ValidationFraction", StringComparison.Ordinal)));
        foreach (var of in model.Forecast(Ml.View(rows)))
        {
            Assert.IsLessThan(of.Quantiles[1], of.Quantiles[0]);
            Assert.IsLessThan(of.Quantiles[4], of.Quantiles[3]);
        }
    }

    [TestMethod]
    public void Without_held_out_windows_those_trained_on_stand_for_them_which_is_said()
    {
        var ml = new MLContext(1);
        List<string> lines = [];
        ml.Log += (_, line) => lines.Add(line.Message);
        var rows = Noise(900, 9);
        using var model = ml.Sequences().Forecasting(Panels.Options(options => (options.Horizon, options.InputWindow, options.Epochs,
            options.ValidationFraction) = (4, 12, 2, 0))).Fit(Ml.View(rows[..600]));
        Assert.IsTrue(lines.Any(line => line.Contains("windows that were trained on", StringComparison.Ordinal)));
        Assert.IsTrue(Coverages(model, rows, 600, 4).Of80 is > 0.65 and < 0.9);
    }

    [TestMethod]
    public void Training_again_on_all_rows_knows_the_last_ones()
    {
        // What follows a jump is learned only from what was held out.
        var rows = Panels.Waves(100, 2);
        foreach (var row in rows)
            row.Value += row.Time >= new DateTime(2024, 1, 1).AddDays(75) ? 3 * row.Size * (row.Time.Day % 2) : 0;
        float[] Forecast(bool refit, out TrainingHistory history)
        {
            using var model = Ml.Sequences().Forecasting(Panels.Options(options => (options.Refit, options.Epochs) = (refit, 40)))
                .Fit(Ml.View(rows.Where(row => row.Time < new DateTime(2024, 1, 1).AddDays(93))));
            history = model.History;
            return [.. model.Forecast(Ml.View(rows.Where(row => row.Time < new DateTime(2024, 1, 1).AddDays(93)))).Select(of => of.Score)];
        }
        float[] once = Forecast(false, out var first), again = Forecast(true, out var second);
        Assert.HasCount(first.Epochs.Count, second.Epochs, "the history is that with held-out rows");
        float[] actual = [.. rows.Where(row => row.Time >= new DateTime(2024, 1, 1).AddDays(93)).Select(row => row.Value)];
        double Error(float[] of) => of.Zip(actual, (a, b) => (double)Math.Abs(a - b) / b).Sum();
        Assert.IsLessThan(Error(once), Error(again));
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Ml.Sequences().Forecasting(Panels.Options(options =>
            (options.Refit, options.ValidationFraction) = (true, 0))).Fit(Ml.View(rows))).Message, "Refit is True");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Ml.Sequences().Forecasting(Panels.Options(options =>
            options.Refit = true)).Fit(Ml.View(rows), Ml.View(rows))).Message, "rows to validate on are given");
    }
}
