using Examples;

namespace Pronunciation.Data;

/// <summary>A word and its phonemes.</summary>
internal sealed class Pronounced
{
    public string Word { get; set; } = "";

    /// <summary>The phonemes of the first pronunciation, with blanks between them.</summary>
    public string Phonemes { get; set; } = "";

    /// <summary>All pronunciations that are right, the first one first.</summary>
    public string[] Right { get; set; } = [];
}

/// <summary>Words with their pronunciations, to train on, to validate on and to test on.</summary>
internal sealed record Dictionary(string Name, IReadOnlyList<Pronounced> Train, IReadOnlyList<Pronounced> Validation,
    IReadOnlyList<Pronounced> Test)
{
    /// <summary>
    /// Reads <c>train.tsv</c>, <c>val.tsv</c> and <c>test.tsv</c>: word, phonemes, perhaps the same with stress, which isn't read, and
    /// perhaps further pronunciations with | between them. A word is trained on with each of its pronunciations.
    /// </summary>
    /// <exception cref="InvalidDataException">A file is missing, or a line lacks a word or its phonemes.</exception>
    internal static Dictionary Read(string folder)
    {
        var train = Words(folder, "train");
        return new(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), [.. train.SelectMany(word => word.Right.Select(phonemes =>
            new Pronounced { Word = word.Word, Phonemes = phonemes, Right = word.Right }))], Words(folder, "val"), Words(folder, "test"));
    }

    private static Pronounced[] Words(string folder, string part)
    {
        var path = Path.Combine(folder, part + ".tsv");
        if (!File.Exists(path))
            throw new InvalidDataException($"There is no {path}; expected tables of words and phonemes, train.tsv, val.tsv and test.tsv."
                + FolderContents.Describe(folder, "Pronunciation"));
        return [.. Table.Read(path, separator: '\t').Rows.Select(row =>
        {
            row.RequireAtLeast(2, "a word and its phonemes");
            string[] right = [.. (row.Values.ElementAtOrDefault(3) ?? "").Split('|').Prepend(row.Values[1]).Select(text =>
                string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
                .Where(text => text.Length > 0).Distinct()];
            return row.Values[0].Trim().Length > 0 && row.Values[1].Trim().Length > 0
                ? new Pronounced { Word = row.Values[0].Trim(), Phonemes = right[0], Right = right }
                : throw row.Error($"the {(row.Values[0].Trim().Length == 0 ? "word" : "list of phonemes")} is empty");
        })];
    }
}
