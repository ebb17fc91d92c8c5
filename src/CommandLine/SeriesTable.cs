using System.Globalization;
using Examples;
using MLSeqGraph.Transforms;
using Quickstart.Data;

namespace MLSeqGraph.CommandLine;

/// <summary>A file of series, a row a step, and what its columns are.</summary>
internal sealed class SeriesTable
{
    private static readonly string[] Formats = ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm",
        "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM", "yyyy/MM/dd", "yyyy/MM/dd HH:mm", "yyyyMMdd", "dd.MM.yyyy",
        "dd.MM.yyyy HH:mm", "MM/dd/yyyy", "dd/MM/yyyy", "M/d/yyyy", "d/M/yyyy"];

    private SeriesTable(Columns columns) => Columns = columns;

    internal Columns Columns { get; }

    internal int? Series { get; private init; }

    internal int? Time { get; private init; }

    /// <summary>The format of times that are dates; null where they are numbers.</summary>
    internal string? TimeFormat { get; private init; }

    internal int[] Values { get; private init; } = [];

    internal int[] Known { get; private init; } = [];

    /// <summary>Names of the columns, that of steps without a header by number.</summary>
    internal string Name(int column) => Columns.Header?[column].Trim() is { Length: > 0 } name ? name : $"column {column + 1}";

    /// <summary>Recognizes the columns of a file.</summary>
    /// <exception cref="UsageException">A column can't be guessed: the message names the candidates.</exception>
    /// <exception cref="InvalidDataException">A line has too many or too few fields, or one that is no number.</exception>
    internal static SeriesTable Of(string path, SeriesColumns asked)
    {
        var table = Table.Read(DataFile.Require(path));
        var columns = Columns.Of(table, new(Label: asked.Values?[0] ?? asked.Time ?? asked.Series));
        foreach (var row in columns.Rows)
            row.Require(columns.Count);
        if (columns.Rows.Length < 3)
            throw new InvalidDataException($"{path}: {columns.Rows.Length} rows; expected a row a step.");
        int? series = columns.Named(asked.Series, "--series"), time = columns.Named(asked.Time, "--time");
        int[]? values = asked.Values is null ? null : [.. asked.Values.Select(name => columns.Named(name, "--value")!.Value)];
        int[] known = [.. asked.Known.Select(name => columns.Named(name, "--known")!.Value)];
        int[] taken = [.. values ?? [], .. known, .. new[] { series, time }.OfType<int>()];
        if (taken.GroupBy(column => column).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new UsageException($"{path}: {columns.NameOf(twice.Key)} is stated twice; expected one use for each column.");
        int[] free = [.. Enumerable.Range(0, columns.Count).Except(taken)];
        time ??= free.Where(column => FormatsOf(columns, column, asked.TimeFormat).Count > 0).Select(column => (int?)column)
            .FirstOrDefault();
        var (format, isNumber) = time is { } at ? FormatOf(columns, at, asked.TimeFormat) : (null, false);
        free = [.. free.Where(column => column != time)];
        int[] numbers = [.. free.Where(column => columns.Rows.All(row => IsNumber(row.Values[column])))];
        if (series is null)
            series = free.Where(column => !numbers.Contains(column) && columns.ClassesOf(column) * 3 <= columns.Rows.Length)
                .Select(column => (int?)column).FirstOrDefault();
        // A column that counts steps is the time.
        if (time is null)
            foreach (var column in numbers.Where(column => (columns.Header is { } header && FolderContents.NamesTime(header[column]))
                || (series is null && numbers.Length > 1 && Counts(columns.Rows, column))).Take(1))
                (time, isNumber) = (column, true);
        numbers = [.. numbers.Where(column => column != time && column != series)];
        foreach (var column in values ?? [.. free.Where(column => column != series && !numbers.Contains(column))])
            if (FirstBad(columns, column, least: values is null ? 0.9 : 0) is { } bad)
                throw bad.Error($"{columns.NameOf(column)} is '{bad.Values[column].Trim()}', expected a finite number, or nothing where it "
                    + "is missing" + (values is null ? "; name what to forecast with --value to leave the column out" : ""));
        int[] usual = [.. numbers.Where(column => columns.Header is { } header && header[column].Trim().ToLowerInvariant() is "value" or "y"
            or "target")];
        values ??= numbers.Length == 1 ? numbers : usual.Length == 1 ? usual : throw new UsageException(numbers.Length == 0
            ? $"{path}: no column of numbers to forecast. State one with --value: {string.Join(", ", free.Select(columns.NameOf))}."
            : $"{path}: which column is to be forecast can't be guessed. State it with --value, or several with commas: "
                + $"{string.Join(", ", numbers.Select(columns.NameOf))}.");
        var found = new SeriesTable(columns)
        {
            Series = series, Time = time, TimeFormat = isNumber ? null : format, Values = values, Known = known,
        };
        string[] names = [.. values.Concat(known).Concat(new[] { series, time }.OfType<int>()).Select(found.Name)];
        return names.Distinct().Count() == names.Length ? found
            : throw new InvalidDataException($"{path}: several columns are called '{names.GroupBy(name => name).First(same =>
                same.Count() > 1).Key}'; expected a name for each.");
    }

    /// <summary>What was recognized, in words.</summary>
    internal string Said()
    {
        string[] parts = [$"{string.Join(", ", Values.Select(Columns.NameOf))} to forecast",
            Series is { } series ? $"{Columns.ClassesOf(series)} series by {Columns.NameOf(series)}" : "one series",
            Time is { } time ? $"times in {Columns.NameOf(time)}{(TimeFormat is null ? "" : $" ({TimeFormat})")}"
                : "no times: rows in order",
            .. Known.Length == 0 ? [] : (string[])[$"{string.Join(", ", Known.Select(Columns.NameOf))} known ahead"]];
        int[] rest = [.. Enumerable.Range(0, Columns.Count).Except([.. Values, .. Known, .. new[] { Series, Time }.OfType<int>()])];
        return string.Join("; ", parts) + (rest.Length == 0 ? "" : $"; {string.Join(", ", rest.Select(Columns.NameOf))} left out") + ".";
    }

    /// <summary>The values of a target by series, without missing ones.</summary>
    internal IReadOnlyList<float[]> Targets() => [.. Columns.Rows.GroupBy(row => Series is { } series ? row.Values[series] : "")
        .Select(rows => rows.Select(row => Number(row, Values[0])).Where(float.IsFinite).ToArray())];

    internal ForecastColumns ToColumns(MissingSteps missing) => new()
    {
        SeriesColumnName = Series is { } series ? Name(series) : null, TimeColumnName = Time is { } time ? Name(time) : null,
        TimeFormat = TimeFormat, SortRows = Time is not null, TargetColumnNames = [.. Values.Select(Name)],
        KnownColumnNames = [.. Known.Select(Name)], Missing = missing,
    };

    /// <summary>A field as a number; NaN where it is missing.</summary>
    internal static float Number(Fields row, int column) => IsMissing(row.Values[column]) ? float.NaN : row.Number(column);

    /// <summary>Runs what reads the table as series; errors name the file and line, and options as the command line has them.</summary>
    /// <param name="read">What reads it.</param>
    /// <param name="ofModel">Whether a trained model reads it, whose options stay.</param>
    internal T Explaining<T>(Func<T> read, bool ofModel = false)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException error)
        {
            var message = error.Message.Replace("Missing Fill or Mask", (ofModel ? "a model that was trained with " : "")
                + "--missing fill or --missing mask", StringComparison.Ordinal);
            // The line of the last time that is named, of the series that is.
            var line = Time is not { } time ? null : Columns.Rows
                .Where(row => Series is not { } series || message.Contains($"'{row.Values[series].Trim()}'", StringComparison.Ordinal)
                    || message.Contains($" {row.Values[series].Trim()}", StringComparison.Ordinal))
                .Select(row => (Row: row, At: message.LastIndexOf(row.Values[time].Trim(), StringComparison.Ordinal)))
                .Where(one => one.At >= 0).OrderByDescending(one => one.At).Select(one => one.Row).FirstOrDefault();
            throw new InvalidDataException(line is null ? $"{Columns.Table.Path}: {message}"
                : FormattableString.Invariant($"{Columns.Table.Path}, line {line.Line}: {message}"), error);
        }
    }

    private static bool Counts(Fields[] rows, int column)
    {
        if (rows.Any(row => IsMissing(row.Values[column])))
            return false;
        var step = rows[1].Number(column) - rows[0].Number(column);
        return step > 0 && rows.Zip(rows.Skip(1)).All(pair => pair.Second.Number(column) - pair.First.Number(column) == step);
    }

    private static bool IsMissing(string field) => field.Trim() is "" or "NA" or "NaN" or "nan" or "?";

    private static bool IsNumber(string field) =>
        IsMissing(field) || (Fields.TryNumber(field, false, out var number) && float.IsFinite(number));

    // The first line without a number, in a column where so many have one.
    private static Fields? FirstBad(Columns columns, int column, double least)
    {
        Fields[] bad = [.. columns.Rows.Where(row => !IsNumber(row.Values[column]))];
        return bad.Length > 0 && columns.Rows.Length - bad.Length >= least * columns.Rows.Length ? bad[0] : null;
    }

    private static IReadOnlyList<string> FormatsOf(Columns columns, int column, string? asked) =>
        [.. (asked is null ? Formats : [asked]).Where(format => columns.Values(column).All(value => DateTime.TryParseExact(value.Trim(),
            format, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)))];

    private static (string? Format, bool IsNumber) FormatOf(Columns columns, int column, string? asked)
    {
        var path = columns.Table.Path;
        var formats = FormatsOf(columns, column, asked);
        if (formats.Count > 1 && formats.Any(format => format.StartsWith('M') || format.StartsWith('d'))
            && formats.Select(format => char.ToUpperInvariant(format[0])).Distinct().Count() > 1)
            throw new UsageException($"{path}: times in {columns.NameOf(column)}, such as '{columns.Values(column).First()}', may be "
                + $"{string.Join(" or ", formats)}. State it with --time-format.");
        if (formats.Count > 0)
            return (formats[0], false);
        if (asked is null && columns.IsNumber(column))
            return (null, true);
        var bad = columns.Rows.First(row => asked is not null ? !DateTime.TryParseExact(row.Values[column].Trim(), asked,
            CultureInfo.InvariantCulture, DateTimeStyles.None, out _) : !DateTime.TryParse(row.Values[column],
                CultureInfo.InvariantCulture, out _) || row == columns.Rows[^1]);
        throw bad.Error($"{columns.NameOf(column)} is '{bad.Values[column]}', expected a time as "
            + (asked is null ? "in the other lines, such as 2024-01-31 or 2024-01-31 12:00; --time-format states another format" : asked));
    }
}

/// <summary>The columns that the command line names; null for what is guessed.</summary>
internal sealed record SeriesColumns(string? Time, string? TimeFormat, string? Series, string[]? Values, string[] Known);
