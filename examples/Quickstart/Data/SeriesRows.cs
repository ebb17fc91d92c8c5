using Examples;
using Microsoft.ML;

namespace Quickstart.Data;

/// <summary>
/// Series of numbers, one per line, with a class first or last. Where they differ in length, some may be padded at their end with NaN or
/// empty fields. Two values of a step, the points x, y of a pen's path, where the format says so.
/// </summary>
internal static class SeriesRows
{
    internal sealed class Row
    {
        public string Class { get; set; } = "";

        /// <summary>The values, step by step.</summary>
        public float[] Features { get; set; } = [];
    }

    /// <summary>The format, where all but one column and a few lines are numbers; null elsewhere.</summary>
    internal static SequenceFormat? Matches(Columns columns, Roles roles)
    {
        if (columns.Count < 2)
            return null;
        bool Fits(Fields row, int label) => Enumerable.Range(0, row.Values.Length).All(i => i == label || row.Values[i].Trim() is "" or "?"
            || Fields.TryNumber(row.Values[i], row.DecimalComma, out _));
        var named = columns.Named(roles.Label, "--label");
        int Fitting(bool last) => columns.Rows.Count(row => row.Values.Length > 1
            && Fits(row, named ?? (last ? row.Values.Length - 1 : 0)));
        if (roles.Text is not null || Math.Max(Fitting(last: false), Fitting(last: true)) * 10 < columns.Rows.Length * 9)
            return null;
        return columns.Table.Separator == ',' && columns.Count % 2 == 1 && FindLabel(columns, roles) == columns.Count - 1
            ? SequenceFormat.Points : SequenceFormat.Series;
    }

    internal static DataSet Load(
        MLContext ml, string name, SequenceFormat format, Columns train, Table? test, HoldOut? holdOut, Roles roles)
    {
        var label = FindLabel(train, roles);
        train.RequireClass(label);
        // Of many numbers few may be classes: what nearly counts the rows, or measures them, is none.
        const int mostNumbers = 100;
        if (roles.Label is null && train.IsNumber(label) && train.ClassesOf(label) is var count && count > mostNumbers
            && count * 10 > train.Rows.Length)
            throw new InvalidDataException($"{train.Table.Path}: {train.NameOf(label)} has {count:N0} different numbers in "
                + $"{train.Rows.Length:N0} rows, expected classes. State the column of the class with --label.");
        // A class that comes last comes last in shorter lines too.
        var isLast = label == train.Count - 1;
        Row[] Read(Table table) =>
            [.. train.LinesOf(table).Where(line => !line.IsBlank).Select(line => ReadRow(line, isLast ? null : label))];
        var (rows, tested) = (Read(train.Table), test is null ? [] : Read(test));
        if (roles.Format is null && rows.All(row => row.Features.Length == 1))
            throw new InvalidDataException($"{train.Table.Path}: each line has one number beside {train.NameOf(label)}, expected series "
                + "of several.");
        return Load(ml, name, $"{train.NameOf(label)} is the class", format == SequenceFormat.Points ? 2 : null, rows, tested, holdOut);
    }

    /// <summary>Reads files of a format of their own.</summary>
    internal static DataSet Load(MLContext ml, string name, SequenceFormat format, Func<string, (Row[] Rows, int Dimensions)> read,
        string train, string? test, HoldOut? holdOut)
    {
        var (rows, dimensions) = read(train);
        var (tested, others) = test is null ? ([], dimensions) : read(test);
        return others == dimensions
            ? Load(ml, name, $"a .{format.ToString().ToLowerInvariant()} file", dimensions == 1 ? null : dimensions, rows, tested, holdOut)
            : throw new InvalidDataException($"{test} has series of {others} dimensions; expected {dimensions} as in {train}.");
    }

    private static Row ReadRow(Fields line, int? label)
    {
        var at = label ?? line.Values.Length - 1;
        line.RequireAtLeast(Math.Max(2, at + 1), $"values and, in field {at + 1}, a class");
        var name = line.Values[at].Trim();
        if (name.Length == 0)
            throw line.Error($"field {at + 1} is empty, expected a class");
        List<int> values = [.. Enumerable.Range(0, line.Values.Length).Where(i => i != at)];
        while (values.Count > 0 && line.Values[values[^1]].Trim() is "" or "NaN" or "nan")
            values.RemoveAt(values.Count - 1);
        return values.Count == 0 ? throw line.Error("there are no values, expected at least one")
            : new Row { Class = name, Features = [.. values.Select(line.Number)] };
    }

    private static int FindLabel(Columns columns, Roles roles)
    {
        if (columns.Named(roles.Label, "--label") is { } given)
            return given;
        // By custom the class comes first, but in comma-separated files last. What has fractions is no class.
        int[] ends = columns.Table.Separator == ',' ? [columns.Count - 1, 0] : [0, columns.Count - 1];
        bool IsWhole(int column) => columns.Values(column).All(value =>
            !Fields.TryNumber(value, columns.Rows[0].DecimalComma, out var number) || number == Math.Floor(number));
        return columns.FindClass(columns.LikeliestClasses([.. ends.Where(IsWhole)])) ?? ends[0];
    }

    private static DataSet Load(MLContext ml, string name, string recognized, int? valuesPerStep, Row[] train, Row[] test, HoldOut? holdOut)
    {
        var rows = new Rows<Row>(train, test).With(holdOut);
        int[] lengths = [.. rows.Train.Concat(rows.Test).Select(row => row.Features.Length).Distinct().Order()];
        var isOneLength = lengths.Length == 1;
        var values = valuesPerStep ?? (isOneLength ? DataSet.ValuesOfStep(lengths[0]) : 1);
        if (lengths.FirstOrDefault(length => length % values != 0) is var odd and > 0)
            throw new InvalidDataException($"{name}: a series has {odd} values; expected a multiple of {values}, the values of a step.");
        // Of a plain vector the trainer says how many values are a step.
        var series = valuesPerStep is { } points ? DataSet.Series<Row>(nameof(Row.Features), isOneLength ? lengths[0] / points : 0, points)
            : DataSet.Series<Row>(nameof(Row.Features), isOneLength ? lengths[0] : 0);
        return new()
        {
            Name = name,
            Description = $"series of {(isOneLength ? lengths[0] : $"{lengths[0]} to {lengths[^1]}")} values, read {values} per step, "
                + $"{rows.Train.Select(row => row.Class).Distinct().Count()} classes",
            Recognized = recognized,
            Train = ml.Data.LoadFromEnumerable(rows.Train, series),
            Test = ml.Data.LoadFromEnumerable(rows.Test, series),
            TrainRows = rows.Train.Count,
            TestRows = rows.Test.Count,
            ValuesPerStep = valuesPerStep is null && values > 1 ? values : null,
            Preparation = ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Class)),
        };
    }
}
