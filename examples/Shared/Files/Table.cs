using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using MLSeqGraph.Transforms;

namespace Examples;

/// <summary>A file of lines with fields.</summary>
/// <param name="Path">The file.</param>
/// <param name="Separator">What parts the fields; a space stands for any white space.</param>
/// <param name="Lines">All lines, blank ones too.</param>
internal sealed record Table(string Path, char Separator, IReadOnlyList<Fields> Lines)
{
    private static readonly char[] Separators = ['\t', ';', ','];

    /// <summary>The lines that aren't blank.</summary>
    internal IEnumerable<Fields> Rows => Lines.Where(line => !line.IsBlank);

    /// <summary>What the separator is called.</summary>
    internal string SeparatorName => Separator switch { '\t' => "tabs", ' ' => "white space", ';' => "semicolons", _ => "commas" };

    /// <summary>
    /// Reads a file. Fields are parted by tabs in .tsv, in others by what gives most lines the same number of fields. Beside tabs quotes
    /// are characters like any other; elsewhere a field in quotes may hold separators, line breaks and doubled quotes (RFC 4180).
    /// </summary>
    /// <exception cref="InvalidDataException">The file is empty or no text, or has a quote where none may be.</exception>
    internal static Table Read(string path, bool decimalComma = false, char? separator = null)
    {
        var known = separator ?? (NameOf(path).EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) ? '\t' : null);
        var table = known is { } one ? Read(path, one, decimalComma) : Recognize(path, decimalComma);
        return table.Rows.Any() ? table : throw Empty(path);
    }

    /// <summary>
    /// Reads lists of nodes or edges: by tabs where a line has any, else by white space or commas. Lines that begin with # or %
    /// are comments.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is no text.</exception>
    internal static IEnumerable<Fields> ReadIds(string path, bool comments = true)
    {
        var number = 0;
        foreach (var line in TextFile.Lines(path))
        {
            number++;
            if (line.Length == 0 || string.IsNullOrWhiteSpace(line) || (comments && line[0] is '#' or '%'))
                continue;
            string[] values = line.Contains('\t') ? line.Split('\t')
                : line.Contains(',') ? line.Split(',') : line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            yield return new(path, number, [.. values.Select(value => value.Trim())]);
        }
    }

    private static Table Recognize(string path, bool decimalComma)
    {
        Table? best = null;
        InvalidDataException? problem = null;
        var most = 0;
        foreach (var separator in Separators)
            try
            {
                var table = Read(path, separator, decimalComma);
                // Lines of the most frequent number of fields, where that is two or more.
                var common = table.Rows.CountBy(row => row.Values.Length).OrderByDescending(count => count.Value).FirstOrDefault();
                if (common.Key >= 2 && common.Value > most)
                    (best, most) = (table, common.Value);
            }
            catch (InvalidDataException error) when (separator != '\t')
            {
                problem ??= error;
            }
        if (best is not null && most * 2 > best.Rows.Count())
            return best;
        var spaced = Read(path, ' ', decimalComma);
        var isNumbers = spaced.Rows.Any() && spaced.Rows.All(row => row.Values.Length > 1 && row.Values.All(value =>
            Fields.TryNumber(value, decimalComma, out _)));
        return isNumbers || IsTagged(spaced) ? spaced : best ?? throw (problem ?? new InvalidDataException(spaced.Rows.Any()
            ? $"{path}: no line has fields parted by tabs, commas or semicolons." : Empty(path).Message));
    }

    // Words with tags, parted by spaces: as many fields in every line, and blank lines between.
    private static bool IsTagged(Table spaced)
    {
        Fields[] rows = [.. spaced.Rows];
        return rows.Length > 0 && rows[0].Values.Length >= 2 && rows.All(row => row.Values.Length == rows[0].Values.Length)
            && spaced.Lines.SkipWhile(line => line.IsBlank).Take(rows.Length).Any(line => line.IsBlank);
    }

    private static Table Read(string path, char separator, bool decimalComma)
    {
        if (separator is '\t' or ' ')
            return new(path, separator, [.. TextFile.Lines(path).Select((line, i) => new Fields(path, i + 1,
                string.IsNullOrWhiteSpace(line) ? []
                    : separator == ' ' ? line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : line.Split('\t'),
                        decimalComma))]);
        using var text = TextFile.Open(path);
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = separator.ToString(),
            HasHeaderRecord = false,
            IgnoreBlankLines = false,
            CountBytes = false,
        };
        using var parser = new CsvParser(text, configuration);
        var lines = new List<Fields>();
        // The line a row begins in: one with line breaks in quotes has several.
        var start = 1;
        try
        {
            while (parser.Read())
            {
                string[] values = parser.Record ?? [];
                lines.Add(new(path, start, values is [] or [""] ? [] : values, decimalComma));
                start = parser.RawRow + 1;
            }
        }
        catch (BadDataException)
        {
            throw new InvalidDataException($"{path}, line {start}: a quote stands where none may be, or is not closed; expected fields "
                + "without quotes, or in quotes with quotes inside doubled.");
        }
        catch (Exception error) when (TextFile.Explain(path, error, start) is { } explained)
        {
            throw explained;
        }
        return new(path, separator, lines);
    }

    private static InvalidDataException Empty(string path) => new($"{path}, line 1: the file is empty, expected lines of fields.");

    private static string NameOf(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
}
