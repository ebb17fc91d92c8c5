using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Panels that can't be forecast are errors that name column, series and time; those that can be mended are mended as
/// asked.</summary>
[TestClass]
public class BadPanelTests
{
    private static readonly MLContext Ml = new(1);

    private static readonly DateTime Start = new(2024, 1, 1);

    private static List<Panels.Row> Rows => Panels.Waves(60, 2);

    private static ForecastingTransformer Fit(List<Panels.Row> rows, Action<ForecastingTrainer.Options>? change = null) =>
        Ml.Sequences().Forecasting(Panels.Options(options =>
        {
            options.Epochs = 1;
            change?.Invoke(options);
        })).Fit(Ml.View(rows));

    private static void Fails(List<Panels.Row> rows, string[] expected, Action<ForecastingTrainer.Options>? change = null) =>
        Says(Assert.ThrowsExactly<InvalidDataException>(() => Fit(rows, change)), expected);

    private static void Says(Exception error, params string[] expected)
    {
        foreach (var text in expected)
            StringAssert.Contains(error.Message, text);
    }

    [TestMethod]
    public void A_series_shorter_than_window_and_horizon()
    {
        var rows = Rows;
        rows.RemoveAll(row => row.Series == "s1" && row.Time >= Start.AddDays(20));
        Fails(rows, ["'Value'", "series 's1'", "expected at least 28", "21 for a window and 7"]);
        using var model = Fit(rows, options => options.SkipShortSeries = true);
        Says(Assert.ThrowsExactly<InvalidDataException>(() => model.Forecast(Ml.View(rows))), "series 's1': 20 steps", "at least 21");
        rows.RemoveAll(row => row.Time >= Start.AddDays(20));
        Fails(rows, ["none of the 2 series"], options => options.SkipShortSeries = true);
    }

    [TestMethod]
    public void A_constant_series_is_forecast_as_it_is()
    {
        var rows = Rows;
        rows.ForEach(row => row.Value = 42);
        foreach (var normalization in Enum.GetValues<WindowNormalization>())
        {
            using var model = Fit(rows, options => (options.Normalization, options.Loss) = (normalization, ForecastLoss.Gaussian));
            Assert.IsTrue(model.Forecast(Ml.View(rows)).All(of => float.IsFinite(of.Score) && of.Quantiles.All(float.IsFinite)));
        }
        using var plain = Fit(rows, options => options.Network = ForecastNetwork.NLinear());
        foreach (var of in plain.Forecast(Ml.View(rows)))
            Assert.AreEqual(42, of.Score, 1);
    }

    [TestMethod]
    public void Missing_values()
    {
        var rows = Rows;
        rows.ForEach(row => row.Value = row.Series == "s1" ? float.NaN : row.Value);
        foreach (var missing in Enum.GetValues<MissingSteps>())
            Fails(rows, ["'Value'", "series 's1'", "all 60 values are missing"], options => options.Columns.Missing = missing);

        rows = Rows;
        rows[30].Value = float.NaN;
        Fails(rows, ["'Value'", "series 's0'", "2024-01-31", "missing", "Fill"]);
        foreach (var missing in (MissingSteps[])[MissingSteps.Fill, MissingSteps.Mask])
        {
            using var model = Fit(rows, options => options.Columns.Missing = missing);
            Assert.IsTrue(model.Forecast(Ml.View(rows)).All(of => float.IsFinite(of.Score)));
        }
    }

    [TestMethod]
    public void Infinite_values()
    {
        foreach (var missing in Enum.GetValues<MissingSteps>())
        {
            var rows = Rows;
            rows[70].Value = float.PositiveInfinity;
            Fails(rows, ["'Value'", "series 's1'", "2024-01-11", "finite"], options => options.Columns.Missing = missing);
        }
    }

    [TestMethod]
    public void Two_rows_of_one_time()
    {
        var rows = Rows;
        rows[5].Time = rows[4].Time;
        Fails(rows, ["'Time'", "series 's0'", "two rows", "rows 4 and 5"]);
    }

    [TestMethod]
    public void Time_that_goes_backwards()
    {
        var rows = Rows;
        (rows[5].Time, rows[6].Time) = (rows[6].Time, rows[5].Time);
        Fails(rows, ["'Time'", "row 6", "goes backwards in series 's0'", "SortRows"]);
        Fit(rows, options => options.Columns.SortRows = true).Dispose();
    }

    [TestMethod]
    public void Missing_and_uneven_times()
    {
        var rows = Rows;
        rows.RemoveRange(10, 3);
        Fails(rows, ["'Time'", "series 's0'", "3 steps are missing", "2024-01-10", "2024-01-14"]);
        using (var filled = Fit(rows, options => options.Columns.Missing = MissingSteps.Fill))
            Assert.AreEqual(Start.AddDays(60), filled.Forecast(Ml.View(rows))[0].Date);
        rows = Rows;
        rows[10].Time = rows[10].Time.AddHours(5);
        Fails(rows, ["'Time'", "series 's0'", "no whole number of steps", "1 day"], options =>
            options.Columns.Missing = MissingSteps.Fill);
    }

