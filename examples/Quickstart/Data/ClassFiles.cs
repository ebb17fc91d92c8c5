using Examples;
using MLSeqGraph.Transforms;

namespace Quickstart.Data;

/// <summary>
/// Sentences in a text file for each class, whose name tells it: reviews.pos.txt and reviews.neg.txt, or pos.txt and neg.txt.
/// </summary>
internal static class ClassFiles
{
    private static readonly string[] Parts = ["train", "test", "val", "valid", "validation", "dev", "input"];

    /// <summary>The classes and sentences; null where the folder has other files, or parts of a data set.</summary>
    internal static Table? Read(string folder)
    {
        string[] files = [.. Directory.GetFiles(folder).Where(FolderContents.IsData).Order(StringComparer.Ordinal)];
        string[] names = [.. files.Select(file => Path.GetFileName(file)).Select(name =>
            name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name)];
        if (files.Length < 2 || names.Any(name => !name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)
            || name.Split('.', '_', '-').Any(part => Parts.Contains(part, StringComparer.OrdinalIgnoreCase))))
            return null;
        // What all names begin with says nothing of a class.
        string[][] words = [.. names.Select(name => name[..^4].Split('.', '_', '-'))];
        var same = Enumerable.Range(0, words.Min(name => name.Length) - 1)
            .TakeWhile(i => words.All(name => name[i] == words[0][i])).Count();
        Fields[] lines = [.. files.Zip(words, (file, name) => (file, Class: string.Join('-', name[same..]))).SelectMany(of =>
            TextFile.Lines(of.file).Select((line, i) => new Fields(of.file, i + 1,
                string.IsNullOrWhiteSpace(line) ? [] : [of.Class, line.Replace('\t', ' ')])))];
        return lines.Any(line => !line.IsBlank) ? new(folder, '\t', lines) : null;
    }
}
