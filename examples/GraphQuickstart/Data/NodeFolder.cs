using System.Globalization;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace GraphQuickstart.Data;

/// <summary>
/// A folder of tab-separated files, perhaps .gz, ids from 0: <c>edges</c> (source, target), <c>features</c> (node, column, and a value
/// or none for 1), <c>labels</c> (node, class; -1 for none) and, where there is a standard split, <c>split</c> (node, train, val, test or
/// none).
/// </summary>
internal static class NodeFolder
{
    internal static bool Matches(string folder) => ((string[])["edges", "features", "labels"]).All(name => Find(folder, name) is not null);

    /// <param name="ml">ML.NET.</param>
    /// <param name="folder">Where the files are.</param>
    /// <param name="testFraction">The share of the nodes to test on, where there is no standard split.</param>
    /// <param name="seed">Decides which.</param>
    /// <param name="holdOut">The share of the training nodes to test on in place of the test nodes; null for those.</param>
    internal static NodeData Load(MLContext ml, string folder, float testFraction, int seed, float? holdOut = null)
    {
        var labels = Pairs(Find(folder, "labels")!).ToArray();
        var count = labels.Length;
        var classes = new string[count];
        foreach (var (node, label) in labels)
            classes[Checked(node, count, "labels")] = label is "-1" ? "" : label;
        var rows = ReadFeatures(ml, Find(folder, "features")!, count, out var width);
        var splits = new string[count];
        if (Find(folder, "split") is { } given)
            foreach (var (node, part) in Pairs(given))
                splits[Checked(node, count, "split")] = part;
        else
        {
            var random = new Random(seed);
            for (var node = 0; node < count; node++)
                splits[node] = random.NextSingle() < testFraction ? "test" : "train";
        }
        if (holdOut is { } share)
        {
            var random = new Random(seed + 1);
            splits = [.. splits.Select(split => split switch
            {
                "test" => "none",
                "train" when random.NextSingle() < share => "test",
                _ => split,
            })];
        }
        NodeRow[] nodes = [.. rows.Select((row, id) => new NodeRow { Id = id, Features = row, Class = classes[id], Split = splits[id] })];
        EdgeRow[] edges = [.. Pairs(Find(folder, "edges")!).Select(pair => new EdgeRow
        {
            Source = pair.Node,
            Target = int.Parse(pair.Other, CultureInfo.InvariantCulture),
        })];
        return NodeData.Of(ml, new DirectoryInfo(folder).Name, nodes, width, edges);
    }

    private static VBuffer<float>[] ReadFeatures(MLContext ml, string path, int nodes, out int width)
    {
        FeatureRow[] rows = [.. TextLines.ReadFields(path, '\t').Select(fields =>
        {
            fields.RequireAtLeast(2, "node and column, perhaps a value");
            return new FeatureRow
            {
                Node = Checked(Whole(fields, 0), nodes, path),
                Feature = Whole(fields, 1),
                Value = fields.Values.Length > 2 ? fields.Numbers(2, 3)[0] : 1,
            };
        })];
        var triples = ml.Data.LoadFromEnumerable(rows);
        var grouping = ml.Transforms.GroupIntoFeatureVectors(new() { NodeCount = nodes }).Fit(triples);
        width = grouping.FeatureCount;
        return [.. grouping.Transform(triples).GetColumn<VBuffer<float>>("Features").Select(row =>
        {
            VBuffer<float> copy = default;
            row.CopyTo(ref copy);
            return copy;
        })];
    }

    private static IEnumerable<(int Node, string Other)> Pairs(string path)
    {
        foreach (var fields in TextLines.ReadFields(path, '\t'))
        {
            fields.RequireAtLeast(2, "two");
            yield return (Whole(fields, 0), fields.Values[1]);
        }
    }

    private static int Whole(Fields fields, int field) =>
        int.TryParse(fields.Values[field], CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number
            : throw fields.Error($"field {field + 1} is '{fields.Values[field]}', expected a whole number of at least 0");

    private static int Checked(int node, int count, string where) =>
        node < count ? node : throw new InvalidDataException($"{where}: node {node} has no label line; expected nodes 0 to {count - 1}.");

    private static string? Find(string folder, string name) =>
        ((string[])[".tsv", ".tsv.gz"]).Select(ending => Path.Combine(folder, name + ending)).FirstOrDefault(File.Exists);
}

/// <summary>A feature of a node.</summary>
internal sealed class FeatureRow
{
    public int Node { get; set; }

    public int Feature { get; set; }

    public float Value { get; set; }
}
