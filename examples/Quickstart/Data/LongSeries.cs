using System.Globalization;
using Examples;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace Quickstart.Data;

/// <summary>
/// Series in long form, one step per line: series, class, number of the step, values of the step. Series may differ in length.
/// </summary>
internal static class LongSeries
{
    internal sealed class Step
    {
        public string Series { get; set; } = "";

        public string Class { get; set; } = "";

        public float Time { get; set; }

        public float[] Values { get; set; } = [];
    }

    /// <summary>Whether the third column counts the lines of each series, which has one class, but for a few lines.</summary>
    internal static bool Matches(Columns columns)
    {
        if (columns.Count < 4 || columns.Rows.Length < 2)
            return false;
        var (fitting, longer, series, last) = (0, 0, "", -1L);
        foreach (var row in columns.Rows.Where(row => row.Values.Length >= 4))
        {
            var isNumber = long.TryParse(row.Values[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var step);
            if (isNumber && (row.Values[0] == series ? step == last + 1 : step is 0 or 1))
                fitting++;
            longer += row.Values[0] == series ? 1 : 0;
            (series, last) = (row.Values[0], step);
        }
        var names = columns.Rows.Where(row => row.Values.Length >= 4).Select(row => row.Values[0]).Distinct().Count();
        var withClasses = columns.Rows.Where(row => row.Values.Length >= 4).Select(row => (row.Values[0], row.Values[1]))
            .Distinct().Count();
        return fitting >= 0.9 * columns.Rows.Length && longer > 0 && withClasses <= names + Math.Max(1, names / 10);
    }

    internal static DataSet Load(MLContext ml, string name, Columns train, Table? test, HoldOut? holdOut)
    {
        var rows = new Rows<Step[]>(Read(train, train.Table), test is null ? [] : Read(train, test)).With(holdOut);
        if (rows.Train.Count == 0)
            throw new InvalidDataException($"{train.Table.Path} leaves no series to train on.");
        var features = rows.Train[0][0].Values.Length;
        int shortest = rows.Train.Min(series => series.Length), longest = rows.Train.Max(series => series.Length);
        var grouping = ml.Transforms.GroupIntoSequences(
            "Features", nameof(Step.Series), nameof(Step.Time), [nameof(Step.Values)], [nameof(Step.Class)]);
        IDataView Group(IReadOnlyList<Step[]> series)
        {
            var schema = DataSet.Series<Step>(nameof(Step.Values), features, 1);
            var steps = ml.Data.LoadFromEnumerable(series.SelectMany(steps => steps), schema);
            return grouping.Fit(steps).Transform(steps);
        }
        return new()
        {
            Name = name,
            Description = $"series of {(shortest == longest ? shortest : $"{shortest} to {longest}")} steps of {features} values, "
                + $"{rows.Train.Select(series => series[0].Class).Distinct().Count()} classes",
            Recognized = $"{train.NameOf(0)} is the series, {train.NameOf(1)} its class, {train.NameOf(2)} the step",
            Train = Group(rows.Train),
            Test = Group(rows.Test),
            TrainRows = rows.Train.Count,
            TestRows = rows.Test.Count,
            Preparation = ml.Transforms.Conversion.MapValueToKey("Label", nameof(Step.Class)),
        };
    }

    private static Step[][] Read(Columns columns, Table table)
    {
        if (columns.Count < 4)
            throw new InvalidDataException($"{table.Path} has {columns.Count} columns; expected series, class, step and values.");
        var series = new Dictionary<string, (string Class, HashSet<float> Times, List<Step> Steps)>();
        foreach (var line in columns.LinesOf(table).Where(line => !line.IsBlank))
        {
            line.Require(columns.Count);
            var (name, label) = (line.Values[0], line.Values[1]);
            var step = new Step { Series = name, Class = label, Time = line.Number(2), Values = line.Numbers(3, columns.Count) };
            if (!series.TryGetValue(name, out var one))
                series.Add(name, one = (label, [], []));
            if (one.Class != label)
                throw line.Error($"series '{name}' is of class '{label}', expected '{one.Class}' as in its other lines");
            if (!one.Times.Add(step.Time))
                throw line.Error($"step {line.Values[2]} of series '{name}' is there twice, expected once");
            one.Steps.Add(step);
        }
        string[] classes = [.. series.Values.Select(one => one.Class).Distinct()];
        return classes.Length <= Math.Max(2, series.Count / 2) ? [.. series.Values.Select(one => one.Steps.ToArray())]
            : throw new InvalidDataException($"{table.Path}: {columns.NameOf(1)} has {classes.Length} different values in {series.Count} "
                + "series; expected classes, each of several series.");
    }
}
