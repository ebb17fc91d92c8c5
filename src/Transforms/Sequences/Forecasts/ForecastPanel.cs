using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>A panel in memory on equally spaced steps, with what is wrong with its times and values found and named.</summary>
internal sealed class ForecastPanel
{
    private readonly ForecastColumns _columns;
    private readonly PanelColumns _panel;

    private ForecastPanel(ForecastColumns columns, PanelColumns panel, Panel rows)
    {
        (_columns, _panel, Rows) = (columns, panel, rows);
        int Width(string[] names, int skip) => panel.Features.Skip(skip).Take(names.Length).Sum(PanelColumns.WidthOf);
        PastWidth = Width(columns.PastColumnNames, columns.TargetColumnNames.Length);
        GivenWidth = Width(columns.KnownColumnNames, columns.TargetColumnNames.Length + columns.PastColumnNames.Length);
        KnownWidth = GivenWidth + Calendar.Count(columns.Calendar);
        StaticWidth = columns.StaticColumnNames.Length;
    }

    /// <summary>The rows as they were read: names and columns of the series.</summary>
    internal Panel Rows { get; }

    /// <summary>Numbers per step: covariates known up to now, those known ahead that columns give, all of these with those made of dates,
    /// and features of a series.</summary>
    internal int PastWidth { get; }

    /// <inheritdoc cref="PastWidth"/>
    internal int GivenWidth { get; }

    /// <inheritdoc cref="PastWidth"/>
    internal int KnownWidth { get; }

    /// <inheritdoc cref="PastWidth"/>
    internal int StaticWidth { get; }

    internal int TargetCount => _columns.TargetColumnNames.Length;

    /// <summary>The times.</summary>
    internal TimeAxis Axis { get; private set; } = null!;

    /// <summary>The series.</summary>
    internal IReadOnlyList<ForecastSeries> Series { get; private set; } = [];

    /// <summary>How many values were missing and are the last one before them.</summary>
    internal int FilledCount { get; private set; }

    /// <summary>What to say of them; null where there are none.</summary>
    internal string? FilledLine => FilledCount == 0 ? null : FormattableString.Invariant($"{FilledCount:N0} missing ")
        + $"{(FilledCount == 1 ? "value of the series is" : "values of the series are")} "
        + $"{(_columns.Missing == MissingSteps.Mask ? "masked" : $"filled by the last before {(FilledCount == 1 ? "it" : "them")}")} "
        + $"({nameof(ForecastColumns.Missing)} {_columns.Missing}).";

    /// <summary>The columns in data of a schema.</summary>
    /// <exception cref="ArgumentException">One is missing or of another type.</exception>
    internal static PanelColumns Bind(DataViewSchema schema, ForecastColumns columns)
    {
        var panel = new PanelColumns(columns.SeriesColumnName is { } series ? schema.Require(series) : null,
            columns.TimeColumnName is { } time ? schema.Require(time) : null,
            [.. columns.TargetColumnNames.Select(name => Target(schema, name)),
                .. columns.PastColumnNames.Concat(columns.KnownColumnNames).Concat(columns.StaticColumnNames)
                    .Select(name => schema.Require(name))], [])
        {
            TimeFormat = columns.TimeFormat,
            InOrder = !columns.SortRows,
        };
        panel.Check();
        if (columns.Calendar != CalendarFeatures.None && !new TimeAxis(panel.Time?.Type, 0, 1).HasDates)
            throw new ArgumentException($"Column '{panel.Time?.Name}' is {panel.Time?.Type}: expected dates, of which "
                + $"{nameof(ForecastColumns.Calendar)} ({columns.Calendar}) makes features.");
        return panel;
    }

