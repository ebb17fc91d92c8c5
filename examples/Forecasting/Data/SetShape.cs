using MLSeqGraph.Transforms;

namespace Forecasting.Data;

/// <summary>What is forecast of a set, and what is held out, where nothing was asked for.</summary>
internal sealed record SetShape(int Horizon, int Test, int Validation, int Origins, int Season, CalendarFeatures Calendar,
    bool LastStepOnly)
{
    internal static SetShape Of(string name, SeriesStep[] steps, TimeSpan? spacing, int? frequency, SeriesFolder.ColumnRoles roles,
        int shortest, SeriesChoices options)
    {
        var season = options.Season ?? SeasonOf(steps, spacing, frequency, shortest);
        // The published splits of this family of sets: 12, 4 and 4 months of 30 days.
        if (name.StartsWith("ETT", StringComparison.OrdinalIgnoreCase) && spacing is { } step && step <= TimeSpan.FromHours(1)
            && (int)(TimeSpan.FromDays(30) / step) is var month && shortest >= 20 * month)
            return new(options.Horizon ?? 96, options.TestSteps ?? 4 * month, 4 * month, 1, season, CalendarFeatures.None, false)
            {
                Leave = shortest - 20 * month,
            };
        var daily = spacing == TimeSpan.FromDays(1);
        if (roles.Known.Length > 0 && daily)
            return new(options.Horizon ?? 14, options.TestSteps ?? Math.Min(730, shortest / 5), Math.Min(365, shortest / 6), 1, season,
                CalendarFeatures.DayOfWeek | CalendarFeatures.Month | CalendarFeatures.DayOfYear | CalendarFeatures.UnitedStatesHolidays,
                true);
        var test = options.TestSteps ?? (spacing < TimeSpan.FromDays(1) ? Math.Min(2 * 7 * (int)(TimeSpan.FromDays(1) / spacing.Value),
            shortest / 5) : frequency is not null ? Math.Clamp(Math.Min(shortest / 5, 2 * season), 6, Math.Max(6, shortest / 3))
            : Math.Max(shortest / 10, Math.Min(season > 1 ? 2 * season : 6, shortest / 5)));
        var horizon = options.Horizon ?? Math.Max(1, spacing < TimeSpan.FromDays(1)
            ? Math.Min((int)(TimeSpan.FromDays(1) / spacing.Value), test)
            : frequency is not null ? test : Math.Min(test, season > 1 ? Math.Min(season, 14) : 6));
        var origins = spacing < TimeSpan.FromDays(1) ? horizon : 1;
        return new(horizon, Math.Max(test, horizon), Math.Max(horizon, Math.Min(test, shortest / 5)), origins, season,
            spacing < TimeSpan.FromDays(1) ? CalendarFeatures.DayOfWeek : CalendarFeatures.None, false);
    }

    /// <summary>Steps at the end that are no part of the published split.</summary>
    internal int Leave { get; init; }

    // The usual season of the spacing; of several the one whose value before is nearest.
    private static int SeasonOf(SeriesStep[] steps, TimeSpan? spacing, int? frequency, int shortest)
    {
        int[] usual = frequency is { } known ? [known]
            : spacing is not { } each ? [1, 12]
            : each < TimeSpan.FromDays(1) ? [(int)(TimeSpan.FromDays(1) / each), (int)(TimeSpan.FromDays(7) / each)]
            : each == TimeSpan.FromDays(1) ? [7] : each == TimeSpan.FromDays(7) ? [52]
            : each.TotalDays is > 27 and < 32 ? [12] : each.TotalDays is > 88 and < 93 ? [4] : [1];
        return usual.Where(season => season * 3 <= shortest).DefaultIfEmpty(1).MinBy(season =>
        {
            double sum = 0;
            var count = 0;
            foreach (var series in steps.GroupBy(step => step.Series))
            {
                float[] values = [.. series.Select(step => step.Numbers[0])];
                for (var i = season; i < values.Length; i++, count++)
                    sum += Math.Abs(values[i] - values[i - season]) / Math.Max(1e-9, Math.Abs(values.Average()));
            }
            return sum / Math.Max(1, count);
        });
    }
}
