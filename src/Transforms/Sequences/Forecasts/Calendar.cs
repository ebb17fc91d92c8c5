namespace MLSeqGraph.Transforms;

/// <summary>Writes features of dates.</summary>
internal static class Calendar
{
    private static readonly (CalendarFeatures Feature, int Size)[] Sizes =
    [
        (CalendarFeatures.TimeOfDay, 4), (CalendarFeatures.DayOfWeek, 7), (CalendarFeatures.DayOfMonth, 2), (CalendarFeatures.Month, 12),
        (CalendarFeatures.DayOfYear, 6), (CalendarFeatures.UnitedStatesHolidays, Holidays.Count),
    ];

    /// <summary>The number of features.</summary>
    internal static int Count(CalendarFeatures features) => Sizes.Where(of => features.HasFlag(of.Feature)).Sum(of => of.Size);

    /// <summary>Writes the features of a date.</summary>
    internal static void Write(CalendarFeatures features, DateTime time, Span<float> to)
    {
        foreach (var (feature, size) in Sizes)
        {
            if (!features.HasFlag(feature))
                continue;
            Write(feature, time, to[..size], size);
            to = to[size..];
        }
    }

    private static void Write(CalendarFeatures feature, DateTime time, Span<float> to, int size)
    {
        to.Clear();
        var days = DateTime.DaysInMonth(time.Year, time.Month);
        switch (feature)
        {
            case CalendarFeatures.TimeOfDay:
                Turns(time.TimeOfDay.TotalDays, to);
                break;
            case CalendarFeatures.DayOfWeek:
                to[(int)time.DayOfWeek] = 1;
                break;
            case CalendarFeatures.DayOfMonth:
                (to[0], to[1]) = ((time.Day - 1) / 30f, (days - time.Day) / 30f);
                break;
            case CalendarFeatures.Month:
                to[time.Month - 1] = 1;
                break;
            case CalendarFeatures.DayOfYear:
                Turns((time.DayOfYear - 1 + time.TimeOfDay.TotalDays) / 365.25, to);
                break;
            default:
                if (Holidays.Of(time) is >= 0 and var holiday)
                    to[holiday] = 1;
                break;
        }
    }

    private static void Turns(double share, Span<float> to)
    {
        for (var i = 0; i < to.Length / 2; i++)
            (to[2 * i], to[2 * i + 1]) = ((float)Math.Sin(2 * Math.PI * (i + 1) * share), (float)Math.Cos(2 * Math.PI * (i + 1) * share));
    }
}
