using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace GraphQuickstart.Data;

/// <summary>
/// A folder of tab-separated files, perhaps .gz: <c>edges</c> (source, target, perhaps a kind in words) and, where there are such,
/// <c>features</c> (node, number of the feature, and a value or none for 1), <c>labels</c> (node, class; -1 for none) and <c>split</c>
/// (node, train, val, test or none). Without features a node's only feature is which one it is.
/// </summary>
internal static class NodeFolder
{
    private const int MostKinds = 50;

    private static readonly string[] Parts = ["train", "val", "validation", "valid", "test", "none"];

    internal static bool Matches(string folder, string? edges = null) => IdFile.FindEdges(folder, edges) is not null;

    /// <param name="ml">ML.NET.</param>
    /// <param name="folder">Where the files are.</param>
    /// <param name="testFraction">The share of the nodes to test on, where there is no standard split.</param>
    /// <param name="seed">Decides which.</param>
    /// <param name="holdOut">The share of the training nodes to test on in place of the test nodes; null for those.</param>
    /// <param name="edgesFile">The file of the edges; null to look for one.</param>
    /// <param name="label">The column of the class, in any file that names its columns; null for a usual one.</param>
    internal static NodeData Load(MLContext ml, string folder, float testFraction, int seed, float? holdOut = null,
        string? edgesFile = null, string? label = null)
    {
        var edgesPath = IdFile.FindEdges(folder, edgesFile)!;
        string? labelsPath = label is null ? IdFile.Find(folder, "labels") : null, featuresPath = IdFile.Find(folder, "features");
        NodeList? list = null;
        if (labelsPath is null && IdFile.FindNodes(folder, edgesPath, label).FirstOrDefault() is { } nodesPath)
        {
            list = NodeList.Read(nodesPath, label);
            labelsPath = list is null ? null : nodesPath;
            featuresPath ??= list?.Features is null ? null : labelsPath;
        }
        if (label is not null && list is null)
            throw new InvalidDataException($"{folder} has no file with a column {label} for --label; found {IdFile.Listed(folder)}.");
        var labels = list?.Labels ?? (labelsPath is null ? [] : IdFile.Read(labelsPath, 2, "a node and its class"));
        var features = list?.Features ?? (featuresPath is null ? []
            : IdFile.Read(featuresPath, 2, "a node, a feature's number and perhaps a value"));
        var listed = labels.Concat(features).Select(row => row.Values[0]).ToHashSet(StringComparer.Ordinal);
        var ends = IdFile.Read(edgesPath, 2, "two nodes", listed);
        var given = list?.Split
            ?? (IdFile.Find(folder, "split") is { } split ? IdFile.Read(split, 2, "a node and train, val, test or none", listed) : null);

        // The nodes are those of the labels and features; without these, those that edges name.
        string[] names = IdFile.Ordered(listed.Count > 0 ? listed : ends.SelectMany(row => row.Values.Take(2)));
        if (names.Length == 0)
            throw new InvalidDataException($"{edgesPath} names no nodes; expected an edge a line.");
        var nodes = names.Select((name, at) => (name, at)).ToDictionary(pair => pair.name, pair => pair.at, StringComparer.Ordinal);
        var known = string.Join(" or ", new[] { labelsPath, featuresPath }.OfType<string>().Select(Path.GetFileName));
        int Node(Fields row, int field) => nodes.TryGetValue(row.Values[field], out var at) ? at
            : throw row.Error($"node '{row.Values[field]}' has no line in {known}, expected one of its {names.Length} nodes");

        var classes = Once(labels, names.Length, Node, value => value == "-1" ? "" : value);
        var parts = given is null ? Draw(names.Length, testFraction, seed) : Once(given, names.Length, Node, null);
        if (holdOut is { } share)
            parts = HoldOut(parts, share, seed);
        var kinds = Kinds(ends);
        EdgeRow[] edges = [.. ends.Select(row => new EdgeRow
        {
            Source = names[Node(row, 0)], Target = names[Node(row, 1)],
            Relation = kinds.Length == 0 ? 0 : (uint)Array.IndexOf(kinds, row.Values[2]),
        })];
        var (rows, width) = featuresPath is null ? NodeData.WhichOne(names.Length) : ReadFeatures(ml, features, names.Length, Node);
        NodeData.RequireClasses(labelsPath ?? folder, classes);
        return NodeData.Of(ml, new DirectoryInfo(folder).Name,
            [.. names.Select((name, at) => new NodeRow { Id = name, Features = rows[at], Class = classes[at] ?? "",
                Split = parts[at] ?? "none" })],
            width, edges, kinds.Length,
            [IdFile.Remark(names), featuresPath is null ? "no features: a node's feature is which one it is" : null,
                kinds.Length > 0 ? $"edges of {kinds.Length} kinds: {string.Join(", ", kinds)}"
                : ends.Any(row => row.Values.Length > 2) ? $"of {Path.GetFileName(edgesPath)} the first two fields are read" : null]);
    }