    /// <summary>Reads all rows.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="columns">Their columns.</param>
    /// <param name="axis">The times of the data trained on, which these must fit; null to infer them.</param>
    /// <exception cref="InvalidDataException">Times or values are wrong; the message names column, series and time.</exception>
    internal static ForecastPanel Read(IDataView data, ForecastColumns columns, TimeAxis? axis = null)
    {
        var bound = Bind(data.Schema, columns);
        var panel = new ForecastPanel(columns, bound, new Panel(data, bound));
        long[][] times = [.. Enumerable.Range(0, panel.Rows.Series.Count).Select(panel.Rows.TimesOf)];
        if (times.All(of => of.Length == 0))
            throw new InvalidDataException("The data has no rows: expected series to forecast.");
        panel.Axis = (axis is null ? TimeAxis.Infer(times, bound.Time?.Type) : (axis with { Type = bound.Time?.Type })
            .OnDaysOf(times)) with { Format = columns.TimeFormat };
        panel.Series = [.. times.Select((of, series) => panel.Spaced(series, of))];
        return panel;
    }

    /// <summary>Takes the series with more of their future.</summary>
    internal void Replace(IReadOnlyList<ForecastSeries> series) => Series = series;

    /// <summary>A series as its column says it; empty where there is one.</summary>
    internal string IdOf(int series) => _columns.SeriesColumnName is null ? ""
        : Rows.Series.Describe(series) is var said && said is ['\'', .. var text, '\''] ? text : said;

    internal string NameOf(int series) => _columns.SeriesColumnName is null ? "the series" : $"series {Rows.Series.Describe(series)}";

    // Rows on equally spaced steps: those that are missing between others become steps without values.
    private ForecastSeries Spaced(int series, long[] times)
    {
        var name = NameOf(series);
        List<int> rows = [];
        List<long> spaced = [];
        for (var i = 0; i < times.Length; i++)
        {
            if (i > 0)
            {
                var steps = Axis.Between(times[i - 1], times[i])
                    ?? throw new InvalidDataException($"Column '{_columns.TimeColumnName}', {name}: from {Axis.TextOf(times[i - 1])} to "
                        + $"{Axis.TextOf(times[i])} is no whole number of steps of {Describe(Axis)}; expected equally spaced times.");
                if (steps > 1 && _columns.Missing == MissingSteps.Error)
                    throw new InvalidDataException($"Column '{_columns.TimeColumnName}', {name}: {steps - 1} "
                        + $"step{(steps > 2 ? "s are" : " is")}"
                        + $" missing between {Axis.TextOf(times[i - 1])} and {Axis.TextOf(times[i])}; expected one every "
                        + $"{Describe(Axis)}, or {nameof(ForecastColumns.Missing)} {MissingSteps.Fill} or {MissingSteps.Mask}.");
                if (steps > 1_000_000)
                    throw new InvalidDataException($"Column '{_columns.TimeColumnName}', {name}: {steps} steps are missing between "
                        + $"{Axis.TextOf(times[i - 1])} and {Axis.TextOf(times[i])}; expected at most a million.");
                for (var step = 1; step < steps; step++)
                {
                    rows.Add(-1);
                    spaced.Add(Axis.After(times[i - 1], step));
                }
            }
            rows.Add(i);
            spaced.Add(times[i]);
        }
        return Values(series, name, [.. rows], [.. spaced]);
    }

