using Examples;
using Microsoft.ML;

namespace Quickstart.Data;

/// <summary>Finds out what the files of a folder hold.</summary>
internal static class DataFolder
{
    // Share of the rows of a file without another that is tested on.
    private const double OfOneFile = 0.2;

    private static readonly string[] Endings = [".tsv", ".csv", ".txt", ".conllu", ".conll", ".ts"];

    private const string KnownFormats = """
        Looked for one of these in the training file; --format, --label and --text say which it is:
          sentences  a class and a sentence in each line
          tagged     a word and its tag in each line, blank lines between sentences (as in CoNLL-2003 too)
          characters a class and a string of characters in each line, such as DNA
          taggedcharacters  a string and one of the same length in each line, whose characters are tags of those of the first
          conllu     CoNLL-U, ten columns
          steps      series, class, step, value ... in each line: series in long form
          series     a class and the values of a series in each line
          points     x1, y1, x2, y2, ..., class in each line: paths of a pen
          ts         @-lines, then the dimensions of a series parted by colons, and its class
        """;

    /// <summary>Reads a folder.</summary>
    /// <param name="ml">ML.NET.</param>
    /// <param name="folder">
    /// Holds <c>train</c> and <c>test</c>, .tsv, .csv, .txt, .conllu, .conll or .ts, perhaps .gz; or one such file alone, of which a fifth
    /// of the rows is tested on.
    /// </param>
    /// <param name="holdOut">Training rows to test on instead of the test rows; null for the test rows.</param>
    /// <param name="roles">What the command line says.</param>
    /// <exception cref="InvalidDataException">A file is missing or of no format that is known, or a line doesn't fit.</exception>
    internal static DataSet Load(MLContext ml, string folder, HoldOut? holdOut, Roles? roles = null)
    {
        roles ??= new();
        if (!Directory.Exists(folder))
            throw new InvalidDataException($"There is no folder {Path.GetFullPath(folder)}.");
        var name = new DirectoryInfo(folder).Name;
        if (Alone(folder) is { } alone)
        {
            holdOut ??= new(OfOneFile, 1);
            var data = Load(ml, name, alone, null, holdOut, roles);
            return data with { Recognized = $"{data.Recognized}; {holdOut.Fraction:0%} of {Path.GetFileName(alone)} is tested on" };
        }
        return Load(ml, name, Find(folder, "train"), holdOut is null ? Find(folder, "test") : null, holdOut, roles);
    }

    private static DataSet Load(MLContext ml, string name, string train, string? test, HoldOut? holdOut, Roles roles)
    {
        if (roles.Format is SequenceFormat.Ts || (roles.Format is null && TsFile.Matches(train)))
            return SeriesRows.Load(ml, name, SequenceFormat.Ts, TsFile.Read, train, test, holdOut);
        var table = Table.Read(train, roles.DecimalComma);
        var columns = Columns.Of(table, roles);
        if (columns.Rows.Length == 0)
            throw new InvalidDataException($"{train} has a header alone; expected lines after it.");
        Table Other(string path) => Table.Read(path, roles.DecimalComma, table.Separator);
        return (roles.Format ?? Recognize(columns, roles)) switch
        {
            SequenceFormat.Sentences => LabelledText.Load(ml, name, columns, test is null ? null : Other(test), holdOut, roles),
            var format and (SequenceFormat.Tagged or SequenceFormat.Conllu) =>
                TaggedSentences.Load(ml, name, format, columns, test is null ? null : Other(test), holdOut, roles),
            var format and (SequenceFormat.Characters or SequenceFormat.TaggedCharacters) =>
                CharacterSequences.Load(ml, name, format, columns, test is null ? null : Other(test), holdOut, roles),
            SequenceFormat.Steps => LongSeries.Load(ml, name, columns, test is null ? null : Other(test), holdOut),
            var format => SeriesRows.Load(ml, name, format, columns, test is null ? null : Other(test), holdOut, roles),
        };
    }

    private static SequenceFormat Recognize(Columns columns, Roles roles) =>
        TaggedSentences.IsConllu(columns) ? SequenceFormat.Conllu
        : LongSeries.Matches(columns) ? SequenceFormat.Steps
        : LabelledText.Matches(columns) ? SequenceFormat.Sentences
        : SeriesRows.Matches(columns, roles) is { } series ? series
        : CharacterSequences.Matches(columns) is { } characters ? characters
        : roles.Text is not null || columns.FindText() is not null ? SequenceFormat.Sentences
        : TaggedSentences.Matches(columns) ? SequenceFormat.Tagged
        : throw new InvalidDataException($"{columns.Table.Path}: the format is not known. Found {columns.Count} columns parted by "
            + $"{columns.Table.SeparatorName}, such as {string.Join(" | ", columns.Rows[0].Values.Take(6))}.\n{KnownFormats}");

    // The one file of a folder that has neither a training nor a test file.
    private static string? Alone(string folder)
    {
        string[] files = [.. Directory.GetFiles(folder).Where(file => Candidates("").Any(ending =>
            file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) && !IsReadMe(file))];
        return files.Length == 1 && !Candidates("train").Contains(Path.GetFileName(files[0])) ? files[0] : null;
    }

    private static bool IsReadMe(string file) => Path.GetFileName(file).StartsWith("README", StringComparison.OrdinalIgnoreCase)
        || Path.GetFileName(file).StartsWith("LICEN", StringComparison.OrdinalIgnoreCase);

    private static string[] Candidates(string name) => [.. Endings.SelectMany(ending => (string[])[name + ending, name + ending + ".gz"])];

    private static string Find(string folder, string name)
    {
        var candidates = Candidates(name);
        return candidates.Select(candidate => Path.Combine(folder, candidate)).FirstOrDefault(File.Exists)
            ?? throw new InvalidDataException(
                $"{Path.GetFullPath(folder)} has no {name} file. Looked for {string.Join(", ", candidates)}; found "
                + $"{string.Join(", ", Directory.GetFiles(folder).Select(Path.GetFileName).Take(10).DefaultIfEmpty("nothing"))}.");
    }
}