    // What stands third in each line of the edges, where it is one of a few words.
    private static string[] Kinds(Fields[] ends)
    {
        if (ends.Length == 0 || ends.Any(row => row.Values.Length < 3 || double.TryParse(row.Values[2], out _)))
            return [];
        string[] kinds = [.. ends.Select(row => row.Values[2]).Distinct().Order(StringComparer.Ordinal)];
        return kinds.Length is > 1 and <= MostKinds ? kinds : [];
    }

    // One line a node, and no node twice.
    private static string?[] Once(Fields[] rows, int count, Func<Fields, int, int> node, Func<string, string>? label)
    {
        var (values, lines) = (new string?[count], new int[count]);
        foreach (var row in rows)
        {
            var at = node(row, 0);
            if (lines[at] > 0)
                throw row.Error($"node '{row.Values[0]}' is there twice, also in line {lines[at]}, expected once");
            if (label is null && !Parts.Contains(row.Values[1]))
                throw row.Error($"found '{row.Values[1]}', expected {string.Join(", ", Parts[..^1])} or {Parts[^1]}");
            (values[at], lines[at]) = (label is null ? row.Values[1] : label(row.Values[1]), row.Line);
        }
        return values;
    }

    private static string?[] Draw(int count, float testFraction, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() < testFraction ? "test" : "train")];
    }

    private static string?[] HoldOut(string?[] parts, float share, int seed)
    {
        var random = new Random(seed + 1);
        return [.. parts.Select(part => part switch
        {
            "test" => "none",
            "train" when random.NextSingle() < share => "test",
            _ => part,
        })];
    }

    private static (VBuffer<float>[] Rows, int Width) ReadFeatures(
        MLContext ml, Fields[] lines, int nodes, Func<Fields, int, int> node)
    {
        // Features too may have any names: they are numbered, as nodes are.
        var numbers = IdFile.Ordered(lines.Select(line => line.Values[1])).Select((name, at) => (name, at))
            .ToDictionary(pair => pair.name, pair => pair.at, StringComparer.Ordinal);
        var seen = new HashSet<(int, int)>();
        FeatureRow[] rows = [.. lines.Select(line =>
        {
            var row = new FeatureRow
            {
                Node = node(line, 0),
                Feature = numbers[line.Values[1]],
                Value = line.Values.Length > 2 ? line.Number(2) : 1,
            };
            return line.Values.Length > 3
                ? throw line.Error($"{line.Values.Length} fields, expected a node, a feature's number and a value")
                : seen.Add((row.Node, row.Feature)) ? row
                : throw line.Error($"feature {line.Values[1]} of node '{line.Values[0]}' is there twice, expected once");
        })];
        var triples = ml.Data.LoadFromEnumerable(rows);
        var grouping = ml.Transforms.GroupIntoFeatureVectors(new() { NodeCount = nodes }).Fit(triples);
        return ([.. grouping.Transform(triples).GetColumn<VBuffer<float>>("Features").Select(row =>
        {
            VBuffer<float> copy = default;
            row.CopyTo(ref copy);
            return copy;
        })], grouping.FeatureCount);
    }
}

/// <summary>A feature of a node.</summary>
internal sealed class FeatureRow
{
    public int Node { get; set; }

    public int Feature { get; set; }

    public float Value { get; set; }
}