    private ForecastSeries Values(int series, string name, int[] rows, long[] times)
    {
        var targets = TargetCount;
        var values = rows.Select(row => row < 0 ? null : Rows.StepOf(series, row).ToArray()).ToArray();
        bool Has(int step, int target) => values[step] is { } of && !float.IsNaN(of[target]);
        int first = 0, end = rows.Length;
        while (end > 0 && !Enumerable.Range(0, targets).Any(target => Has(end - 1, target)))
            end--;
        if (end == 0)
            throw new InvalidDataException($"Column '{_columns.TargetColumnNames[0]}', {name}: all {rows.Length} values are missing; "
                + "expected some to forecast from.");
        if (_columns.Missing != MissingSteps.Error)
            while (!Enumerable.Range(0, targets).All(target => Has(first, target)) && first < end - 1)
                first++;
        var (past, given) = (targets, targets + PastWidth);
        return new(series, name, times[first..], end - first)
        {
            Targets = Filled(first, end, 0, targets, out var isThere),
            IsThere = _columns.Missing == MissingSteps.Mask ? isThere : null,
            Past = Filled(first, end, past, PastWidth, out _),
            Known = WithCalendar(Filled(first, rows.Length, given, GivenWidth, out _), times[first..]),
            Static = StaticOf(),
        };

        float[] Filled(int from, int to, int offset, int width, out bool[] there)
        {
            var filled = new float[(to - from) * width];
            there = new bool[filled.Length];
            for (var step = from; step < to; step++)
                for (var i = 0; i < width; i++)
                {
                    var value = values[step] is { } of ? of[offset + i] : float.NaN;
                    var at = (step - from) * width + i;
                    there[at] = !float.IsNaN(value);
                    if (float.IsInfinity(value) || (!there[at] && (_columns.Missing == MissingSteps.Error || step == from)))
                        throw Bad(offset + i, name, times[step], value);
                    filled[at] = there[at] ? value : filled[at - width];
                    FilledCount += there[at] ? 0 : 1;
                }
            return filled;
        }

        float[] StaticOf()
        {
            var offset = given + GivenWidth;
            for (var step = 0; step < rows.Length; step++)
                for (var i = 0; i < StaticWidth && values[step] is { } of; i++)
                    if (!float.IsFinite(of[offset + i]))
                        throw new InvalidDataException($"Column '{_columns.StaticColumnNames[i]}', {name}, time "
                            + $"{Axis.TextOf(times[step])}: the feature of the series is "
                            + (float.IsNaN(of[offset + i]) ? "missing (NaN)" : $"{of[offset + i]}")
                            + "; expected one finite number, the same in all rows of a series.");
                    else if (of[offset + i] != values[0]![offset + i])
                        throw new InvalidDataException($"Column '{_columns.StaticColumnNames[i]}', {name}: {values[0]![offset + i]} at "
                            + $"{Axis.TextOf(times[0])}, but {of[offset + i]} at {Axis.TextOf(times[step])}; expected one finite "
                                + $"number for "
                            + "each series.");
            return StaticWidth == 0 ? [] : values[0]![offset..];
        }
    }

    private float[] WithCalendar(float[] given, long[] times)
    {
        if (KnownWidth == GivenWidth)
            return given;
        var known = new float[times.Length * KnownWidth];
        for (var step = 0; step < times.Length; step++)
        {
            given.AsSpan(step * GivenWidth, GivenWidth).CopyTo(known.AsSpan(step * KnownWidth));
            Calendar.Write(_columns.Calendar, TimeAxis.DateOf(times[step]), known.AsSpan(step * KnownWidth + GivenWidth));
        }
        return known;
    }

    private InvalidDataException Bad(int at, string name, long time, float value) =>
        new($"Column '{_panel.NameAt(at)}', {name}, time {Axis.TextOf(time)}: the value is "
            + (float.IsNaN(value) ? $"missing; expected a number, or {nameof(ForecastColumns.Missing)} {MissingSteps.Fill} or "
                + $"{MissingSteps.Mask} and a value at the start." : $"{value}; expected a finite number."));

    private static string Describe(TimeSpan step) =>
        step.Ticks % TimeSpan.TicksPerDay == 0 ? $"{step.Days} day{(step.Days > 1 ? "s" : "")}"
        : step.Ticks % TimeSpan.TicksPerHour == 0 ? $"{step.TotalHours} hour{(step.TotalHours > 1 ? "s" : "")}"
        : step.Ticks % TimeSpan.TicksPerMinute == 0 ? $"{step.TotalMinutes} minute{(step.TotalMinutes > 1 ? "s" : "")}" : $"{step}";

    private static string Describe(TimeAxis axis) => axis.Months > 0 ? $"{axis.Months} month{(axis.Months > 1 ? "s" : "")}"
        : axis.HasDates || axis.Type is TimeSpanDataViewType
            ? Describe(new TimeSpan((long)axis.Step)) : FormattableString.Invariant($"{axis.Step:g6}");

    private static DataViewSchema.Column Target(DataViewSchema schema, string name) => schema.Require(name) is var column
        && column.Type is NumberDataViewType && column.Type.RawType == typeof(float) ? column
        : throw new ArgumentException($"Column '{name}' is {column.Type}: expected a Single to forecast; convert other numbers with "
            + "ConvertType.");
}
