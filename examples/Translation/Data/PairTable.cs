using Examples;
using MLSeqGraph.Transforms;

namespace Translation.Data;

/// <summary>
/// A folder with tables <c>train</c>, <c>val</c> (or valid, dev) and <c>test</c>, a pair in each line, such as a sentence and its
/// translation, or a word and its phonemes. A column without white space is cut into characters, one of few different words into words, and
/// others into byte pairs.
/// </summary>
internal static class PairTable
{
    // More kinds of words than this are rather learned in pieces.
    private const int MostWords = 1000;

    private static readonly string[] Validation = ["val", "valid", "validation", "dev"];

    internal static string? Find(string folder, string name) => ((string[])[".tsv", ".csv", ".tsv.gz", ".csv.gz"])
        .Select(ending => Path.Combine(folder, name + ending)).FirstOrDefault(File.Exists);

    /// <param name="folder">The folder.</param>
    /// <param name="source">The column to translate from: its number from 1 or its name in the header; else the first.</param>
    /// <param name="target">The column to translate to, likewise; else the second.</param>
    /// <param name="vocabulary">Most byte pairs.</param>
    /// <exception cref="InvalidDataException">A file is missing, or a line lacks a column.</exception>
    internal static SentencePairs Read(string folder, string source, string target, int vocabulary)
    {
        var train = Table.Read(Find(folder, "train")!);
        var first = train.Rows.First();
        int Column(string name, int otherwise) => int.TryParse(name, out var number) && number >= 1 && number <= first.Values.Length
            ? number - 1 : Array.FindIndex(first.Values, value => value.Trim().Equals(name, StringComparison.OrdinalIgnoreCase)) is >= 0 and
                var at ? at : otherwise;
        int from = Column(source, 0), to = Column(target, 1);
        if (from == to)
            throw new InvalidDataException($"{train.Path}: column {from + 1} would be both source and target; state two "
                + "with --from and --to.");
        // A header is named by --from or --to, or is usual.
        bool isHeader = IsNamed(first, from, source) || IsNamed(first, to, target)
            || (IsUsual(first, from) && IsUsual(first, to));
        Pair[] Pairs(Table table)
        {
            Pair[] pairs = [.. table.Rows.Skip(isHeader && table.Rows.First().Values.SequenceEqual(first.Values) ? 1 : 0).Select(row =>
            {
                row.RequireAtLeast(Math.Max(from, to) + 1, $"a source in column {from + 1} and a target in column {to + 1}");
                var pair = new Pair { SourceText = row.Values[from].Trim(), TargetText = row.Values[to].Trim() };
                return pair.SourceText.Length > 0 && pair.TargetText.Length > 0 ? pair
                    : throw row.Error($"column {(pair.SourceText.Length == 0 ? from : to) + 1} is empty, expected a text");
            })];
            return pairs.Length > 0 ? pairs : throw new InvalidDataException($"{table.Path} has no pairs.");
        }
        Pair[] Part(params string[] names) => Pairs(Table.Read(names.Select(name => Find(folder, name)).OfType<string>().FirstOrDefault()
            ?? throw new InvalidDataException($"{folder} has no table {names[0]}, .tsv or .csv, perhaps .gz, beside train."),
            separator: train.Separator));
        Pair[] pairs = Pairs(train);
        RequireText(train, from, [.. pairs.Select(pair => pair.SourceText)], folder);
        RequireText(train, to, [.. pairs.Select(pair => pair.TargetText)], folder);
        var (sources, sourceKind) = Tokens([.. pairs.Select(pair => pair.SourceText)], vocabulary);
        var (targets, targetKind) = Tokens([.. pairs.Select(pair => pair.TargetText)], vocabulary);
        return new($"{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}, column {from + 1} ({sourceKind}) to column {to + 1} "
            + $"({targetKind})", pairs, Part(Validation), Part("test"), sources, targets, IsLarge: true);
    }

    private static bool IsNamed(Fields first, int column, string name) => column < first.Values.Length
        && first.Values[column].Trim().Equals(name, StringComparison.OrdinalIgnoreCase);

    private static bool IsUsual(Fields first, int column) => column < first.Values.Length && first.Values[column].Trim().ToLowerInvariant()
        is "source" or "target" or "src" or "tgt" or "trg" or "input" or "output" or "word" or "phonemes" or "pronunciation" or "text"
        or "en" or "de" or "fr" or "es";

    // Classes and numbers are no texts to be written.
    private static void RequireText(Table table, int column, string[] texts, string folder)
    {
        var kinds = texts.Distinct().Count();
        if (kinds * 20 < texts.Length || texts.Count(IsName) * 2 > texts.Length
            || texts.Count(FolderContents.IsPoints) * 2 > texts.Length)
            throw new InvalidDataException($"{table.Path}: column {column + 1} has {kinds:N0} different values in {texts.Length:N0} lines, "
                + $"such as '{(texts[0].Length <= 40 ? texts[0] : texts[0][..40] + "…")}'; expected texts. State the columns with "
                + "--from and --to."
                + FolderContents.Describe(folder, "Translation"));
    }

    // A number, or one that names a line.
    private static bool IsName(string text) => text.Any(char.IsDigit) && !text.Any(char.IsWhiteSpace);

    private static (TextTokenizationOptions Options, string Kind) Tokens(string[] texts, int vocabulary)
    {
        if (texts.All(text => !text.Any(char.IsWhiteSpace)))
            return (new() { Kind = TextTokenizerKind.Characters, SpecialTokens = SpecialTokens.None }, "characters");
        var words = texts.SelectMany(text => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Distinct().Count();
        return words <= MostWords ? (new() { Kind = TextTokenizerKind.Words, SpecialTokens = SpecialTokens.None }, "words")
            : (new() { Kind = TextTokenizerKind.BytePairEncoding, MaximumSize = vocabulary, SpecialTokens = SpecialTokens.None },
                "byte pairs");
    }
}
