using Examples;
using Microsoft.ML;

namespace Quickstart.Data;

/// <summary>Strings whose characters are the steps, such as DNA and proteins: with a class each, or with a string of tags.</summary>
internal static class CharacterSequences
{
    // Shorter strings are words, or names.
    private const double LeastLength = 16;
    private const int MostCharacters = 64;

    internal sealed class Row
    {
        public string[] Symbols { get; set; } = [];

        public string Class { get; set; } = "";

        public string[] Tags { get; set; } = [];
    }

    /// <summary>A column of long strings of few kinds of characters beside a class, or beside another as long in every line.</summary>
    internal static SequenceFormat? Matches(Columns columns)
    {
        if (columns.Count < 2 || FindText(columns) is not { } text)
            return null;
        return FindTags(columns, text) is not null ? SequenceFormat.TaggedCharacters
            : columns.FindClass(Others(columns, text)) is not null ? SequenceFormat.Characters : null;
    }

    internal static DataSet Load(
        MLContext ml, string name, SequenceFormat format, Columns train, Table? test, HoldOut? holdOut, Roles roles)
    {
        var isTagged = format == SequenceFormat.TaggedCharacters;
        var text = train.Named(roles.Text, "--text") ?? FindText(train) ?? throw new InvalidDataException(
            $"{train.Table.Path}: no column has strings of characters. State the column with --text.");
        var label = train.Named(roles.Label, "--label") ?? (isTagged ? FindTags(train, text) : train.FindClass(Others(train, text)))
            ?? throw new InvalidDataException($"{train.Table.Path}: no column has "
                + $"{(isTagged ? "strings as long as those" : "classes of those")} of {train.NameOf(text)}. State it with --label.");
        if (label == text)
            throw new InvalidDataException($"{train.Table.Path}: {train.NameOf(text)} would be both class and string; expected two.");
        if (!isTagged)
            train.RequireClass(label);
        var rows = new Rows<Row>(Read(train, train.Table, text, label, isTagged),
            test is null ? [] : Read(train, test, text, label, isTagged)).With(holdOut);
        return new()
        {
            Name = name,
            Description = $"strings of {rows.Train.Min(row => row.Symbols.Length)} to {rows.Train.Max(row => row.Symbols.Length)} "
                + $"characters of {rows.Train.SelectMany(row => row.Symbols).Distinct().Count()} kinds, "
                + (isTagged ? $"{rows.Train.SelectMany(row => row.Tags).Distinct().Count()} tags"
                    : $"{rows.Train.Select(row => row.Class).Distinct().Count()} classes"),
            Recognized = $"{train.NameOf(text)} is a string of characters, {train.NameOf(label)} "
                + (isTagged ? "has their tags" : "its class"),
            Train = ml.Data.LoadFromEnumerable(rows.Train),
            Test = ml.Data.LoadFromEnumerable(rows.Test),
            TrainRows = rows.Train.Count,
            TestRows = rows.Test.Count,
            Task = isTagged ? TaskKind.Tagging : TaskKind.Classification,
            IsTokens = true,
            Preparation = ml.Transforms.Conversion.MapValueToKey("Features", nameof(Row.Symbols))
                .Append(ml.Transforms.Conversion.MapValueToKey("Label", isTagged ? nameof(Row.Tags) : nameof(Row.Class))),
        };
    }

    // The longest strings, of few kinds of characters.
    private static int? FindText(Columns columns)
    {
        int[] found = [.. Enumerable.Range(0, columns.Count).Where(column => IsText(columns, column))];
        return found.Length == 0 ? null : found.OrderByDescending(column => Length(columns, column))
            .ThenByDescending(column => Characters(columns, column)).First();
    }

    private static bool IsText(Columns columns, int column) => Length(columns, column) >= LeastLength
        && columns.Values(column).All(value => value.Trim().All(symbol => !char.IsWhiteSpace(symbol)))
        && Characters(columns, column) <= MostCharacters && !columns.IsClass(column);

    // The first column whose strings are all as long as those of another, of fewer kinds of characters.
    private static int? FindTags(Columns columns, int text)
    {
        int[] found = [.. Others(columns, text).Where(column => Characters(columns, column) < Characters(columns, text)
            && columns.Rows.All(row => row.Values.Length == columns.Count
                && row.Values[column].Trim().Length == row.Values[text].Trim().Length))];
        return found.Length == 0 ? null : found[0];
    }

    private static IEnumerable<int> Others(Columns columns, int text) =>
        Enumerable.Range(0, columns.Count).Where(column => column != text);

    private static double Length(Columns columns, int column) => columns.Values(column).Average(value => (double)value.Trim().Length);

    private static int Characters(Columns columns, int column) =>
        columns.Values(column).SelectMany(value => value.Trim()).Distinct().Count();

    private static Row[] Read(Columns columns, Table table, int text, int label, bool isTagged) =>
    [
        .. columns.LinesOf(table).Where(line => !line.IsBlank).Select(line =>
        {
            line.Require(columns.Count);
            var (found, name) = (line.Values[text].Trim(), line.Values[label].Trim());
            if (found.Length == 0)
                throw line.Error($"{columns.NameOf(text)} is empty, expected a string of characters");
            if (name.Length == 0)
                throw line.Error($"{columns.NameOf(label)} is empty, expected {(isTagged ? "tags" : "a class")}");
            if (isTagged && name.Length != found.Length)
                throw line.Error($"{columns.NameOf(label)} has {name.Length} tags, expected {found.Length}, one for each character of "
                    + columns.NameOf(text));
            return new Row { Symbols = Single(found), Class = isTagged ? "" : name, Tags = isTagged ? Single(name) : [] };
        }),
    ];

    private static string[] Single(string text) => [.. text.Select(symbol => symbol.ToString())];
}
