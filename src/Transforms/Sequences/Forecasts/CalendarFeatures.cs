namespace MLSeqGraph.Transforms;

/// <summary>Features made of dates.</summary>
[Flags]
public enum CalendarFeatures
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The time of day, as sine and cosine of one and two turns a day: 4 features.</summary>
    TimeOfDay = 1,

    /// <summary>The day of the week, one of 7.</summary>
    DayOfWeek = 2,

    /// <summary>The day of the month, from 0 to 1 and back from its end: 2 features.</summary>
    DayOfMonth = 4,

    /// <summary>The month, one of 12.</summary>
    Month = 8,

    /// <summary>The day of the year, as sine and cosine of one to three turns a year: 6 features.</summary>
    DayOfYear = 16,

    /// <summary>
    /// The holidays of the United States' federal government and the days around them that many take off, one of 14 (see
    /// <see cref="Holidays"/>).
    /// </summary>
    UnitedStatesHolidays = 32,
}
