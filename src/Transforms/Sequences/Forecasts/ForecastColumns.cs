namespace MLSeqGraph.Transforms;

/// <summary>What to do where a value is missing (NaN), or a row between two others of a series.</summary>
public enum MissingSteps
{
    /// <summary>An error that names the column, the series and the time.</summary>
    Error,

    /// <summary>The last value before it stands for it. Missing values at the start of a series are cut off.</summary>
    Fill,

    /// <summary>As <see cref="Fill"/> for what the network reads, with a feature that says so; a missing target counts nothing in the
    /// loss.</summary>
    Mask,
}

/// <summary>The columns of a panel in long form, a row a step, that a forecaster reads.</summary>
/// <remarks>
/// Rows after the last target of a series (whose targets are NaN) are its future: they give covariates that are known ahead.
/// </remarks>
public sealed class ForecastColumns
{
    /// <summary>The column that says which series a row belongs to: text, a key or a whole number; null, the default, for one
    /// series.</summary>
    public string? SeriesColumnName { get; set; }

    /// <summary>
    /// The time of a row: a date, a time span, a number, or text in <see cref="TimeFormat"/>; null, the default, where rows are in
    /// order and equally far apart.
    /// </summary>
    public string? TimeColumnName { get; set; }

    /// <summary>The format of times that are text, such as <c>yyyy-MM-dd HH:mm</c>, in the invariant culture.</summary>
    public string? TimeFormat { get; set; }

    /// <summary>Whether rows of a series may be in any order; by default a row that goes back in time is an error.</summary>
    public bool SortRows { get; set; }

    /// <summary>The columns to forecast, Single.</summary>
    public string[] TargetColumnNames { get; set; } = ["Value"];

    /// <summary>Covariates that are known for the steps to forecast too, Single or vectors of Single of known size.</summary>
    public string[] KnownColumnNames { get; set; } = [];

    /// <summary>Covariates that are known up to now only, Single or vectors of Single of known size.</summary>
    public string[] PastColumnNames { get; set; } = [];

    /// <summary>Features of a series, the same in all of its rows: Single.</summary>
    public string[] StaticColumnNames { get; set; } = [];

    /// <summary>Features made of dates, known ahead as the dates are.</summary>
    public CalendarFeatures Calendar { get; set; }

    /// <summary>What happens to missing values and missing rows; an error by default.</summary>
    public MissingSteps Missing { get; set; }

    /// <summary>Checks the options and copies them.</summary>
    /// <exception cref="ArgumentException">A name is missing or given twice, or options contradict one another.</exception>
    internal ForecastColumns Checked()
    {
        foreach (var (list, name) in ((string[], string)[])[(TargetColumnNames, nameof(TargetColumnNames)),
            (KnownColumnNames, nameof(KnownColumnNames)), (PastColumnNames, nameof(PastColumnNames)),
            (StaticColumnNames, nameof(StaticColumnNames))])
            if (list is null || list.Any(string.IsNullOrEmpty))
                throw new ArgumentException($"{name} is null or has an empty name; expected names of columns.");
        if (TargetColumnNames.Length == 0)
            throw new ArgumentException($"{nameof(TargetColumnNames)} is empty; expected at least one column to forecast.");
        string[] all = [.. TargetColumnNames, .. KnownColumnNames, .. PastColumnNames, .. StaticColumnNames,
            .. SeriesColumnName is null ? (string[])[] : [SeriesColumnName], .. TimeColumnName is null ? (string[])[] : [TimeColumnName]];
        if (all.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Column '{twice.Key}' is given twice; expected one use for each column: a target's past is read "
                + "anyway, and the future of a column that is known ahead needs no second mention.");
        if (SeriesColumnName is "" || TimeColumnName is "")
            throw new ArgumentException("A column's name is empty; expected a name, or null for no column.");
        if (Calendar != CalendarFeatures.None && TimeColumnName is null)
            throw new ArgumentException($"{nameof(Calendar)} is {Calendar}, but there is no {nameof(TimeColumnName)} to take dates from.");
        var days = Enum.GetValues<CalendarFeatures>().Aggregate((all, one) => all | one);
        if ((Calendar & ~days) != 0)
            throw new ArgumentException($"{nameof(Calendar)} is {Calendar}; expected some of {days}.");
        if (!Enum.IsDefined(Missing))
            throw new ArgumentException($"{nameof(Missing)} is {Missing}; expected {string.Join(", ", Enum.GetNames<MissingSteps>())}.");
        var copy = (ForecastColumns)MemberwiseClone();
        (copy.TargetColumnNames, copy.KnownColumnNames, copy.PastColumnNames, copy.StaticColumnNames) =
            ([.. TargetColumnNames], [.. KnownColumnNames], [.. PastColumnNames], [.. StaticColumnNames]);
        return copy;
    }
}
