using System.Text.RegularExpressions;
using Examples;
using MLSeqGraph.Transforms;

namespace WordVectors.Data;

/// <summary>A sentence.</summary>
internal sealed class Sentence
{
    public string[] Words { get; set; } = [];
}

/// <summary>A sentence of a known class.</summary>
internal sealed class LabelledSentence
{
    public string[] Words { get; set; } = [];

    public string Label { get; set; } = "";
}

/// <summary>What vectors are learned from, and what they are tested on.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Sentences">The sentences.</param>
/// <param name="Questions">Analogies.</param>
/// <param name="Drawn">Words to draw; empty for the most frequent ones.</param>
internal sealed record Corpus(string Name, IReadOnlyList<Sentence> Sentences, IReadOnlyList<WordAnalogy> Questions,
    IReadOnlyList<string> Drawn)
{
    /// <summary>Reads files, and all text files of folders: a sentence a line, in small letters, words of letters.</summary>
    /// <exception cref="InvalidDataException">A folder has no text file, or a file is no text.</exception>
    internal static Corpus Read(IReadOnlyList<string> paths)
    {
        List<Sentence> sentences = [];
        foreach (var file in paths.SelectMany(Files))
            foreach (var line in TextFile.Lines(file))
                if (Split(line) is [_, ..] words)
                    sentences.Add(new() { Words = words });
        var name = string.Join(" and ", paths.Select(path => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))));
        return sentences.Count > 0 ? new(name, sentences, WordQuestions.Common, WordQuestions.Drawn)
            : throw new InvalidDataException($"{paths[0]} has no words; expected lines of text.");
    }

    /// <summary>Words of letters, with apostrophes inside.</summary>
    internal static string[] Split(string line) =>
        [.. Regex.Matches(line.ToLowerInvariant(), @"\p{L}+(?:['’]\p{L}+)*").Select(match => match.Value)];

    private static IEnumerable<string> Files(string path)
    {
        if (File.Exists(path))
            return [path];
        string[] files = [.. Directory.GetFiles(path).Where(FolderContents.IsData).Where(IsText).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new InvalidDataException($"{path} has no text files, .txt or zipped .txt.gz."
            + FolderContents.Describe(path, "WordVectors"));
    }

    private static bool IsText(string file) =>
        Regex.IsMatch(Path.GetFileName(file), @"(\.txt|\.txt\.gz|\.[a-z]{2}|\.[a-z]{2}\.gz)$", RegexOptions.IgnoreCase);
}
