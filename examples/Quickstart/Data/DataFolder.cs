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
        var one = holdOut ?? new(OfOneFile, 1);
        DataSet Part(DataSet data, string of) => data with { Recognized = $"{data.Recognized}; {one.Fraction:0%} of {of} is tested on" };
        if (Alone(folder) is { } alone)
            return Part(Load(ml, name, alone, null, one, roles), Path.GetFileName(alone));
        if (ClassFiles.Read(folder) is { } files)
            return Part(LabelledText.Load(ml, name, Columns.Of(files, new()), null, one, new(Label: "1", Text: "2")) with
            {
                Recognized = "a file for each class, a sentence in each line",
            }, "the sentences");
        return Load(ml, name, Find(folder, "train"), holdOut is null ? Find(folder, "test") : null, holdOut, roles);
    }

    private static DataSet Load(MLContext ml, string name, string train, string? test, HoldOut? holdOut, Roles roles)
    {
        if (roles.Format is SequenceFormat.Ts || (roles.Format is null && TsFile.Matches(train)))
            return SeriesRows.Load(ml, name, SequenceFormat.Ts, TsFile.Read, train, test, holdOut);
        Table table;
        try
        {
            table = Table.Read(train, roles.DecimalComma);
        }
        catch (InvalidDataException error) when (Described(train) is { Length: > 0 } found)
        {
            throw new InvalidDataException(error.Message + found, error);
        }
        var columns = Columns.Of(table, roles);
        if (columns.Rows.Length == 0)
            throw new InvalidDataException($"{train} has a header alone; expected lines after it.");
        if (roles.Format is not null)
            return Load(ml, name, roles.Format.Value, columns, test, holdOut, roles);
        var format = Recognize(columns, roles);
        try
        {
            return Load(ml, name, format, columns, test, holdOut, roles);
        }
        catch (InvalidDataException error)
        {
            // What doesn't fit may be read as what it isn't.
            throw new InvalidDataException($"{error.Message} The lines were taken for those of --format "
                + $"{format.ToString().ToLowerInvariant()}; --format, --label and --text say what they are."
                + Described(train), error);
        }
    }

    private static DataSet Load(
        MLContext ml, string name, SequenceFormat known, Columns columns, string? test, HoldOut? holdOut, Roles roles)
    {
        Table Other(string path) => Table.Read(path, roles.DecimalComma, columns.Table.Separator);
        return known switch
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
        : IsByTime(columns, roles) ? throw Unknown(columns)
        : SeriesRows.Matches(columns, roles) is { } series ? series
        : CharacterSequences.Matches(columns) is { } characters ? characters
        : roles.Text is not null || columns.FindText() is not null ? SequenceFormat.Sentences
        : TaggedSentences.Matches(columns) ? SequenceFormat.Tagged
        : throw Unknown(columns);

    private static InvalidDataException Unknown(Columns columns) => new($"{columns.Table.Path}: the format is not known. Found "
        + $"{columns.Count} columns parted by {columns.Table.SeparatorName}, such as {string.Join(" | ", columns.Rows[0].Values.Take(6)
            .Select(value => value.Length <= 40 ? value : value[..40] + "…"))}.{Described(columns.Table.Path)}\n{KnownFormats}");

    private static string Described(string file) => FolderContents.Describe(Path.GetDirectoryName(file)!, "Quickstart");

    // Measurements in the order of their times, and no class asked for.
    private static bool IsByTime(Columns columns, Roles roles) => roles.Label is null && roles.Text is null && columns.FindText() is null
        && (columns.Header?.Any(FolderContents.NamesTime) == true || Enumerable.Range(0, columns.Count).Any(column =>
            columns.Rows.All(row => column < row.Values.Length && FolderContents.IsDate(row.Values[column]))));

    // The one file of a folder that has neither a training nor a test file.
    private static string? Alone(string folder)
    {
        string[] files = [.. Directory.GetFiles(folder).Where(file => FolderContents.IsData(file) && Stem(file) is not null)];
        return files.Length == 1 && !IsPart(files[0], "train") ? files[0] : null;
    }

    // A file's name without its ending; null where it has none that is known.
    private static string? Stem(string file) => Endings.SelectMany(ending => (string[])[ending, ending + ".gz"])
        .Where(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
        .Select(ending => Path.GetFileName(file)[..^ending.Length]).FirstOrDefault();

    // "train", or, as in archives of series, "NAME_TRAIN".
    private static bool IsPart(string file, string name) => Stem(file) is { } stem
        && stem.EndsWith(name, StringComparison.OrdinalIgnoreCase)
        && (stem.Length == name.Length || stem[^(name.Length + 1)] is '_' or '-' or '.');

    /// <summary>The file of a folder that is its training or its test file.</summary>
    internal static string Find(string folder, string name)
    {
        // Beside a graph, pairs_train are no rows of their own.
        var isGraph = Directory.GetFiles(folder).Any(file => FolderContents.IsGraph(Path.GetFileName(file)));
        string[] found = [.. Directory.GetFiles(folder).Where(file => IsPart(file, name) && (!isGraph || Stem(file) == name))
            .OrderBy(file => Stem(file)!.Length)
            .ThenBy(file => Array.FindIndex(Endings, ending => file.Contains(ending, StringComparison.OrdinalIgnoreCase)))];
        if (found.Length > 1 && Stem(found[0])!.Length > name.Length && Stem(found[0]) != Stem(found[1]))
            throw new InvalidDataException($"{Path.GetFullPath(folder)} has several {name} files, "
                + $"{string.Join(", ", found.Select(Path.GetFileName).Take(5))}; expected one.");
        return found.Length > 0 ? found[0] : throw new InvalidDataException(
            $"{Path.GetFullPath(folder)} has no {name} file. Looked for {name} or NAME_{name.ToUpperInvariant()} with "
            + $"{string.Join(", ", Endings)}, perhaps .gz; found "
            + $"{string.Join(", ", Directory.GetFiles(folder).Select(Path.GetFileName).Take(10).DefaultIfEmpty("nothing"))}."
            + FolderContents.Describe(folder, "Quickstart"));
    }
}
