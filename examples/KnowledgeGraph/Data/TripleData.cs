using System.Text.RegularExpressions;
using Examples;

namespace KnowledgeGraph.Data;

/// <summary>A knowledge graph to be completed.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Train">Triples to train on.</param>
/// <param name="Valid">Triples to choose settings by; perhaps none.</param>
/// <param name="Tests">Triples to test on, by the names of their files; the first is that of the figures.</param>
/// <param name="Texts">What is written of entities; empty where nothing is.</param>
internal sealed partial record TripleData(string Name, IReadOnlyList<TripleRow> Train, IReadOnlyList<TripleRow> Valid,
    IReadOnlyList<(string Name, IReadOnlyList<TripleRow> Triples)> Tests, IReadOnlyDictionary<string, string> Texts)
{
    private const string Expected = "head, relation and tail";

    /// <summary>
    /// Reads a folder: <c>train</c>, <c>test</c>, perhaps <c>valid</c> and further files <c>test_…</c>, a head, relation and tail a
    /// line; perhaps <c>entities</c>, a name and texts.
    /// </summary>
    /// <exception cref="InvalidDataException">A file is missing or empty, or a line has other fields.</exception>
    internal static TripleData Load(string folder)
    {
        string Required(string name) => IdFile.Find(folder, name) ?? throw new InvalidDataException(
            $"{folder} has no file {name} (.tsv, .csv or .txt): expected train and test, a {Expected} in each line; found "
            + $"{(Directory.Exists(folder) ? IdFile.Listed(folder) : "a file")}."
            + FolderContents.Describe(folder, nameof(KnowledgeGraph)));
        var train = Read(Required("train"));
        var test = Read(Required("test"));
        RequireOneGraph(folder, train, test);
        var valid = ((string[])["valid", "val", "validation", "dev"]).Select(name => IdFile.Find(folder, name)).FirstOrDefault(
            file => file is not null);
        var others = Directory.GetFiles(folder).Select(NameOf).Where(name => name.StartsWith("test_", StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal).Select(name => (name, Read(IdFile.Find(folder, name)!)));
        return new(new DirectoryInfo(folder).Name, train, valid is null ? [] : Read(valid), [("test", test), .. others],
            IdFile.Find(folder, "entities") is { } texts ? ReadTexts(texts) : new Dictionary<string, string>());
    }

    /// <summary>
    /// Bags of words of the entities' names and texts, divided by the root of their number and weighted by rareness; words of a single
    /// entity are left out.
    /// </summary>
    internal EntityRow[] Features(out int words)
    {
        string[] entities = [.. Train.SelectMany(triple => (string[])[triple.Head, triple.Tail]).Distinct(StringComparer.Ordinal)];
        var bags = Array.ConvertAll(entities, entity => Words().Matches(
            $"{entity.Split('.')[0].Replace('_', ' ')} {Texts.GetValueOrDefault(entity, "")}".ToLowerInvariant())
            .Select(word => Stem(word.Value)).Where(word => word.Length > 1).Distinct(StringComparer.Ordinal).ToArray());
        var counts = bags.SelectMany(bag => bag).CountBy(word => word).Where(count => count.Value > 1)
            .ToDictionary(count => count.Key, count => count.Value, StringComparer.Ordinal);
        var columns = counts.Keys.Order(StringComparer.Ordinal).Select((word, at) => (word, at)).ToDictionary(pair => pair.word,
            pair => pair.at, StringComparer.Ordinal);
        var width = words = columns.Count;
        return [.. entities.Zip(bags, (entity, bag) =>
        {
            var features = new float[width];
            foreach (var word in bag.Where(columns.ContainsKey))
                features[columns[word]] = MathF.Log((float)entities.Length / counts[word]);
            var length = MathF.Sqrt(features.Sum(value => value * value));
            return new EntityRow { Id = entity, Features = length == 0 ? features : Array.ConvertAll(features, value => value / length) };
        })];
    }

    // Rows of another kind may have three fields too, but not the same entities in all files.
    private static void RequireOneGraph(string folder, TripleRow[] train, TripleRow[] test)
    {
        var entities = train.SelectMany(triple => (string[])[triple.Head, triple.Tail]).ToHashSet(StringComparer.Ordinal);
        var known = test.Count(triple => entities.Contains(triple.Head) && entities.Contains(triple.Tail));
        if (known * 10 < test.Length)
            throw new InvalidDataException($"{folder}: {known} of the {test.Length} test triples have a head and a tail that training "
                + "triples have; expected triples of one knowledge graph." + FolderContents.Describe(folder, nameof(KnowledgeGraph)));
    }

    // dogs and dog are one word
    private static string Stem(string word) => word.Length > 3 && word.EndsWith('s') && !word.EndsWith("ss") ? word[..^1] : word;

    private static string NameOf(string file) => Path.GetFileName(file).Split('.')[0];

    private static TripleRow[] Read(string file)
    {
        Fields[] rows;
        try
        {
            rows = IdFile.Read(file, 3, Expected);
        }
        catch (InvalidDataException error) when (error.Message.Contains(", line 1: ", StringComparison.Ordinal))
        {
            throw new InvalidDataException(error.Message + FolderContents.Describe(Path.GetDirectoryName(file)!, nameof(KnowledgeGraph)));
        }
        if (rows.Length == 0)
            throw new InvalidDataException($"{file}, line 1: the file has no triples; expected lines with {Expected}.");
        return [.. rows.Select(row => row.Values.Length == 3
            ? new TripleRow { Head = row.Values[0], Relation = row.Values[1], Tail = row.Values[2] }
            : throw new InvalidDataException(row.Error($"{row.Values.Length} fields, expected {Expected}").Message
                + (row.Line == 1 ? FolderContents.Describe(Path.GetDirectoryName(file)!, nameof(KnowledgeGraph)) : "")))];
    }

    private static Dictionary<string, string> ReadTexts(string file)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in Table.Read(file).Rows)
            texts[row.Values[0]] = string.Join(' ', row.Values.Skip(1));
        return texts;
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+(\.\p{L}+)?")]
    private static partial Regex Words();
}
