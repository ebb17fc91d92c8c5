using Examples;
using Microsoft.ML;
using MLSeqGraph.Transforms;
using Quickstart.Data;

namespace FineTune;

/// <summary>Pairs of sentences with a class, such as whether they mean the same.</summary>
internal static class Pairs
{
    internal sealed class Row
    {
        public string Class { get; set; } = "";

        public string Text { get; set; } = "";

        public string Second { get; set; } = "";
    }

    /// <summary>
    /// Built-in pairs: whether two sentences are about things of one kind. The words of the test pairs are in no training pair.
    /// </summary>
    internal static DataSet Load(MLContext ml)
    {
        var (train, test) = Things.MakePairs();
        return Make(ml, "pairs of things", "pairs of sentences, about things of one kind or of two; the words of the test pairs not among "
            + "those of training", new(train, test), null);
    }

    /// <summary>Reads <c>train</c> and <c>test</c>: in each line two sentences and a class.</summary>
    /// <exception cref="InvalidDataException">A file is missing, or a line doesn't fit.</exception>
    internal static DataSet Load(MLContext ml, string folder, HoldOut? holdOut, Roles roles, string? second)
    {
        var columns = Columns.Of(Table.Read(DataFolder.Find(folder, "train"), roles.DecimalComma), roles);
        if (columns.Count < 3)
            throw new InvalidDataException($"{columns.Table.Path} has {columns.Count} columns; expected two sentences and a class.");
        int? label = columns.Named(roles.Label, "--label"), one = columns.Named(roles.Text, "--text"),
            other = columns.Named(second, "--second");
        int[] texts = [.. Enumerable.Range(0, columns.Count).Where(column => column != label && column != one && column != other
            && !columns.IsNumber(column)).OrderByDescending(columns.WordsOf)
            .Take((one is null ? 1 : 0) + (other is null ? 1 : 0)).Order()];
        var next = new Queue<int>(texts);
        int Next(string option) => next.TryDequeue(out var column) ? column : throw new InvalidDataException($"{columns.Table.Path}: no "
            + $"column is left for a sentence. State the column with {option}.");
        var first = one ?? Next("--text");
        var last = other ?? Next("--second");
        if (first == last || first == label || last == label)
            throw new InvalidDataException($"{columns.Table.Path}: {columns.NameOf(first == label ? first : last)} would be two of class, "
                + "sentence and second sentence; expected three columns.");
        int[] rest = [.. Enumerable.Range(0, columns.Count).Where(column => column != first && column != last)];
        var kind = label ?? columns.FindClass(rest) ?? rest[0];
        columns.RequireClass(kind);
        var rows = new Rows<Row>(Read(columns, columns.Table, kind, first, last), holdOut is not null ? [] : Read(columns, Table.Read(
            DataFolder.Find(folder, "test"), roles.DecimalComma, columns.Table.Separator), kind, first, last)).With(holdOut);
        return Make(ml, new DirectoryInfo(folder).Name, "pairs of sentences", rows,
            $"{columns.NameOf(kind)} is the class, {columns.NameOf(first)} and {columns.NameOf(last)} are the sentences");
    }

    private static Row[] Read(Columns columns, Table table, int label, int first, int second) =>
    [
        .. columns.LinesOf(table).Where(line => !line.IsBlank).Select(line =>
        {
            line.Require(columns.Count);
            string Of(int column, string what) => line.Values[column].Trim() is { Length: > 0 } text ? text
                : throw line.Error($"{columns.NameOf(column)} is empty, expected {what}");
            return new Row { Class = Of(label, "a class"), Text = Of(first, "a sentence"), Second = Of(second, "a sentence") };
        }),
    ];

    private static DataSet Make(MLContext ml, string name, string description, Rows<Row> rows, string? recognized) => new()
    {
        Name = name,
        Description = $"{description}, {rows.Train.Select(row => row.Class).Distinct().Count()} classes",
        Recognized = recognized,
        Train = ml.Data.LoadFromEnumerable(rows.Train),
        Test = ml.Data.LoadFromEnumerable(rows.Test),
        TrainRows = rows.Train.Count,
        TestRows = rows.Test.Count,
        IsTokens = true,
        // From scratch: the words of both, a separator between them.
        Preparation = ml.Transforms.TokenizeText("Features", nameof(Row.Text), new() { PairColumnName = nameof(Row.Second),
            AddBeginToken = true, AddEndToken = true }).Append(ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Class))),
    };
}
