using System.Globalization;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GraphQuickstart.Data;

/// <summary>
/// A folder with a relational graph, ids from 0: <c>triples.tsv</c> (head, relation, tail), <c>train.tsv</c> and <c>test.tsv</c> (node,
/// class). A node's only feature is which one it is.
/// </summary>
internal static class RelationalFolder
{
    internal static bool Matches(string folder) =>
        ((string[])["triples.tsv", "train.tsv", "test.tsv"]).All(name => File.Exists(Path.Combine(folder, name)));

    internal static NodeData Load(MLContext ml, string folder)
    {
        EdgeRow[] edges = [.. Numbers(Path.Combine(folder, "triples.tsv"), 3)
            .Select(line => new EdgeRow { Source = line[0], Relation = (uint)line[1], Target = line[2] })];
        var count = 1 + edges.Max(edge => Math.Max(edge.Source, edge.Target));
        NodeRow[] nodes = [.. Enumerable.Range(0, count)
            .Select(id => new NodeRow { Id = id, Features = new VBuffer<float>(count, 1, [1], [id]), Split = "none" })];
        foreach (var split in (string[])["train", "test"])
            foreach (var line in Numbers(Path.Combine(folder, split + ".tsv"), 2))
                (nodes[line[0]].Class, nodes[line[0]].Split) = (line[1].ToString(CultureInfo.InvariantCulture), split);
        return NodeData.Of(ml, new DirectoryInfo(folder).Name, nodes, count, edges, relations: 1 + (int)edges.Max(edge => edge.Relation));
    }

    private static IEnumerable<int[]> Numbers(string path, int count)
    {
        foreach (var fields in TextLines.ReadFields(path, '\t'))
        {
            fields.RequireAtLeast(count, $"{count}");
            yield return Array.ConvertAll(fields.Values, text =>
                int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= 0
                    ? number
                    : throw fields.Error($"found '{text}', expected whole numbers of at least 0"));
        }
    }
}
