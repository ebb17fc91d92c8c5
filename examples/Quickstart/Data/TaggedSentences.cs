using Examples;
using Microsoft.ML;

namespace Quickstart.Data;

/// <summary>
/// Sentences with a tag for each word, a line for each word, a blank line between sentences; CoNLL-U and CoNLL-2003 (parted by spaces, the
/// entity last, a line -DOCSTART- before each document) too.
/// </summary>
internal static class TaggedSentences
{
    private const int ConlluColumns = 10;
    private const string DocumentStart = "-DOCSTART-";

    internal sealed class Row
    {
        public string[] Words { get; set; } = [];

        public string[] Tags { get; set; } = [];
    }

    /// <summary>Ten columns of which the first counts words: 1, a range 1-2 or an empty node 1.1.</summary>
    internal static bool IsConllu(Columns columns) => columns.Table.Separator == '\t' && columns.Count == ConlluColumns
        && columns.Rows.Where(row => row.Values.Length == ConlluColumns).All(row => row.Values[0].All(c => char.IsAsciiDigit(c)
            || c is '-' or
            '.'));

    /// <summary>Blank lines between lines of a word and a tag, and fewer tags than words.</summary>
    internal static bool Matches(Columns columns)
    {
        var lines = columns.Table.Lines;
        var last = lines.Select((line, i) => line.IsBlank ? -1 : i).Max();
        return columns.Count >= 2 && lines.Take(last).SkipWhile(line => line.IsBlank).Any(line => line.IsBlank)
            && columns.IsClass(Tag(columns));
    }

    internal static DataSet Load(
        MLContext ml, string name, SequenceFormat format, Columns train, Table? test, HoldOut? holdOut, Roles roles)
    {
        var isConllu = format == SequenceFormat.Conllu;
        if (train.Count < 2)
            throw new InvalidDataException($"{train.Table.Path} has one column; expected a word and its tag.");
        var word = train.Named(roles.Text, "--text") ?? (isConllu ? 1 : 0);
        var tag = train.Named(roles.Label, "--label") ?? (isConllu ? 3 : Tag(train));
        train.RequireClass(tag);
        var rows = new Rows<Row>(Read(train, train.Table, isConllu, word, tag), test is null ? [] : Read(train, test, isConllu, word, tag))
            .With(holdOut);
        var vocabulary = Vocabulary.Of(ml, rows.Train.SelectMany(row => row.Words));
        return new()
        {
            Name = name,
            Description = $"sentences, {rows.Train.SelectMany(row => row.Tags).Distinct().Count()} tags, "
                + $"{vocabulary.Count:N0} words occur twice or more",
            Recognized = $"{(isConllu ? "CoNLL-U: " : "")}{train.NameOf(word)} is the word, {train.NameOf(tag)} its tag",
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

    // Entities (IOB and its kin) stand last, beside other tags.
    private static int Tag(Columns columns)
    {
        string[] last = [.. columns.Values(columns.Count - 1).Distinct()];
        return last.Contains("O")
            && last.All(tag => tag == "O"
            || (tag.Length > 2 && tag[1] == '-' && "BILUES".Contains(tag[0])))
            ? columns.Count - 1 : 1;
    }

    private static Row[] Read(Columns columns, Table table, bool isConllu, int word, int tag)
    {
        List<Row> rows = [];
        List<string> words = [], tags = [];
        foreach (var line in columns.LinesOf(table).Append(new(table.Path, 0, [])))
        {
            if (line.IsBlank)
            {
                if (words.Count > 0)
                    rows.Add(new() { Words = [.. words], Tags = [.. tags] });
                words.Clear();
                tags.Clear();
                continue;
            }
            // Comments; words that a range or an empty node repeats have lines of their own.
            if (isConllu && (line.Values[0].StartsWith('#') || (line.Values[0].AsSpan().ContainsAny('-', '.'))))
                continue;
            if (line.Values[0] == DocumentStart)
                continue;
            line.Require(columns.Count);
            if (line.Values[word].Length == 0 || line.Values[tag].Length == 0)
                throw line.Error("a field is empty, expected a word and its tag");
            words.Add(line.Values[word]);
            tags.Add(line.Values[tag]);
        }
        return rows.Count > 0 ? [.. rows] : throw new InvalidDataException($"{table.Path} has no words.");
    }
}
