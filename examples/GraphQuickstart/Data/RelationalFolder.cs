using Examples;
using Microsoft.ML;

namespace GraphQuickstart.Data;

/// <summary>
/// A folder with a relational graph: <c>triples</c> (head, relation, tail), <c>train</c> and <c>test</c> (node, class). A node's only
/// feature is which one it is.
/// </summary>
internal static class RelationalFolder
{
    internal static bool Matches(string folder) => ((string[])["triples", "train", "test"]).All(name =>
        IdFile.Find(folder, name) is not null);

    internal static NodeData Load(MLContext ml, string folder)
    {
        var triples = IdFile.Read(IdFile.Find(folder, "triples")!, 3, "head, relation and tail");
        Fields[][] parts = [.. ((string[])["train", "test"]).Select(part => IdFile.Read(IdFile.Find(folder, part)!, 2,
            "a node and its class"))];
        // Nodes with a class but without triples are nodes too.
        string[] linked = [.. triples.SelectMany(line => (string[])[line.Values[0], line.Values[2]])];
        string[] names = IdFile.Ordered(linked.Concat(parts.SelectMany(part => part).Select(line => line.Values[0])));
        string[] relations = IdFile.Ordered(triples.Select(line => line.Values[1]));
        if (triples.Length == 0)
            throw new InvalidDataException($"{IdFile.Find(folder, "triples")} has no triples; expected head, relation and tail in a line.");
        var (features, width) = NodeData.WhichOne(names.Length);
        NodeRow[] nodes = [.. names.Select((name, at) => new NodeRow { Id = name, Features = features[at], Split = "none" })];
        var byName = nodes.ToDictionary(node => node.Id, StringComparer.Ordinal);
        foreach (var (split, lines) in ((string[])["train", "test"]).Zip(parts))
            foreach (var line in lines)
            {
                var node = byName[line.Values[0]];
                if (node.Split != "none")
                    throw line.Error($"node '{node.Id}' is there twice, also in {node.Split}, expected once");
                (node.Class, node.Split) = (line.Values[1], split);
            }
        NodeData.RequireClasses(folder, [.. nodes.Select(node => node.Class)]);
        EdgeRow[] edges = [.. triples.Select(line => new EdgeRow
        {
            Source = line.Values[0], Target = line.Values[2], Relation = (uint)Array.IndexOf(relations, line.Values[1]),
        })];
        string[] isolated = [.. names.Except(linked)];
        return NodeData.Of(ml, new DirectoryInfo(folder).Name, nodes, width, edges, relations.Length,
            [IdFile.Remark(names), isolated.Length == 0 ? null
                : $"{isolated.Length} {(isolated.Length == 1 ? "node" : "nodes")} without edges: "
                + string.Join(", ", isolated.Take(5)) + (isolated.Length > 5 ? " …" : "")]);
    }
}
