using Examples;
using Microsoft.ML;

namespace Quickstart.Data;

/// <summary>
/// Sentences with a tag for each word: one word per line, tab-separated, the word first, its tag second, an empty line between sentences.
/// </summary>
internal static class TaggedSentences
{
    internal sealed class Row
    {
        public string[] Words { get; set; } = [];

        public string[] Tags { get; set; } = [];
    }

    internal static bool Matches(IReadOnlyList<string> lines) =>
        lines.Contains("") && lines.All(line => line.Length == 0 || line.Split('\t') is { Length: >= 2 });

    internal static DataSet Load(MLContext ml, string name, string trainFile, string? testFile, HoldOut? holdOut, int labelColumn = 2)
    {
        var rows = new Rows<Row>(Read(trainFile, labelColumn), testFile is null ? [] : Read(testFile, labelColumn)).With(holdOut);
        var vocabulary = Vocabulary.Of(ml, rows.Train.SelectMany(row => row.Words));
        return new()
        {
            Name = name,
            Description = $"sentences, {rows.Train.SelectMany(row => row.Tags).Distinct().Count()} tags, "
                + $"{vocabulary.Count:N0} words occur twice or more",
            Train = ml.Data.LoadFromEnumerable(rows.Train),
            Test = ml.Data.LoadFromEnumerable(rows.Test),
            TrainRows = rows.Train.Count,
            TestRows = rows.Test.Count,
            Task = TaskKind.Tagging,
            IsTokens = true,
            Preparation = ml.Transforms.Conversion.MapValueToKey("Features", nameof(Row.Words), keyData: vocabulary.View)
                .Append(ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Tags))),
        };
    }

    internal static Row[] Read(string path, int labelColumn)
    {
        List<Row> rows = [];
        List<string> words = [], tags = [];
        var number = 0;
        foreach (var line in TextLines.Read(path).Append(""))
        {
            number++;
            if (line.Length > 0)
            {
                var fields = new Fields(path, number, line.Split('\t'));
                fields.RequireAtLeast(labelColumn, $"a word in column 1 and its tag in column {labelColumn}");
                words.Add(fields.Values[0]);
                tags.Add(fields.Values[labelColumn - 1]);
            }
            else if (words.Count > 0)
            {
                rows.Add(new() { Words = [.. words], Tags = [.. tags] });
                words.Clear();
                tags.Clear();
            }
        }
        return [.. rows];
    }
}
