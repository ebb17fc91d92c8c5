using Examples;
using MLSeqGraph.Transforms;

namespace Translation.Data;

/// <summary>
/// A folder of parallel text, one sentence per line: <c>train</c>, <c>val</c> and <c>test_2016_flickr</c> (or <c>test</c>) with a suffix
/// for each language, gzipped or not.
/// </summary>
internal static class ParallelText
{
    internal static SentencePairs Read(string folder, string source, string target, int vocabulary)
    {
        if (!File.Exists(Find(folder, $"train.{source}")) && PairTable.Find(folder, "train") is not null)
            return PairTable.Read(folder, source, target, vocabulary);
        var test = File.Exists(Find(folder, $"test_2016_flickr.{source}")) ? "test_2016_flickr" : "test";
        var tokens = new TextTokenizationOptions
        {
            Kind = TextTokenizerKind.BytePairEncoding,
            MaximumSize = vocabulary,
            SpecialTokens = SpecialTokens.None,
        };
        var name = $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}, {source} to {target}";
        var empty = 0;
        Pair[] train = Pairs("train"), validation = Pairs("val"), tested = Pairs(test);
        return new(
            empty == 0 ? name : $"{name} (left out: {empty} lines that are empty in a language)", train, validation, tested, tokens, tokens,
            IsLarge: true);

        Pair[] Pairs(string part)
        {
            string[] sources = Lines(folder, $"{part}.{source}"), targets = Lines(folder, $"{part}.{target}");
            if (sources.Length != targets.Length)
                throw new InvalidDataException($"{Find(folder, $"{part}.{source}")} has {sources.Length} lines, "
                    + $"{Find(folder, $"{part}.{target}")} {targets.Length}; expected as many, line by line the same sentence.");
            Pair[] pairs = [.. sources.Zip(targets, (from, to) => new Pair { SourceText = from, TargetText = to })
                .Where(pair => pair.SourceText.Length > 0 && pair.TargetText.Length > 0)];
            empty += sources.Length - pairs.Length;
            return pairs.Length > 0 ? pairs : throw new InvalidDataException($"{Find(folder, $"{part}.{source}")} has no sentences.");
        }
    }

    private static string Find(string folder, string name) =>
        new[] { "", ".txt", ".gz", ".txt.gz" }.Select(suffix => Path.Combine(folder, name + suffix)).FirstOrDefault(File.Exists)
            ?? Path.Combine(folder, name);

    private static string[] Lines(string folder, string name)
    {
        var path = Find(folder, name);
        if (!File.Exists(path))
            throw new InvalidDataException($"There is no file {path}, {path}.txt or {path}.gz, and no table of pairs in train.tsv."
                + FolderContents.Describe(folder, "Translation"));
        return [.. TextFile.Lines(path).Select(line => line.Trim())];
    }
}