    [TestMethod]
    public void A_covariate_that_is_missing_when_forecasting()
    {
        var rows = Rows;
        using var model = Fit(rows, options => options.Columns.KnownColumnNames = ["Promotion"]);
        Says(Assert.ThrowsExactly<InvalidDataException>(() => model.Forecast(Ml.View(rows))), "'Promotion'", "series 's0'", "2024-03-01",
            "expected 7 rows after");
        var future = Panels.Waves(67, 2).Where(row => row.Time >= Start.AddDays(60)).ToArray();
        Assert.HasCount(14, model.Forecast(Ml.View(rows), Ml.View(future)));
        future[3].Promotion = float.NaN;
        Says(Assert.ThrowsExactly<InvalidDataException>(() => model.Forecast(Ml.View(rows), Ml.View(future))), "'Promotion'", "series 's0'",
            "2024-03-04", "NaN");
        // Rows without targets at the end of the history say the same.
        var whole = Panels.Waves(67, 2);
        whole.ForEach(row => row.Value = row.Time >= Start.AddDays(60) ? float.NaN : row.Value);
        Assert.HasCount(14, model.Forecast(Ml.View(whole)));
    }

    [TestMethod]
    public void Counts_below_zero_and_parts_of_them()
    {
        var rows = Rows;
        rows.ForEach(row => row.Value = MathF.Round(row.Value));
        foreach (var wrong in (float[])[-1, 2.5f])
        {
            rows[20].Value = wrong;
            Fails(rows, ["'Value'", "series 's0'", "2024-01-21", FormattableString.Invariant($"{wrong}"), "counts"],
                options => options.Loss = ForecastLoss.NegativeBinomial);
        }
    }

    [TestMethod]
    public void Quantiles_that_cross_are_sorted_and_counted()
    {
        var rows = Rows;
        // A network that gives them in the wrong order.
        var crossed = ForecastNetwork.Of("crossed", input => input.Network.Linear(input.Targets, input.Horizon * input.Outputs) * 0
            - input.Network.Graph.Vector([.. Enumerable.Range(0, input.Horizon * input.Outputs).Select(i => (float)(i % input.Outputs))]));
        using var model = Fit(rows, options => (options.Network, options.Loss, options.Calibrate) = (crossed, ForecastLoss.Quantiles,
            false));
        Assert.AreEqual(1, model.History.Epochs[0].Metrics["crossing"]);
        foreach (var of in model.Forecast(Ml.View(rows)))
            Assert.IsTrue(of.Quantiles.Zip(of.Quantiles.Skip(1)).All(pair => pair.First <= pair.Second));
    }

    [TestMethod]
    public void Options_out_of_range()
    {
        foreach (var (change, expected) in ((Action<ForecastingTrainer.Options>, string)[])
        [
            (options => options.Horizon = 0, "Horizon is 0; expected at least 1"),
            (options => options.InputWindow = -1, "InputWindow is -1"),
            (options => options.Stride = 0, "Stride is 0"),
            (options => options.Quantiles = [0.9f, 0.1f], "Quantiles is [0.9, 0.1]"),
            (options => options.Quantiles = [0, 0.5f], "Quantiles is [0, 0.5]"),
            (options => options.SeasonalDifference = 21, "SeasonalDifference is 21"),
            (options => options.Columns.TargetColumnNames = [], "TargetColumnNames is empty"),
            (options => options.Columns.PastColumnNames = ["Value"], "'Value' is given twice"),
            (options => options.Columns.Calendar = CalendarFeatures.Month + 64, "Calendar"),
            (options => (options.Columns.TimeColumnName, options.Columns.Calendar) = (null, CalendarFeatures.Month), "TimeColumnName"),
            (options => (options.Loss, options.Log) = (ForecastLoss.NegativeBinomial, true), "Log is True"),
            (options => options.OutputVector = true, "OutputVector is True"),
            (options => options.Columns.TargetColumnNames = ["Series"], "twice"),
            (options => options.Columns.TargetColumnNames = ["Nothing"], "'Nothing'"),
        ])
            StringAssert.Contains(Assert.Throws<ArgumentException>(() => Fit(Rows, change), expected).Message, expected);
    }

    [TestMethod]
    public void Texts_as_times_have_a_format()
    {
        var texts = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(step => new
        {
            Month = $"{2000 + step / 12}/{step % 12 + 1:00}", Value = (float)step,
        }).ToArray());
        ForecastingTrainer.Options Options(string? format) => new()
        {
            Horizon = 6, InputWindow = 12, Epochs = 1, Columns = new() { TimeColumnName = "Month", TimeFormat = format },
        };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            Ml.Sequences().Forecasting(Options(null)).Fit(texts)).Message, "TimeFormat");
        Says(Assert.ThrowsExactly<InvalidDataException>(() => Ml.Sequences().Forecasting(Options("yyyy-MM")).Fit(texts)), "'Month'",
            "row 0",
            "2000/01", "yyyy-MM");
        using var model = Ml.Sequences().Forecasting(Options("yyyy/MM")).Fit(texts);
        Assert.AreEqual(new DateTime(2005, 1, 1), model.Forecast(texts)[0].Date);
        Assert.AreEqual("2005/01", model.Forecast(texts)[0].Time);
        CollectionAssert.AreEqual(new[] { "2005/01", "2005/02" }, model.Transform(texts).GetColumn<string>("Month").Take(2).ToArray());
    }
}
