using Examples;
using Microsoft.ML;

namespace Quickstart.Data;

/// <summary>
/// Series of numbers, one per line: tab-separated with the class first, or comma-separated with the class last and two values per step, the
/// points x, y of a pen's path.
/// </summary>
internal static class SeriesRows
{
    internal sealed class Row
    {
        public string Class { get; set; } = "";

        public float[] Features { get; set; } = [];
    }

    internal static bool MatchesSeries(IReadOnlyList<string> lines) => lines.All(line => AreNumbers(line.Split('\t').Skip(1)));

    internal static bool MatchesPoints(IReadOnlyList<string> lines) =>
        lines.All(line => line.Split(',') is var fields && fields.Length % 2 == 1 && AreNumbers(fields.SkipLast(1)));

    internal static DataSet LoadSeries(MLContext ml, string name, string trainFile, string? testFile, HoldOut? holdOut) =>
        Load(ml, name, null, new Rows<Row>(ReadSeries(trainFile), testFile is null ? [] : ReadSeries(testFile)).With(holdOut));

    internal static DataSet LoadPoints(MLContext ml, string name, string trainFile, string? testFile, HoldOut? holdOut) =>
        Load(ml, name, 2, new Rows<Row>(ReadPoints(trainFile), testFile is null ? [] : ReadPoints(testFile)).With(holdOut));

    internal static Row[] ReadSeries(string path) =>
        [.. TextLines.ReadFields(path, '\t')
            .Select(fields => new Row { Class = fields.Values[0], Features = fields.Numbers(1, fields.Values.Length) })];

    internal static Row[] ReadPoints(string path) =>
        [.. TextLines.ReadFields(path, ',')
            .Select(fields => new Row { Class = fields.Values[^1], Features = fields.Numbers(0, fields.Values.Length - 1) })];

    private static DataSet Load(MLContext ml, string name, int? valuesPerStep, Rows<Row> rows)
    {
        int[] lengths = [.. rows.Train.Concat(rows.Test).Select(row => row.Features.Length).Distinct().Order()];
        var isOneLength = lengths.Length == 1;
        var values = valuesPerStep ?? (isOneLength ? DataSet.ValuesPerStep(lengths[0]) : 1);
        var series = DataSet.Series<Row>(nameof(Row.Features), isOneLength ? lengths[0] / values : 0, values);
        return new()
        {
            Name = name,
            Description = $"series of {(isOneLength ? lengths[0] : $"{lengths[0]} to {lengths[^1]}")} values, read {values} per step, "
                + $"{rows.Train.Select(row => row.Class).Distinct().Count()} classes",
            Train = ml.Data.LoadFromEnumerable(rows.Train, series),
            Test = ml.Data.LoadFromEnumerable(rows.Test, series),
            TrainRows = rows.Train.Count,
            TestRows = rows.Test.Count,
            Preparation = ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Class)),
        };
    }

    private static bool AreNumbers(IEnumerable<string> fields)
    {
        var any = false;
        foreach (var field in fields)
        {
            if (!TextLines.TryNumber(field, out _))
                return false;
            any = true;
        }
        return any;
    }
}
