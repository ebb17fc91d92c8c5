using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace Forecasting.Data;

/// <summary>What is forecast of a set, and what is held out, where nothing was asked for.</summary>
internal sealed record SetShape(int Horizon, int Test, int Validation, int Origins, int Season, CalendarFeatures Calendar,
    bool LastStepOnly)
{
    internal static SetShape Of(string name, SeriesStep[] steps, TimeSpan? spacing, int? frequency, SeriesFolder.ColumnRoles roles,
        int shortest, SeriesChoices options)
    {
        var season = options.Season ?? 1;
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

    // The given one, or that of the first column of each series, without the end that is compared.
    internal static int SeasonOf(SeriesStep[] steps, TimeSpan? spacing, int? frequency, int shortest) =>
        frequency is > 1 and var known ? known * 2 <= shortest ? known : 1
        : Seasonality.Of(steps.GroupBy(step => step.Series).Select(series => (IReadOnlyList<float>)[.. series
            .Select(step => step.Numbers[0]).SkipLast(shortest / 5)]), frequency is null ? spacing : null);
}
