using MLSeqGraph.Transforms;

namespace Forecasting.Data;

/// <summary>Generated sales of three shops, by day, with weekends, seasons and promotions that are known ahead.</summary>
internal static class BuiltIn
{
    internal static SeriesSet Load()
    {
        var random = new Random(7);
        var steps = new List<SeriesStep>();
        for (var shop = 1; shop <= 3; shop++)
        {
            var level = 1.0;
            for (var day = 0; day < 500; day++)
            {
                var time = new DateTime(2023, 1, 2).AddDays(day);
                level += 0.01 * (random.NextDouble() - 0.5);
                var promotion = random.Next(10) == 0;
                var week = time.DayOfWeek is DayOfWeek.Saturday ? 1.5 : time.DayOfWeek is DayOfWeek.Sunday ? 0.4 : 1;
                var sales = 100 * shop * level * week * (1 + 0.2 * Math.Sin(2 * Math.PI * day / 365)) * (promotion ? 1.4 : 1);
                steps.Add(new($"shop {shop}", time, [(float)(sales * (0.95 + 0.1 * random.NextDouble())), promotion ? 1 : 0]));
            }
        }
        return new("waves", steps, ["sales"], ["promotion"], 14, 70, 70, 14, 7, CalendarFeatures.DayOfWeek)
        {
            Description = "3 generated series of 500 days with a covariate that is known ahead",
        };
    }
}
