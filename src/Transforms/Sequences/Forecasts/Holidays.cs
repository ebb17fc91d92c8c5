namespace MLSeqGraph.Transforms;

/// <summary>Holidays of the United States by date (5 U.S.C. § 6103), and the days around them that many take off.</summary>
internal static class Holidays
{
    /// <summary>The number of kinds.</summary>
    internal const int Count = 14;

    /// <summary>
    /// Which kind a date is; -1 for an ordinary day. 0 New Year, 1 Martin Luther King, 2 Washington, 3 Memorial Day, 4 Independence Day,
    /// 5 Labor Day, 6 Columbus Day, 7 Veterans Day, 8 Thanksgiving, 9 the day after it, 10 Christmas, 11 Christmas Eve, 12 a weekday
    /// between the years or on New Year's Eve, 13 a Friday or Monday beside a holiday, or the one in place of a holiday on a weekend.
    /// </summary>
    internal static int Of(DateTime date)
    {
        var day = date.Date;
        if (OnDate(day) is >= 0 and var known)
            return known;
        var isWeekend = day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        if (day is { Month: 12, Day: 24 })
            return 11;
        if (!isWeekend && day is { Month: 12, Day: >= 26 } or { Month: 1, Day: 2 })
            return 12;
        return (day.DayOfWeek == DayOfWeek.Friday && (IsFixed(day.AddDays(1)) || IsFixed(day.AddDays(-1))))
            || (day.DayOfWeek == DayOfWeek.Monday && (IsFixed(day.AddDays(-1)) || IsFixed(day.AddDays(1)))) ? 13 : -1;
    }

    private static bool IsFixed(DateTime day) => OnDate(day) is 0 or 4 or 7 or 10;

    private static int OnDate(DateTime day) => (day.Month, day.Day, day.DayOfWeek) switch
    {
        (1, 1, _) => 0,
        (1, >= 15 and <= 21, DayOfWeek.Monday) => 1,
        (2, >= 15 and <= 21, DayOfWeek.Monday) => 2,
        (5, >= 25, DayOfWeek.Monday) => 3,
        (7, 4, _) => 4,
        (9, <= 7, DayOfWeek.Monday) => 5,
        (10, >= 8 and <= 14, DayOfWeek.Monday) => 6,
        (11, 11, _) => 7,
        (11, >= 22 and <= 28, DayOfWeek.Thursday) => 8,
        (11, >= 23 and <= 29, DayOfWeek.Friday) => 9,
        (12, 25, _) => 10,
        _ => -1,
    };
}
