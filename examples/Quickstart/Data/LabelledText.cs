using Examples;
using Microsoft.ML;

namespace Quickstart.Data;

/// <summary>Sentences with a class: a line each, tab-separated, the class in the first column, the sentence in the last.</summary>
internal static class LabelledText
{
    internal sealed class Row
    {
        public string Class { get; set; } = "";

        public string Text { get; set; } = "";
    }

    internal static bool Matches(IReadOnlyList<string> lines) =>
        lines.Select(line => line.Split('\t')).All(fields => fields.Length >= 2 && !TextLines.TryNumber(fields[^1], out _))
        && lines.Any(line => line.Split('\t')[^1].Contains(' '));

    internal static DataSet Load(MLContext ml, string name, string trainFile, string? testFile, HoldOut? holdOut, int labelColumn = 1)
    {
        var rows = new Rows<Row>(Read(trainFile, labelColumn), testFile is null ? [] : Read(testFile, labelColumn)).With(holdOut);
        var train = ml.Data.LoadFromEnumerable(rows.Train);
        var words = ml.Transforms.Text.TokenizeIntoWords("Words", nameof(Row.Text));
        var vocabulary = Vocabulary.Of(ml, words.Fit(train).Transform(train), "Words");
        return new()
        {
            Name = name,
            Description = $"sentences, {rows.Train.Select(row => row.Class).Distinct().Count()} classes, "
                + $"{vocabulary.Count:N0} words occur twice or more",
            Train = train,
            Test = ml.Data.LoadFromEnumerable(rows.Test),
            TrainRows = rows.Train.Count,
            TestRows = rows.Test.Count,
            IsTokens = true,
            Preparation = words
                .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words", keyData: vocabulary.View))
                .Append(ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Class))),
        };
    }

    // Lower case: a word at the start of a sentence is the word it is elsewhere.
    internal static Row[] Read(string path, int labelColumn) =>
    [
        .. TextLines.ReadFields(path, '\t').Select(fields =>
        {
            fields.RequireAtLeast(labelColumn + 1, $"a class in column {labelColumn} and a sentence in the last");
            return new Row { Class = fields.Values[labelColumn - 1], Text = fields.Values[^1].ToLowerInvariant() };
        }),
    ];
}
