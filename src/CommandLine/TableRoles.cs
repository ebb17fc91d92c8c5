using System.Globalization;
using Examples;
using MLSeqGraph.Experiments;
using Quickstart.Data;

namespace MLSeqGraph.CommandLine;

/// <summary>What the columns of a file are: saved with a model, and found again in other files.</summary>
/// <param name="Separator">What parts the fields.</param>
/// <param name="Header">The names of the columns; null where the file has none.</param>
/// <param name="Count">The number of columns.</param>
/// <param name="Label">The column of the label, from 0.</param>
/// <param name="Text">The column of texts; null where numbers are read.</param>
/// <param name="Numbers">The columns of numbers, without a text.</param>
/// <param name="Task">What is predicted.</param>
internal sealed record TableRoles(char Separator, string[]? Header, int Count, int Label, int? Text, int[] Numbers, PortfolioTask Task)
{
    /// <summary>Recognizes the columns of a training file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="label">The label's column, by name or number from 1; null to guess.</param>
    /// <param name="text">The text's column; null to guess.</param>
    /// <param name="task">What is predicted; null to guess.</param>
    /// <param name="said">What was recognized, in words.</param>
    /// <exception cref="UsageException">A column can't be guessed: the message names the candidates.</exception>
    internal static TableRoles Guess(string path, string? label, string? text, PortfolioTask? task, out string said)
    {
        var table = Table.Read(DataFile.Require(path));
        var columns = Columns.Of(table, new(Label: label, Text: text));
        if (columns.Count < 2)
            throw new InvalidDataException($"{path} has one column, parted by {table.SeparatorName}; expected a label and something to "
                + "predict it from.");
        foreach (var row in columns.Rows)
            row.Require(columns.Count);
        int? given = columns.Named(label, "--label"), words = columns.Named(text, "--text");
        if (words is null && task != PortfolioTask.Regression)
            words = columns.FindText() is { } found && found != given ? found : null;
        int[] others = [.. Enumerable.Range(0, columns.Count).Where(column => column != words)];
        var target = given ?? FindLabel(columns, others, words is not null);
        if (target == words)
            throw new UsageException($"{path}: {columns.NameOf(target)} would be both label and text; expected two columns.");
        var kind = task ?? (columns.IsNumber(target) && (!columns.IsClass(target) || columns.ClassesOf(target) > 20
            || columns.Values(target).Any(value => value.Contains('.'))) ? PortfolioTask.Regression : PortfolioTask.Classification);
        if (kind == PortfolioTask.Classification && !columns.IsClass(target) && FirstBad(columns, target) is { } wrong)
            throw wrong.Error($"{columns.NameOf(target)} is '{wrong.Values[target].Trim()}', expected a number as in the other lines");
        if (kind == PortfolioTask.Classification)
            columns.RequireClass(target);
        else if (!columns.IsNumber(target))
            throw new UsageException(columns.Rows.First(row => !Fields.TryNumber(row.Values[target], false, out _)).Error(
                $"{columns.NameOf(target)} is to be predicted as a number, and has a field that is none; expected numbers").Message);
        int[] numbers = words is null ? [.. others.Where(column => column != target && columns.IsNumber(column))] : [];
        if (words is null && numbers.Length == 0)
            throw new UsageException($"{path}: no column has texts of several words or numbers to predict {columns.NameOf(target)} from. "
                + $"State one with --text: {Listed(columns, others.Where(column => column != target))}."
                + string.Concat(others.Where(column => column != target && WhyNot(columns, column).Length > 0).Take(1).Select(column =>
                    $" Of numbers {columns.NameOf(column)} would be{WhyNot(columns, column)}.")));
        int[] unused = [.. others.Where(column => column != target && !numbers.Contains(column))];
        var what = kind == PortfolioTask.Regression ? "number" : $"class ({columns.ClassesOf(target)})";
        said = $"{columns.NameOf(target)} is the {what} to predict from "
            + $"{(words is { } one ? $"the text in {columns.NameOf(one)}" : $"{numbers.Length} columns of numbers")}"
            + (unused.Length == 0 ? "" : $"; {string.Join(", ", unused.Select(column => columns.NameOf(column) + WhyNot(columns,
                column)))} left out") + ".";
        return new(table.Separator, columns.Header, columns.Count, target, words, numbers, kind);
    }

    /// <summary>A file with these columns, which are found by name, whatever parts them.</summary>
    internal Table Open(string path)
    {
        var table = Table.Read(DataFile.Require(path), separator: Separator);
        return Header is not null && Count > 1 && table.Rows.FirstOrDefault() is { Values.Length: 1 } ? Table.Read(path) : table;
    }

    /// <summary>The lines of a file with these columns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labelNeeded">Whether it must have the label.</param>
    /// <exception cref="InvalidDataException">It lacks a column, or a field isn't what it should be.</exception>
    internal IReadOnlyList<TableRow> Read(string path, bool labelNeeded)
    {
        var table = Open(path);
        Fields[] lines = [.. table.Rows];
        string[]? there = null;
        if (Header is not null)
        {
            there = [.. lines[0].Values.Select(name => name.Trim())];
            lines = lines[1..];
        }
        int width = there?.Length ?? lines[0].Values.Length;
        int? Place(int column)
        {
            if (there is not null)
                return PlaceOf(there, column, path);
            // Without names: all columns, or all but the label's.
            return width == Count ? column : width != Count - 1 ? null
                : column == Label ? null : column > Label ? column - 1 : column;
        }
        int Require(int column) => Place(column) ?? throw new InvalidDataException(
            $"{path} lacks {NameOf(column)}, "
            + $"{(column == Label ? "the label, which predictions are compared with" : "which the model reads")}: found {width} columns"
            + $"{(there is null ? $", expected {Count} as in the training file" : $", {string.Join(", ", there)}")}."
            + (column == Label ? " Without labels mlsg score writes predictions." : ""));
        var label = labelNeeded ? Require(Label) : Place(Label);
        int? text = Text is { } one ? Require(one) : null;
        int[] numbers = [.. Numbers.Select(Require)];
        var rows = new List<TableRow>();
        foreach (var line in lines)
        {
            line.Require(width);
            rows.Add(new()
            {
                Line = line,
                Label = label is { } at ? line.Values[at].Trim() is { Length: > 0 } name || !labelNeeded ? line.Values[at].Trim()
                    : throw line.Error($"{NameOf(Label)} is empty, expected a label") : "",
                Number = labelNeeded && label is { } number && Task == PortfolioTask.Regression ? line.Number(number) : float.NaN,
                Text = text is { } words ? line.Values[words].Trim() is { Length: > 0 } sentence ? sentence
                    : throw line.Error($"{NameOf(Text!.Value)} is empty, expected a text") : "",
                Features = [.. numbers.Select(line.Number)],
            });
        }
        return rows.Count > 0 ? rows : throw new InvalidDataException($"{path} has no rows below its header.");
    }

    // Of several columns of a name the one at the same place among them.
    private int? PlaceOf(string[] there, int column, string path)
    {
        bool IsNamed(string name) => name.Trim().Equals(Header![column].Trim(), StringComparison.OrdinalIgnoreCase);
        int[] places = [.. Enumerable.Range(0, there.Length).Where(place => IsNamed(there[place]))];
        if (places.Length == 0)
            return null;
        var expected = Header!.Count(IsNamed);
        return places.Length == expected ? places[Header![..column].Count(IsNamed)] : throw new InvalidDataException(
            $"{path} has {places.Length} columns '{Header![column].Trim()}', expected {expected} as in the training file.");
    }

    internal string NameOf(int column) => $"column {column + 1}{(Header is null ? "" : $" ({Header[column].Trim()})")}";

    // One with a usual name; the only one that can be a class; of several that tell the same more or less finely, the coarsest.
    private static int FindLabel(Columns columns, int[] others, bool hasText)
    {
        string[] usual = ["label", "labels", "class", "category", "target", "y", "sentiment", "intent", "topic"];
        if (columns.Header is { } header && others.Where(column => usual.Contains(header[column].Trim(), StringComparer.OrdinalIgnoreCase))
            .ToArray() is [var named])
            return named;
        int[] classes = [.. others.Where(column => columns.IsClass(column) && columns.ClassesOf(column) > 1)];
        if (classes.Length == 0 && hasText && others.Length == 1)
            return others[0];
        if (!hasText && classes.Where(column => !columns.IsNumber(column)).ToArray() is [var word])
            return word;
        if (hasText && classes.Length > 0)
        {
            var coarsest = classes.MinBy(columns.ClassesOf);
            if (classes.All(column => column == coarsest || Tells(columns, column, coarsest)))
                return coarsest;
        }
        throw new UsageException($"{columns.Table.Path}: which column is to be predicted can't be guessed. State it with --label: "
            + $"{Listed(columns, classes.Length > 0 ? classes : others)}.");
    }

    // In a column of numbers but for a few lines, the first of these.
    private static Fields? FirstBad(Columns columns, int column)
    {
        Fields[] bad = [.. columns.Rows.Where(row => !(Fields.TryNumber(row.Values[column], false, out var number)
            && float.IsFinite(number)))];
        return bad.Length > 0 && bad.Length <= columns.Rows.Length / 10 ? bad[0] : null;
    }

    private static string WhyNot(Columns columns, int column) => FirstBad(columns, column) is { } bad
        ? string.Create(CultureInfo.InvariantCulture, $" (line {bad.Line} has '{Short(bad.Values[column].Trim())}', no number)") : "";

    // Whether the first column's value says the second's.
    private static bool Tells(Columns columns, int fine, int coarse) => columns.Rows.Select(row => (row.Values[fine], row.Values[coarse]))
        .Distinct().CountBy(pair => pair.Item1).All(count => count.Value == 1);

    private static string Listed(Columns columns, IEnumerable<int> candidates) => string.Join("; ", candidates.Take(12).Select(column =>
        string.Create(CultureInfo.InvariantCulture, $"{columns.NameOf(column)}, {columns.ClassesOf(column)} values such as '")
        + $"{Short(columns.Values(column).First())}'"));

    private static string Short(string value) => value.Length <= 30 ? value : value[..30] + "…";
}
