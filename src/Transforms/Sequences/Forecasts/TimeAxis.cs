using System.Globalization;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The times of steps that are equally far apart: so many months, so much time, or so much of a number.</summary>
/// <param name="Type">The type of the column of times; null where rows are counted.</param>
/// <param name="Months">Months from step to step; 0 where it isn't months.</param>
/// <param name="Step">Otherwise ticks from step to step of dates and time spans, or the number.</param>
/// <param name="Day">
/// Of months, the day on which times are, or the month's last where it has fewer, so that 31 is the end of each; 0 while it isn't known.
/// </param>
internal sealed record TimeAxis(DataViewType? Type, int Months, double Step, int Day = 0)
{
    // How far from a whole number of steps a real number may be: years in decimals have few digits.
    private const double Slack = 0.05;

    private bool IsReal => Type is not null && (Type.RawType == typeof(float) || Type.RawType == typeof(double));

    /// <summary>Whether times are dates.</summary>
    internal bool HasDates => Type is DateTimeDataViewType or DateTimeOffsetDataViewType or TextDataViewType;

    /// <summary>What is between two steps, a month as 30.4 days; null for numbers.</summary>
    internal TimeSpan? Length => Months > 0 ? TimeSpan.FromDays(30.4 * Months)
        : Type is null || IsReal || Type is NumberDataViewType ? null : new TimeSpan((long)Step);

    /// <summary>The date behind a key.</summary>
    internal static DateTime DateOf(long key) => new(Math.Clamp(key, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks));

    /// <summary>The axis on which the times of some series lie, by the commonest distance between two that follow one another.</summary>
    /// <param name="series">Times of each series in their order.</param>
    /// <param name="type">The type of the column of times.</param>
    internal static TimeAxis Infer(IEnumerable<long[]> series, DataViewType? type)
    {
        var axis = new TimeAxis(type, 0, 1);
        long[][] all = [.. series.Where(times => times.Length > 1)];
        if (type is null || all.Length == 0)
            return axis;
        if (axis.HasDates && MonthsOf(all) is > 0 and var months)
            return axis with { Months = months, Day = DayOf(all) };
        var step = all.SelectMany(times => Enumerable.Range(1, times.Length - 1).Select(i => axis.Distance(times[i - 1], times[i])))
            .GroupBy(distance => axis.IsReal ? Math.Round(distance, 4) : distance)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First();
        return axis with { Step = axis.IsReal ? step.Average() : step.Key };
    }

    /// <summary>This axis for series whose months may be on other days than those it was inferred from.</summary>
    internal TimeAxis OnDaysOf(IEnumerable<long[]> series) => Months == 0 ? this : this with { Day = DayOf(series) };

    /// <summary>The number of steps from one time to a later one; null where it is no whole number.</summary>
    internal int? Between(long from, long to)
    {
        if (Type is null)
            return (int)(to - from);
        if (Months > 0)
        {
            var (start, end) = (DateOf(from), DateOf(to));
            var months = (end.Year - start.Year) * 12 + end.Month - start.Month;
            var day = Day > 0 ? Day : Math.Max(start.Day, end.Day);
            return months % Months == 0 && IsOn(day, start) && IsOn(day, end) && start.TimeOfDay == end.TimeOfDay ? months / Months : null;
        }
        var steps = Distance(from, to) / Step;
        var whole = Math.Round(steps);
        return Math.Abs(steps - whole) <= (IsReal ? Slack + 0.001 * whole : 0) && whole < int.MaxValue ? (int)whole : null;
    }

    /// <summary>The time so many steps later.</summary>
    internal long After(long from, int steps)
    {
        if (Type is null)
            return from + steps;
        if (Months > 0)
        {
            var end = DateOf(from).AddMonths(Months * steps);
            return Day == 0 ? end.Ticks : end.AddDays(Math.Min(Day, DateTime.DaysInMonth(end.Year, end.Month)) - end.Day).Ticks;
        }
        return IsReal ? TimeKey.OfNumber(TimeKey.NumberOf(from) + steps * Step) : from + (long)(steps * Step);
    }

    /// <summary>The distance of two steps, as text that <see cref="Read"/> reads.</summary>
    internal string Describe() => Months > 0 ? $"P{Months}{(Day == 31 ? "E" : "M")}"
        : Step.ToString("r", CultureInfo.InvariantCulture);

    /// <summary>An axis from its text.</summary>
    internal static TimeAxis Read(string text, DataViewType? type) => text.StartsWith('P')
        ? new(type, int.Parse(text.AsSpan(1, text.Length - 2), CultureInfo.InvariantCulture), 0, text.EndsWith('E') ? 31 : 0)
        : new(type, 0, double.Parse(text, CultureInfo.InvariantCulture));

    /// <summary>The format of times that are text.</summary>
    internal string? Format { get; init; }

    /// <summary>A time as text, that of the data where it has texts.</summary>
    internal string TextOf(long key) => Type is null ? $"row {key}" : Format is not null && Type is TextDataViewType
        ? DateOf(key).ToString(Format, CultureInfo.InvariantCulture) : TimeKey.Describe(key, Type, hasHours: Months == 0
            && Step % TimeSpan.TicksPerDay != 0);

    private double Distance(long from, long to) => IsReal ? TimeKey.NumberOf(to) - TimeKey.NumberOf(from) : (double)(to - from);

    // Months where every time is on the same day of a month at the same time of day, or on a month's last.
    private static int MonthsOf(long[][] all)
    {
        var (time, day, common) = (DateOf(all[0][0]).TimeOfDay, DayOf(all), 0);
        foreach (var times in all)
            for (var i = 0; i < times.Length; i++)
            {
                var date = DateOf(times[i]);
                if (!IsOn(day, date) || date.TimeOfDay != time)
                    return 0;
                if (i > 0 && DateOf(times[i - 1]) is var before)
                    common = Gcd(common, (date.Year - before.Year) * 12 + date.Month - before.Month);
            }
        return common;
    }

    private static bool IsOn(int day, DateTime date) => date.Day == Math.Min(day, DateTime.DaysInMonth(date.Year, date.Month));

    // The latest day of any month, as shorter ones end before; 31 where all are last days.
    private static int DayOf(IEnumerable<long[]> series)
    {
        var (latest, areLast) = (1, true);
        foreach (var times in series)
            foreach (var date in times.Select(DateOf))
                (latest, areLast) = (Math.Max(latest, date.Day), areLast && IsOn(31, date));
        return areLast ? 31 : latest;
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
