using System.Globalization;
using System.Text.RegularExpressions;
using Examples;

namespace Forecasting.Data;

/// <summary>Reads a folder of tables: a row a step, with or without a header, a column of times, one of series.</summary>
internal static partial class SeriesFolder
{
    // Of more columns of numbers than this the first is forecast, and the others may help.
    private const int MostTargets = 12;

    /// <summary>The sets: one of each file, or of each series of a file where they have their own frequencies.</summary>
    /// <exception cref="InvalidDataException">There is no file of series; the message says what there is.</exception>
    internal static IReadOnlyList<SeriesSet> Load(string folder, SeriesChoices options)
    {
        string[] files = Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Where(file => FolderContents.IsData(file)
            && Extension().IsMatch(file) && Path.GetFileName(file) != "README.txt").Order(StringComparer.Ordinal)] : [folder];
        if (files.Length == 0)
            throw new InvalidDataException($"{folder}: no file ends in .tsv, .csv or .txt, with or without .gz; expected tables of series."
                + FolderContents.Describe(folder, "Forecasting"));
        return [.. files.SelectMany(file => Read(file, options))];
    }

    private static IEnumerable<SeriesSet> Read(string path, SeriesChoices options)
    {
        var table = Table.Read(path);
        Fields[] rows = [.. table.Rows];
        if (rows.Length < 3)
            throw new InvalidDataException($"{path}: {rows.Length} lines; expected a line a step.");
        var hasHeader = rows[0].Values.Any(value => value.Any(char.IsLetter) && !FolderContents.IsDate(value)) || rows[0].Values[0] == "";
        string[] header = hasHeader ? [.. rows[0].Values.Select(name => name.Trim())]
            : [.. rows[0].Values.Select((_, i) => $"column {i + 1}")];
        rows = hasHeader ? rows[1..] : rows;
        foreach (var row in rows)
            row.Require(header.Length);
        var roles = ColumnRoles.Of(path, header, rows, options);
        var name = Path.GetFileName(path).Split('.')[0];
        var groups = roles.Frequency is null ? [(name, rows)] : rows.GroupBy(row => row.Values[roles.Series!.Value])
            .Select(group => ($"{name}.{group.Key}", group.ToArray())).ToArray();
        foreach (var (of, group) in groups)
            if (Set(path, of, group, roles, header, options) is { } set)
                yield return set;
    }

    private static SeriesSet? Set(string path, string name, Fields[] rows, ColumnRoles roles, string[] header, SeriesChoices options)
    {
        var bySeries = roles.Series is { } column && roles.Frequency is null;
        var all = rows.Select(row => new SeriesStep(bySeries ? row.Values[roles.Series!.Value] : "", roles.TimeOf(row),
            [.. roles.Numbers.Select(field => Number(row, field))])).ToArray();
        var groups = all.GroupBy(step => step.Series).ToArray();
        // A series with gaps can't be compared with what wasn't measured.
        var whole = groups.Where(group => group.All(step => step.Numbers.Take(roles.Targets.Length).All(float.IsFinite))).ToArray();
        var trimmed = whole;
        if (whole.Length == 0)
            trimmed = [.. groups.Select(group => group.SkipWhile(step => !float.IsFinite(step.Numbers[0])).Reverse()
                .SkipWhile(step => !float.IsFinite(step.Numbers[0])).Reverse().GroupBy(_ => group.Key).First())
                .Where(group => group.Count() > 20)];
        if (trimmed.Length == 0)
            throw new InvalidDataException($"{path}: no series of '{header[roles.Targets[0]]}' is long enough to forecast.");
        var steps = trimmed.SelectMany(group => Filled([.. group])).ToArray();
        var isRegular = steps[0].Time is not null && trimmed.All(group => IsRegular([.. group.Select(step => step.Time!.Value)]));
        // Days without a leap year's are days.
        var usual = steps[0].Time is null ? null : Usual([.. trimmed.First().Select(step => step.Time!.Value)]);
        if (!isRegular)
            steps = [.. steps.Select(step => step with { Time = null })];
        var shortest = trimmed.Min(group => group.Count());
        var spacing = isRegular ? steps[1].Time!.Value - steps[0].Time!.Value : (TimeSpan?)null;
        var given = roles.Frequency is { } frequency ? (int)Math.Round(Math.Max(1, rows[0].Number(frequency))) : (int?)null;
        var shape = SetShape.Of(name, steps, spacing, given, roles, shortest, options with
        {
            Season = options.Season ?? SetShape.SeasonOf(steps, usual, given, shortest),
        });
        if (shape.Leave > 0)
            steps = steps[..^shape.Leave];
        string[] Names(int[] fields) => [.. fields.Select(field => header[field] == "" ? "value" : header[field])];
        return new(name, steps, Names(roles.Targets), Names(roles.Known), shape.Horizon, shape.Test, shape.Validation, shape.Origins,
            shape.Season, shape.Calendar)
        {
            LastStepOnly = shape.LastStepOnly,
            HasPublishedSplit = shape.Leave > 0 || name.StartsWith("ETT", StringComparison.OrdinalIgnoreCase),
            Group = roles.Frequency is null || roles.Targets.Length > 1 ? null : FormattableString.Invariant(
                $"{Path.GetFileName(path)}, frequency {given}, {shape.Horizon} ahead"),
            Description = $"{trimmed.Length} series of {(trimmed.Length == 1 ? $"{shortest:N0}" : $"{shortest:N0} or more")} steps, "
                + $"{roles.Targets.Length} to forecast" + (groups.Length > trimmed.Length
                    ? $"; {groups.Length - trimmed.Length} with missing values are left out" : "")
                + (roles.Known.Length > 0 ? $", {roles.Known.Length} covariates known ahead" : "")
                + (steps[0].Time is null && roles.HasTimes ? "; times aren't even and are taken as steps" : ""),
        };
    }

    private static float Number(Fields row, int field) => row.Values[field].Trim() is "" or "NA" or "NaN" or "?" ? float.NaN
        : row.Number(field);

    // The last value stands for a missing one.
    private static SeriesStep[] Filled(SeriesStep[] steps)
    {
        for (var i = 1; i < steps.Length; i++)
            for (var n = 0; n < steps[i].Numbers.Length; n++)
                if (float.IsNaN(steps[i].Numbers[n]))
                    steps[i].Numbers[n] = steps[i - 1].Numbers[n];
        foreach (var step in steps)
            for (var n = 0; n < step.Numbers.Length; n++)
                if (float.IsNaN(step.Numbers[n]))
                    step.Numbers[n] = 0;
        return steps;
    }

    private static bool IsRegular(DateTime[] times) => times.Length > 2
        && (times.Zip(times.Skip(1), (a, b) => b - a).Distinct().Count() == 1
            || times.Zip(times.Skip(1), (a, b) => (b.Year - a.Year) * 12 + b.Month - a.Month).Distinct().Count() == 1
                && times.All(time => time.Day == times[0].Day && time.TimeOfDay == times[0].TimeOfDay)
                && times[1].Month != times[0].Month);

    // What nearly all times are apart; null for nothing.
    private static TimeSpan? Usual(DateTime[] times)
    {
        var commonest = times.Zip(times.Skip(1), (a, b) => b - a).GroupBy(step => Math.Round(step.TotalHours / 24 / 4)).MaxBy(group =>
            group.Count());
        return commonest is null || commonest.Count() < 0.9 * (times.Length - 1) ? null
            : TimeSpan.FromTicks((long)commonest.Average(step => step.Ticks));
    }

    [GeneratedRegex(@"\.(tsv|csv|txt)(\.gz)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Extension();

    /// <summary>What the columns of a table are.</summary>
    internal sealed record ColumnRoles(int? Series, int? Time, (int Year, int Month)? Month, int? Frequency, int[] Targets, int[] Known)
    {
        // What the weather will be isn't known ahead.
        private static readonly string[] Weather = ["temp", "dew", "humid", "pressure", "wind", "gust", "rain", "percip", "precip", "snow",
            "cloud", "weather", "sun"];

        internal int[] Numbers => [.. Targets, .. Known];

        internal bool HasTimes => Time is not null || Month is not null;

        // Months of numbered years, such as 1-01.
        private static DateTime? MonthOf(string text) => text.Trim().Split('-') is [var year, { Length: 2 } of]
            && int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1000
            && int.TryParse(of, NumberStyles.None, CultureInfo.InvariantCulture, out var which) && which is > 0 and < 13
            ? new DateTime(number, which, 1) : null;

        private static bool IsDate(string text) => FolderContents.IsDate(text) || MonthOf(text) is not null;

        internal DateTime? TimeOf(Fields row) => Month is { } month
            ? new DateTime((int)row.Number(month.Year), (int)row.Number(month.Month), 1)
            : Time is { } numbered && MonthOf(row.Values[numbered]) is { } counted ? counted
            : Time is { } time && DateTime.TryParse(row.Values[time], CultureInfo.InvariantCulture, DateTimeStyles.None,
                out var date) ? date
            : null;

        internal static ColumnRoles Of(string path, string[] header, Fields[] rows, SeriesChoices options)
        {
            int? Named(params string[] names) => Array.FindIndex(header, name => names.Contains(name, StringComparer.OrdinalIgnoreCase))
                is >= 0 and var found ? found : null;
            var isDate = Enumerable.Range(0, header.Length).Where(i => rows.Take(50).All(row => IsDate(row.Values[i])))
                .ToArray();
            int? time = isDate.Length > 0 ? isDate[0] : null;
            var isNumber = Enumerable.Range(0, header.Length).Where(i => !isDate.Contains(i) && rows.All(row =>
                row.Values[i].Trim() is "" or "NA" or "NaN" or "?" || Fields.TryNumber(row.Values[i], false, out _))).ToArray();
            int? series = Named("series", "series_id", "id", "unique_id", "item_id", "city", "store") is { } id ? id
                : Enumerable.Range(0, header.Length).FirstOrDefault(i => !isDate.Contains(i) && !isNumber.Contains(i)
                    && rows.Select(row => row.Values[i]).Distinct().Count() * 10 < rows.Length, -1) is >= 0 and var text ? text : null;
            (int, int)? month = Named("year") is { } year && Named("month") is { } of && time is null ? (year, of) : null;
            var frequency = series is null ? null : Named("frequency", "period");
            var index = Named("t", "time", "index", "step", "year", "month");
            var first = time is null && month is null && series is null && header.Length == 2 && isNumber.Contains(0)
                && rows.Zip(rows.Skip(1)).All(pair => pair.Second.Number(0) - pair.First.Number(0) is var d
                    && Math.Abs(d - (rows[1].Number(0) - rows[0].Number(0))) < 1e-3) ? 0 : -1;
            var free = isNumber.Where(i => i != series && i != frequency && i != first && i != month?.Item1 && i != month?.Item2
                && !((series is not null || time is null) && FolderContents.NamesTime(header[i])) && header[i] != "t").ToArray();
            int[] Asked(string[] names, string option) => [.. names.Select(name => Array.IndexOf(header,
                name.Trim()) is >= 0 and var at ? at
                : throw new InvalidDataException($"{path}: there is no column '{name}' of {option}, only {string.Join(", ", header)}."))];
            if (free.Length == 0)
                throw new InvalidDataException($"{path}: no column of numbers to forecast; it has {string.Join(", ", header)}."
                    + FolderContents.Describe(Path.GetDirectoryName(Path.GetFullPath(path))!, "Forecasting"));
            // Of a panel the first column of numbers, of one series all, unless they are too many.
            var targets = options.Targets is { } asked ? Asked(asked, "--target")
                : series is not null || free.Length > MostTargets ? [free[0]] : free;
            var known = options.Known is { } ahead ? Asked(ahead, "--known") : series is null && free.Length > MostTargets
                ? [.. free.Where(i => !targets.Contains(i) && !Weather.Any(word =>
                    header[i].StartsWith(word, StringComparison.OrdinalIgnoreCase)))] : [];
            return new(series, time, month, frequency, targets, known);
        }
    }
}
