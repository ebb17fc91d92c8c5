using Examples;
using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace Quickstart.Data;

/// <summary>
/// Series in long form, one step per line, tab-separated: series, class, number of the step from 0, values of the step. Series may
/// differ in length.
/// </summary>
internal static class LongSeries
{
    private const string Expected = "series, class, step and at least one value";

    internal sealed class Step
    {
        public string Series { get; set; } = "";

        public string Class { get; set; } = "";

        public float Time { get; set; }

        public float[] Values { get; set; } = [];
    }

    /// <summary>Whether the third column counts the lines of each series.</summary>
    internal static bool Matches(IReadOnlyList<string> lines)
    {
        var expected = 0;
        var series = "";
        foreach (var fields in lines.Select(line => line.Split('\t')))
        {
            if (fields.Length < 4)
                return false;
            expected = fields[0] == series ? expected + 1 : 0;
            series = fields[0];
            if (fields[2] != expected.ToString(CultureInfo.InvariantCulture))
                return false;
        }
        return lines.Count > 1;
    }

    internal static DataSet Load(MLContext ml, string name, string trainFile, string? testFile, HoldOut? holdOut)
    {
        var rows = new Rows<Step[]>(Read(trainFile), testFile is null ? [] : Read(testFile)).With(holdOut);
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
            Train = Group(rows.Train),
            Test = Group(rows.Test),
            TrainRows = rows.Train.Count,
            TestRows = rows.Test.Count,
            Preparation = ml.Transforms.Conversion.MapValueToKey("Label", nameof(Step.Class)),
        };
    }

    internal static Step[][] Read(string path)
    {
        var count = 0;
        var steps = TextLines.ReadFields(path, '\t').Select(fields =>
        {
            fields.RequireAtLeast(4, Expected);
            count = count == 0 ? fields.Values.Length : count;
            if (fields.Values.Length != count)
                throw fields.Error($"{fields.Values.Length} fields, {count} in the lines before");
            var (series, label) = (fields.Values[0], fields.Values[1]);
            return new Step { Series = series, Class = label, Time = fields.Numbers(2, 3)[0], Values = fields.Numbers(3, count) };
        });
        return [.. steps.GroupBy(step => step.Series).Select(series => series.ToArray())];
    }
}
