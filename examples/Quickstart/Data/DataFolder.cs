using Examples;
using Microsoft.ML;

namespace Quickstart.Data;

/// <summary>Finds out what the files of a folder hold.</summary>
internal static class DataFolder
{
    private const string KnownFormats = """
        Looked for one of these in the training file; --format, --label and --text say which it is:
          sentences  a class and a sentence in each line
          tagged     a word and its tag in each line, blank lines between sentences
          conllu     CoNLL-U, ten columns
          steps      series, class, step, value ... in each line: series in long form
          series     a class and the values of a series in each line
          points     x1, y1, x2, y2, ..., class in each line: paths of a pen
          ts         @-lines, then the dimensions of a series parted by colons, and its class
        """;

    /// <summary>Reads a folder.</summary>
    /// <param name="ml">ML.NET.</param>
    /// <param name="folder">Holds <c>train</c> and <c>test</c>, .tsv, .csv, .txt, .conllu or .ts, perhaps .gz.</param>
    /// <param name="holdOut">Training rows to test on instead of the test rows; null for the test rows.</param>
    /// <param name="roles">What the command line says.</param>
    /// <exception cref="InvalidDataException">A file is missing or of no format that is known, or a line doesn't fit.</exception>
    internal static DataSet Load(MLContext ml, string folder, HoldOut? holdOut, Roles? roles = null)
    {
        roles ??= new();
        if (!Directory.Exists(folder))
            throw new InvalidDataException($"There is no folder {Path.GetFullPath(folder)}.");
        var name = new DirectoryInfo(folder).Name;
        var train = Find(folder, "train");
        var test = holdOut is null ? Find(folder, "test") : null;
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
            SequenceFormat.Steps => LongSeries.Load(ml, name, columns, test is null ? null : Other(test), holdOut),
            var format => SeriesRows.Load(ml, name, format, columns, test is null ? null : Other(test), holdOut, roles),
        };
    }

    private static SequenceFormat Recognize(Columns columns, Roles roles) =>
        TaggedSentences.IsConllu(columns) ? SequenceFormat.Conllu
        : LongSeries.Matches(columns) ? SequenceFormat.Steps
        : LabelledText.Matches(columns) ? SequenceFormat.Sentences
        : SeriesRows.Matches(columns, roles) is { } series ? series
        : roles.Text is not null || columns.FindText() is not null ? SequenceFormat.Sentences
        : TaggedSentences.Matches(columns) ? SequenceFormat.Tagged
        : throw new InvalidDataException($"{columns.Table.Path}: the format is not known. Found {columns.Count} columns parted by "
            + $"{columns.Table.SeparatorName}, such as {string.Join(" | ", columns.Rows[0].Values.Take(6))}.\n{KnownFormats}");

    private static string Find(string folder, string name)
    {
        string[] endings = [".tsv", ".csv", ".txt", ".conllu", ".ts"];
        string[] candidates = [.. endings.SelectMany(ending => (string[])[name + ending, name + ending + ".gz"])];
        return candidates.Select(candidate => Path.Combine(folder, candidate)).FirstOrDefault(File.Exists)
            ?? throw new InvalidDataException(
                $"{Path.GetFullPath(folder)} has no {name} file. Looked for {string.Join(", ", candidates)}; found "
                + $"{string.Join(", ", Directory.GetFiles(folder).Select(Path.GetFileName).Take(10).DefaultIfEmpty("nothing"))}.");
    }
}
