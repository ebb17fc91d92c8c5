using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Steps that are unlike what was forecast of them are found, and no others.</summary>
[TestClass]
public class AnomalyTests
{
    private static readonly MLContext Ml = new(1);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_step_that_jumps_is_found(bool hasCovariates)
    {
        var rows = Panels.Waves(160, 2);
        using var model = Ml.Sequences().Forecasting(Panels.Options(options =>
        {
            options.Network = ForecastNetwork.NLinear();
            options.Columns.Missing = MissingSteps.Mask;
            if (hasCovariates)
                options.Columns.KnownColumnNames = ["Promotion"];
        })).Fit(Ml.View(rows));
        rows.Single(row => row.Series == "s1" && row.Time == new DateTime(2024, 1, 1).AddDays(100)).Value += 30;
        rows.Single(row => row.Series == "s0" && row.Time == new DateTime(2024, 1, 1).AddDays(159)).Value -= 10;
        rows.Single(row => row.Series == "s0" && row.Time == new DateTime(2024, 1, 1).AddDays(30)).Value = float.NaN;
        var found = model.Detect(Ml.View(rows), 3);
        Assert.HasCount(2 * (160 - 21) - 1, found, "a step after the first window each, but the missing one");
        foreach (var (series, day) in ((string, int)[])[("s1", 100), ("s0", 159)])
            Assert.IsTrue(found.Single(of => of.Series == series && of.Time.StartsWith(new DateTime(2024, 1, 1).AddDays(day)
                .ToString("yyyy-MM-dd", null), StringComparison.Ordinal)).IsAnomaly, series);
        Assert.IsLessThan(40, found.Count(of => of.IsAnomaly), "forecasts from a window with the jump may be wrong too");
        Assert.IsTrue(found.All(of => of.IsAnomaly == of.Score > of.Threshold && of.Low <= of.High && of.Score >= 0));
        // Columns of a view.
        var view = Ml.Data.LoadFromEnumerable(found);
        CollectionAssert.AreEqual(found.Select(of => of.Score).ToArray(), view.GetColumn<float>("Score").ToArray());
        Assert.IsTrue(view.GetColumn<bool>("IsAnomaly").Any(isAnomaly => isAnomaly));
    }

    [TestMethod]
    public void Dates_go_on_behind_the_end_of_the_data()
    {
        var rows = Panels.Waves(120);
        using var model = Ml.Sequences().Forecasting(Panels.Options(options =>
            (options.Epochs, options.Columns.Calendar) = (2, CalendarFeatures.DayOfWeek))).Fit(Ml.View(rows));
        var start = new DateTime(2024, 1, 1);
        var (whole, cut) = (model.Detect(Ml.View(rows)), model.Detect(Ml.View(rows.Where(row => row.Time < start.AddDays(100)))));
        var last = cut.Single(found => found.Time.StartsWith("2024-04-09", StringComparison.Ordinal));
        Assert.AreEqual(whole.Single(found => found.Time == last.Time), last);
        // What is drawn first doesn't depend on how much is drawn.
        var (few, many) = (model.SamplePaths(Ml.View(rows), 2, 3), model.SamplePaths(Ml.View(rows), 9, 3));
        for (var path = 0; path < few.Count; path++)
            CollectionAssert.AreEqual(few[path].Values.ToArray(), many[path].Values.Take(2).ToArray());
    }

    [TestMethod]
    [DataRow(1, 30)]
    [DataRow(30, 30)]
    [DataRow(31, 15)]
    [DataRow(15, 31)]
    public void Months_go_on_the_days_of_the_history(int trained, int scored)
    {
        static Panels.Row[] Months(int day, int count) => [.. Enumerable.Range(0, count).Select(month =>
        {
            var first = new DateTime(2015, 1, 1).AddMonths(month);
            return new Panels.Row
            {
                Time = first.AddDays(Math.Min(day, DateTime.DaysInMonth(first.Year, first.Month)) - 1), Value = MathF.Sin(month),
            };
        })];
        using var model = Ml.Sequences().Forecasting(Panels.Options(options => options.Epochs = 1)).Fit(Ml.View(Months(trained, 60)));
        Panels.Row[] expected = Months(scored, 52);
        var forecast = model.Forecast(Ml.View(expected[..45]));
        CollectionAssert.AreEqual(expected[45..].Select(row => (DateTime?)row.Time).ToArray(), forecast.Select(row => row.Date).ToArray());
    }

    [TestMethod]
    public void Windows_that_lack_most_of_their_numbers_tell_nothing()
    {
        var rows = Panels.Waves(100);
        using var model = Ml.Sequences().Forecasting(Panels.Options(options =>
        {
            options.Network = ForecastNetwork.NLinear();
            options.Columns.Missing = MissingSteps.Mask;
        })).Fit(Ml.View(rows));
        foreach (var row in rows.Where(row => row.Series == "s0").Skip(40).Take(15))
            row.Value = float.NaN;
        var days = model.Detect(Ml.View(rows)).Where(found => found.Series == "s0").Select(found =>
            (int)(DateTime.Parse(found.Time, CultureInfo.InvariantCulture) - new DateTime(2024, 1, 1)).TotalDays).ToArray();
        // Of the 21 days before day 55 fifteen are missing, of those before day 65 eleven, and of those before day 66 ten.
        CollectionAssert.DoesNotContain(days, 55);
        CollectionAssert.DoesNotContain(days, 65);
        CollectionAssert.Contains(days, 66);
        CollectionAssert.Contains(days, 39);
    }

    [TestMethod]
    public void What_cannot_be_compared_is_said()
    {
        var rows = Panels.Waves(60);
        using var model = Ml.Sequences().Forecasting(Panels.Options(options => options.Epochs = 1)).Fit(Ml.View(rows));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => model.Detect(Ml.View(rows[..21]))).Message,
            "21 steps; expected more than 21");
        Assert.ThrowsExactly<ArgumentException>(() => model.Detect(Ml.View(rows), 0));
        using var without = Ml.Sequences().Forecasting(Panels.Options(options => (options.Epochs, options.Quantiles) = (1, [0.5f, 0.9f])))
            .Fit(Ml.View(rows));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => without.Detect(Ml.View(rows))).Message, "[0.5, 0.9]");
    }
}
