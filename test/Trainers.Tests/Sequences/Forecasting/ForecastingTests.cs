using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Forecasters from panel to forecast: every network and loss learns a wave, saves, exports and says the same.</summary>
[TestClass]
public class ForecastingTests
{
    private static readonly MLContext Ml = new(1);

    private static readonly Dictionary<string, SequenceNetwork> Networks = new()
    {
        ["dlinear"] = ForecastNetwork.DLinear(7),
        ["nlinear"] = ForecastNetwork.NLinear(),
        ["perceptron"] = ForecastNetwork.Perceptron(32),
        ["n-beats"] = ForecastNetwork.NBeats(2, 32),
        ["patches"] = ForecastNetwork.PatchTransformer(7, 3, new() { Hidden = 16, Layers = 1, Heads = 2 }),
        ["convolutions"] = ForecastNetwork.Convolutional(16),
        ["smoothing"] = ForecastNetwork.Smoothing(7),
        ["mean"] = ForecastNetwork.Mean(ForecastNetwork.Smoothing(7), ForecastNetwork.NLinear()),
        ["gru"] = SequenceNetwork.Gru(24),
        ["own"] = ForecastNetwork.Of("own", input => input.WithFuture(input.Network.NLinear(input.Targets, input.Horizon * input.Outputs))),
    };

    public static IEnumerable<object[]> EveryNetwork => Networks.Keys.Select(name => new object[] { name });

    public static IEnumerable<object[]> EveryLoss => Enum.GetValues<ForecastLoss>().Select(loss => new object[] { loss });

    [TestMethod]
    [DynamicData(nameof(EveryNetwork))]
    public void Every_network_beats_the_seasonal_naive_forecast(string name)
    {
        var rows = Panels.Waves(200, 2, noise: 0.2f);
        using var model = Ml.Sequences().Forecasting(Panels.Options(options =>
        {
            (options.Network, options.Epochs) = (Networks[name], 25);
            options.Columns.KnownColumnNames = ["Promotion"];
            options.Columns.PastColumnNames = ["Past"];
        })).Fit(Ml.View(rows.Where(row => row.Time < new DateTime(2024, 1, 1).AddDays(193))));
        var future = rows.Where(row => row.Time >= new DateTime(2024, 1, 1).AddDays(193)).ToArray();
        var forecast = model.Forecast(Ml.View(rows.Except(future)), Ml.View(future));
        Assert.HasCount(14, forecast);
        double error = 0, naive = 0;
        foreach (var of in forecast)
        {
            var actual = future.Single(row => row.Series == of.Series && row.Time == of.Date);
            var weekBefore = rows.Single(row => row.Series == of.Series && row.Time == of.Date!.Value.AddDays(-7));
            error += Math.Abs(of.Score - actual.Value) / actual.Size;
            naive += Math.Abs(weekBefore.Value - actual.Value) / actual.Size;
            Assert.IsTrue(of.Quantiles.Zip(of.Quantiles.Skip(1)).All(pair => pair.First <= pair.Second));
        }
        Assert.IsLessThan(naive, error, name);
    }

    [TestMethod]
    [DynamicData(nameof(EveryLoss))]
    public void Every_loss_is_saved_exported_and_read_back(ForecastLoss loss)
    {
        var rows = Panels.Waves(100, 2);
        foreach (var row in rows)
            row.Value = MathF.Round(row.Value);
        using var folder = new TemporaryFolder();
        var data = Ml.View(rows);
        using var model = Ml.Sequences().Forecasting(Panels.Options(options =>
        {
            (options.Loss, options.Epochs, options.Network) = (loss, 3, ForecastNetwork.NLinear());
            options.Columns.TargetColumnNames = ["Value", "Past"];
            options.Columns.Calendar = CalendarFeatures.DayOfWeek | CalendarFeatures.UnitedStatesHolidays;
            options.Columns.StaticColumnNames = ["Size"];
            if (loss == ForecastLoss.NegativeBinomial)
                options.Columns.TargetColumnNames = ["Value"];
        })).Fit(data);
        Assert.IsLessThan(1e-4, model.Info.Verification!.LargestDifference);
        var expected = Scores(model.Transform(data));
        Assert.HasCount(2 * 7 * model.Forecaster.Columns.TargetColumnNames.Length, expected);
        Assert.IsTrue(expected.All(float.IsFinite));

        Ml.Model.Save(model, data.Schema, folder.File("model.zip"));
        var restored = (ForecastScoringTransformer)Ml.Model.LoadSequenceGraph(folder.File("model.zip"), out _);
        CollectionAssert.AreEqual(expected, Scores(restored.Transform(data)));
        restored.Dispose();
        model.ExportToOnnx(folder.File("model.onnx"));
        using var read = new ForecastScoringTransformer(File.ReadAllBytes(folder.File("model.onnx")));
        CollectionAssert.AreEqual(expected, Scores(read.Transform(data)));
        // Stock ML.NET scores the windows.
        Assert.IsNotNull(Ml.Model.Load(folder.File("model.zip"), out _));
    }

    private static float[] Scores(IDataView view) => [.. view.GetColumn<float>("Score")];

