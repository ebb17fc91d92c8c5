using Examples;
using Microsoft.ML;

namespace Quickstart.Data;

/// <summary>Sentences with a class, a line each, the class and the sentence in a column each.</summary>
internal static class LabelledText
{
    internal sealed class Row
    {
        public string Class { get; set; } = "";

        public string Text { get; set; } = "";
    }

    /// <summary>Whether one column has sentences and each other one can be a class.</summary>
    internal static bool Matches(Columns columns) => columns.Count > 1 && columns.FindText() is { } text
        && Enumerable.Range(0, columns.Count).All(column => column == text || columns.IsClass(column));

    internal static DataSet Load(MLContext ml, string name, Columns train, Table? test, HoldOut? holdOut, Roles roles)
    {
        var (label, text) = Find(train, roles);
        var rows = new Rows<Row>(Read(train, train.Table, label, text), test is null ? [] : Read(train, test, label, text)).With(holdOut);
        var view = ml.Data.LoadFromEnumerable(rows.Train);
        var words = ml.Transforms.Text.TokenizeIntoWords("Words", nameof(Row.Text));
        var vocabulary = Vocabulary.Of(ml, words.Fit(view).Transform(view), "Words");
        return new()
        {
            Name = name,
            Description = $"sentences, {rows.Train.Select(row => row.Class).Distinct().Count()} classes, "
                + $"{vocabulary.Count:N0} words occur twice or more",
            Recognized = $"{train.NameOf(label)} is the class, {train.NameOf(text)} the sentence",
            Train = view,
            Test = ml.Data.LoadFromEnumerable(rows.Test),
            TrainRows = rows.Train.Count,
            TestRows = rows.Test.Count,
            IsTokens = true,
            Preparation = words
                .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words", keyData: vocabulary.View))
                .Append(ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Class))),
        };
    }

    /// <summary>Which columns are the class and the sentence.</summary>
    internal static (int Label, int Text) Find(Columns columns, Roles roles)
    {
        if (columns.Count < 2)
            throw new InvalidDataException($"{columns.Table.Path} has one column; expected a class and a sentence.");
        var given = columns.Named(roles.Label, "--label");
        var text = columns.Named(roles.Text, "--text") ?? columns.FindText() ?? throw new InvalidDataException(
            $"{columns.Table.Path}: no column has sentences of several words. State the column with --text.");
        if (given == text)
            throw new InvalidDataException($"{columns.Table.Path}: {columns.NameOf(text)} would be both class and sentence; expected two.");
        int[] others = [.. Enumerable.Range(0, columns.Count).Where(column => column != text)];
        var label = given ?? columns.FindClass(others) ?? others[0];
        columns.RequireClass(label);
        return (label, text);
    }

    // Lower case: a word at the start of a sentence is the word it is elsewhere.
    private static Row[] Read(Columns columns, Table table, int label, int text) =>
    [
        .. columns.LinesOf(table).Where(line => !line.IsBlank).Select(line =>
        {
            line.Require(columns.Count);
            var (name, sentence) = (line.Values[label].Trim(), line.Values[text].Trim());
            return name.Length == 0 ? throw line.Error($"{columns.NameOf(label)} is empty, expected a class")
                : sentence.Length == 0 ? throw line.Error($"{columns.NameOf(text)} is empty, expected a sentence")
                : new Row { Class = name, Text = sentence.ToLowerInvariant() };
        }),
    ];
}
