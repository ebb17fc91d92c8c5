using Examples;

namespace Quickstart.Data;

/// <summary>The columns of a table: whether the first line names them, and what they look like.</summary>
internal sealed class Columns
{
    private static readonly string[] LabelNames =
        ["label", "labels", "class", "category", "sentiment", "tag", "target", "y", "upos", "pos", "ner", "intent", "topic", "polarity"];
    private static readonly string[] TextNames =
        ["text", "sentence", "review", "comment", "message", "content", "question", "description", "tweet", "title", "word", "token",
            "form"];

    private Columns(Table table, Fields[] rows, string[]? header)
    {
        (Table, Rows, Header) = (table, rows, header);
        Count = rows.Length == 0 ? 0 : rows.CountBy(row => row.Values.Length).MaxBy(count => count.Value).Key;
    }

    internal Table Table { get; }

    /// <summary>The lines that are neither blank nor the header.</summary>
    internal Fields[] Rows { get; }

    /// <summary>The names of the columns, where the first line has them.</summary>
    internal string[]? Header { get; }

    /// <summary>How many fields most lines have.</summary>
    internal int Count { get; }

    internal static Columns Of(Table table, Roles roles)
    {
        Fields[] rows = [.. table.Rows];
        if (!HasHeader(rows, roles))
            return new(table, rows, null);
        var named = new Columns(table, rows[1..], rows[0].Values);
        rows[0].Require(named.Count);
        return named;
    }

    /// <summary>Another file's lines, without a header like that of this one.</summary>
    internal IEnumerable<Fields> LinesOf(Table other)
    {
        var first = true;
        foreach (var line in other.Lines)
        {
            if (first && !line.IsBlank)
            {
                first = false;
                if (Header is not null && line.Values.SequenceEqual(Header, StringComparer.OrdinalIgnoreCase))
                    continue;
            }
            yield return line;
        }
    }

    /// <summary>The values of a column, of lines that have it.</summary>
    internal IEnumerable<string> Values(int column) => Rows.Where(row => column < row.Values.Length).Select(row => row.Values[column]);

    /// <summary>The column that the command line names, by number or header; null where it names none.</summary>
    /// <exception cref="InvalidDataException">There is no such column.</exception>
    internal int? Named(string? name, string option)
    {
        if (name is null)
            return null;
        if (Header is not null && Array.FindIndex(Header, known =>
            known.Trim().Equals(name, StringComparison.OrdinalIgnoreCase)) is >= 0 and
            var at)
            return at;
        return int.TryParse(name, out var number) && number >= 1 && number <= Count ? number - 1 : throw new InvalidDataException(
            $"{Table.Path} has no column {name} for {option}: found {Count} columns"
            + (Header is null ? ", whose names the first line doesn't tell."
                : $", {string.Join(", ", Header)}.{Suggestion.For(name, Header)}"));
    }

    internal string NameOf(int column) => $"column {column + 1}{(Header is null ? "" : $" ({Header[column].Trim()})")}";

    internal bool IsNumber(int column) => Values(column).All(value => Fields.TryNumber(value, Rows[0].DecimalComma, out _));

    /// <summary>Words of a value on average, of a column that has words.</summary>
    internal double WordsOf(int column) =>
        Values(column).Average(value => (double)value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length);

    /// <summary>Whether the values can be classes: each, on average, of two rows or more.</summary>
    internal bool IsClass(int column) => ClassesOf(column) <= Math.Max(2, Rows.Length / 2);

    /// <exception cref="InvalidDataException">There are nearly as many values as rows.</exception>
    internal void RequireClass(int column, string option = "--label")
    {
        if (!IsClass(column))
            throw new InvalidDataException($"{Table.Path}: {NameOf(column)} has {ClassesOf(column):N0} different values in "
                + $"{Rows.Length:N0} rows, such as '{Shortened(Values(column).First())}'; expected classes, each of several rows. "
                + $"State the column of the "
                + $"class with {option}.");
    }

    /// <summary>The column of classes among some: one with a usual name, else the first that can be one.</summary>
    internal int? FindClass(IEnumerable<int> among)
    {
        int[] candidates = [.. among.Where(IsClass)];
        return candidates.Length == 0 ? null : candidates.OrderBy(column => Header is not null && IsNamed(Header[column], LabelNames) ? 0
            : 1)
            .First();
    }

    /// <summary>
    /// Columns that can be classes, the likeliest first: one value alone tells nothing, and what is nearly always the same, as the corner
    /// of a picture, or has several times as many values as another column, is rather a measurement. Else in the order given.
    /// </summary>
    internal int[] LikeliestClasses(int[] among)
    {
        int[] candidates = [.. among.Where(column => IsClass(column) && ClassesOf(column) > 1)];
        if (candidates.Length < 2)
            return candidates.Length == 1 ? candidates : among;
        var fewest = candidates.Min(ClassesOf);
        return [.. candidates.OrderBy(column => Evenness(column) < 0.25 ? 2 : ClassesOf(column) >= 3 * fewest ? 1 : 0)];
    }

    // Entropy of the values' frequencies, of that of as many equally frequent ones.
    private double Evenness(int column)
    {
        double[] shares = [.. Values(column).CountBy(value => value).Select(count => (double)count.Value / Rows.Length)];
        return -shares.Sum(share => share * Math.Log(share)) / Math.Log(shares.Length);
    }

    /// <summary>The column with the longest sentences; null where no column has any.</summary>
    internal int? FindText()
    {
        var found = Enumerable.Range(0, Count).Where(column => !IsNumber(column) && HasLetters(column))
            .Select(column => (Column: column, Words: WordsOf(column)))
            .OrderByDescending(column => column.Words).ThenByDescending(column => column.Column).FirstOrDefault();
        return found.Words >= 1.5 ? found.Column : null;
    }

    // Lists of numbers are no sentences.
    private bool HasLetters(int column) => Values(column).Average(value => value.Any(char.IsLetter) ? 1.0 : 0) >= 0.5;

    internal int ClassesOf(int column) => Values(column).Distinct().Count();

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private static bool IsNamed(string name, string[] known) => known.Contains(name.Trim(), StringComparer.OrdinalIgnoreCase);

    // The first line is a header where it is asked for by a name in it, where it has words above columns of numbers and no numbers, or
    // where it has usual names for both a class and a text, which are no values elsewhere.
    private static bool HasHeader(Fields[] rows, Roles roles)
    {
        if (rows.Length < 2)
            return false;
        var first = rows[0].Values;
        bool Names(string? name) => name is not null && !int.TryParse(name, out _)
            && first.Any(value => value.Trim().Equals(name, StringComparison.OrdinalIgnoreCase));
        if (Names(roles.Label) || Names(roles.Text))
            return true;
        bool IsNumber(string value) => Fields.TryNumber(value, roles.DecimalComma, out _);
        var numeric = Enumerable.Range(0, first.Length).Where(column => rows.Skip(1).All(row => column < row.Values.Length
            && IsNumber(row.Values[column]))).ToArray();
        if (numeric.Length > 0)
            return !first.Any(IsNumber) && numeric.All(column => first[column].Trim().Length > 0);
        return first.Any(value => IsNamed(value, LabelNames)) && first.Any(value => IsNamed(value, TextNames))
            && Enumerable.Range(0, first.Length).Where(column => IsNamed(first[column], LabelNames)).All(column =>
                !rows.Skip(1).Any(row => column < row.Values.Length && row.Values[column] == first[column]));
    }
}