    [TestMethod]
    public void Forecasts_are_rows_of_series_time_step_and_target()
    {
        var rows = Panels.Waves(80, 2);
        var data = Ml.View(rows);
        using var model = Ml.Sequences().Forecasting(Panels.Options(options => options.Epochs = 2)).Fit(data);
        var view = model.Transform(data);
        CollectionAssert.AreEqual(new[] { "Series", "Time", "Step", "Target", "Score", "Quantiles" },
            view.Schema.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(1, 7).Concat(Enumerable.Range(1, 7)).ToArray(), view.GetColumn<int>("Step").ToArray());
        var times = view.GetColumn<DateTime>("Time").ToArray();
        Assert.AreEqual(new DateTime(2024, 1, 1).AddDays(80), times[0]);
        Assert.AreEqual(new DateTime(2024, 1, 1).AddDays(86), times[^1]);
        CollectionAssert.AreEqual(new[] { "s0", "s1" }, view.GetColumn<string>("Series").Distinct().ToArray());
        Assert.HasCount(5, view.GetColumn<float[]>("Quantiles").First());
        CollectionAssert.AreEqual(model.Forecast(data).Select(row => row.Score).ToArray(), Scores(view));
    }

    [TestMethod]
    public void A_new_series_is_forecast_and_so_are_new_observations()
    {
        using var model = Ml.Sequences().Forecasting(Panels.Options(options => options.Network = ForecastNetwork.NLinear()))
            .Fit(Ml.View(Panels.Waves(120, 2)));
        var other = Panels.Waves(60, 3, seed: 9).Where(row => row.Series == "s2").ToArray();
        foreach (var row in other)
            row.Series = "'the others'";
        var forecast = model.Forecast(Ml.View(other[..^7]));
        Assert.AreEqual("'the others'", forecast[0].Series);
        for (var step = 0; step < 7; step++)
            Assert.AreEqual(other[53 + step].Value, forecast[step].Score, 0.2 * other[53 + step].Value);
        var later = model.Forecast(Ml.View(other));
        Assert.AreEqual(new DateTime(2024, 1, 1).AddDays(60), later[0].Date);
    }

    [TestMethod]
    public void Sizes_and_levels_of_a_window_come_out_again()
    {
        using var model = Ml.Sequences().Forecasting(Panels.Options(options => options.Epochs = 5)).Fit(Ml.View(Panels.Waves(120, 2)));
        var rows = Panels.Waves(60);
        var plain = model.Forecast(Ml.View(rows));
        foreach (var row in rows)
            row.Value = 100 * row.Value + 7000;
        foreach (var (before, after) in plain.Zip(model.Forecast(Ml.View(rows))))
            Assert.AreEqual(100 * before.Score + 7000, after.Score, 20);
    }

    [TestMethod]
    public void Held_out_windows_lie_in_the_intervals_as_often_as_they_say()
    {
        var random = new Random(3);
        Panels.Row[] rows = [.. Enumerable.Range(0, 1200).Select(step => new Panels.Row
        {
            Time = new DateTime(2020, 1, 1).AddHours(step), Value = (float)(random.NextDouble() + random.NextDouble()
                + random.NextDouble()),
        })];
        using var model = Ml.Sequences().Forecasting(Panels.Options(options =>
        {
            (options.Horizon, options.InputWindow, options.Epochs, options.ValidationFraction) = (4, 12, 3, 0.3f);
        })).Fit(Ml.View(rows[..900]));
        var (inside80, inside95, all) = (0, 0, 0);
        for (var end = 900; end + 4 <= 1200; end += 4)
            foreach (var of in model.Forecast(Ml.View(rows[..end])))
            {
                var actual = rows[end + of.Step - 1].Value;
                all++;
                inside80 += actual >= of.Quantiles[1] && actual <= of.Quantiles[3] ? 1 : 0;
                inside95 += actual >= of.Quantiles[0] && actual <= of.Quantiles[4] ? 1 : 0;
            }
        Assert.IsTrue((double)inside80 / all is > 0.73 and < 0.87, $"{inside80} of {all}");
        Assert.IsTrue((double)inside95 / all is > 0.9 and < 0.99, $"{inside95} of {all}");
    }

    [TestMethod]
    [DataRow(WindowNormalization.None)]
    [DataRow(WindowNormalization.LastValue)]
    [DataRow(WindowNormalization.MeanDeviation)]
    [DataRow(WindowNormalization.Reversible)]
    [DataRow(WindowNormalization.Scale)]
    public void Every_normalization_learns(WindowNormalization normalization)
    {
        var rows = Panels.Waves(150);
        using var model = Ml.Sequences().Forecasting(Panels.Options(options =>
        {
            (options.Normalization, options.Log, options.SeasonalDifference) = (normalization, true, 7);
            options.Columns.Missing = MissingSteps.Mask;
        })).Fit(Ml.View(rows[..143]));
        var forecast = model.Forecast(Ml.View(rows[..143]));
        foreach (var (of, actual) in forecast.Zip(rows[143..]))
            Assert.AreEqual(actual.Value - actual.Promotion, of.Score, 1.5);
    }
}
