using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class ForecastingCode
{
    private static readonly MLContext ml = new(1);

    private sealed class Day
    {
        public string Shop { get; set; } = "";

        public DateTime Date { get; set; }

        public float Sales { get; set; }

        public float Promotion { get; set; }
    }

    [TestMethod]
    public void Sales_are_forecast()
    {
        Day[] days = [.. from shop in (string[])["north", "south"]
                         from day in Enumerable.Range(0, 214)
                         select new Day
                         {
                             Shop = shop, Date = new DateTime(2024, 1, 1).AddDays(day), Promotion = day % 9 == 0 ? 1 : 0,
                             Sales = 100 + 10 * (day % 7) + (day % 9 == 0 ? 30 : 0),
                         }];
        var (history, future) = (Of(days.Where(day => day.Date < new DateTime(2024, 7, 19))),
            Of(days.Where(day => day.Date >= new DateTime(2024, 7, 19))));
        // docs
        var forecaster = ml.Sequences().Forecasting(new()
        {
            Columns = new()
            {
                SeriesColumnName = "Shop", TimeColumnName = "Date",                        // null: one series; rows in order
                TargetColumnNames = ["Sales"],
                KnownColumnNames = ["Promotion"],                                          // known ahead
                Calendar = CalendarFeatures.DayOfWeek,                                     // made of the date
                Missing = MissingSteps.Mask,                                               // the default is an error
            },
            Horizon = 14, InputWindow = 56, ValidationFraction = 0.2f,                     // the end of each series is held out
            Network = ForecastNetwork.NLinear(), Epochs = 10,
        });
        var model = forecaster.Fit(history);
        foreach (var row in model.Forecast(history, future))                               // future: rows with Shop, Date and Promotion
            Console.WriteLine($"{row.Series} {row.Time}: {row.Score:0} [{row.Quantiles[1]:0}, {row.Quantiles[3]:0}]");
        // docs
        Assert.HasCount(28, model.Forecast(history, future));
        // docs
        var paths = model.SamplePaths(history, steps: 14, paths: 200, future: future);
        var sums = paths.Where(path => path.Series == "north").Select(path => path.Values.Sum()).Order().ToArray();
        Console.WriteLine($"two weeks together: {sums[20]:0} to {sums[180]:0}");          // 80 % of the futures
        // docs
        Assert.HasCount(200, sums);
        // docs
        foreach (var step in model.Detect(history, threshold: 2).Where(step => step.IsAnomaly))
            Console.WriteLine($"{step.Series} {step.Time}: {step.Actual:0}, forecast {step.Forecast:0}, score {step.Score:0.0}");
        // docs
        model.Dispose();
        // docs
        var test = ml.Sequences().Backtest(forecaster, history, new() { TestSteps = 42, Step = 14, Season = 7 });
        Console.WriteLine(test);                                  // MAE, RMSE, MAPE, sMAPE, MASE, CRPS, coverage; the naive forecasts below
        // docs
        Assert.HasCount(84, test.Rows);

        static IDataView Of(IEnumerable<Day> rows) => ml.Data.LoadFromEnumerable(rows.ToArray());
    }

    private sealed class Window
    {
        [VectorType(24)]
        public float[] Features { get; set; } = [];
    }

    [TestMethod]
    public void A_file_of_months_is_forecast_and_stock_ML_NET_scores_a_window()
    {
        using var folder = new TemporaryFolder();
        var (csv, zip) = (folder.File("months.csv"), folder.File("model.zip"));
        File.WriteAllLines(csv, Enumerable.Range(0, 120).Select(i => FormattableString.Invariant(
            $"\"{1990 + i / 12}-{i % 12 + 1:00}\",{(100 + i) * (1 + 0.3 * Math.Sin(i * Math.PI / 6)):0.0}"))
            .Prepend("\"Month\",\"Passengers\""));
        // docs
        var months = ml.Data.LoadFromTextFile(csv, [new("Month", DataKind.String, 0), new("Passengers", DataKind.Single, 1)],
            separatorChar: ',', hasHeader: true, allowQuoting: true);
        var passengers = ml.Sequences().Forecasting(new()
        {
            Columns = new() { TimeColumnName = "Month", TimeFormat = "yyyy-MM", TargetColumnNames = ["Passengers"] },
            Horizon = 12, InputWindow = 24, SeasonalDifference = 12, Log = true,           // seasons that grow with the series
            ValidationFraction = 0.3f, Refit = true, Epochs = 10,                          // then again with what was held out
        }).Fit(months);
        // docs
        var expected = passengers.Forecast(months);
        Assert.AreEqual("2000-01", expected[0].Time);
        float[] lastTwoYears = [.. months.GetColumn<float>("Passengers").TakeLast(24)];
        // docs
        ml.Model.Save(passengers, months.Schema, zip);
        var stock = ml.Model.Load(zip, out _);                                             // needs no package of ours
        var window = ml.Data.LoadFromEnumerable([new Window { Features = lastTwoYears }]); // [VectorType(24)] float[] Features
        var scores = stock.Transform(window).GetColumn<float[]>("Score").Single();         // of each step the forecast and its quantiles
        // docs
        Assert.HasCount(12 * 6, scores);
        for (var step = 0; step < 12; step++)
            Assert.AreEqual(expected[step].Score, scores[6 * step], 1e-3 * expected[step].Score);
        passengers.Dispose();
    }
}
