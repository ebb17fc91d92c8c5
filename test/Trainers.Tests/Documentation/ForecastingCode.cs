using Microsoft.ML;
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
        model.Dispose();
        // docs
        var test = ml.Sequences().Backtest(forecaster, history, new() { TestSteps = 42, Step = 14, Season = 7 });
        Console.WriteLine(test);                                  // MAE, RMSE, MAPE, sMAPE, MASE, CRPS, coverage; the naive forecasts below
        // docs
        Assert.HasCount(84, test.Rows);

        static IDataView Of(IEnumerable<Day> rows) => ml.Data.LoadFromEnumerable(rows.ToArray());
    }
}
