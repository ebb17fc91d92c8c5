using Microsoft.ML.Data;

namespace MakeModels;

/// <summary>A series that rises, falls or swings, of 8 to 24 steps.</summary>
internal sealed class SeriesRow
{
    public float[] Features { get; set; } = [];
    public string Label { get; set; } = "";

    internal static SeriesRow[] Make(int count, Random random) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            string[] labels = ["falls", "rises", "swings"];
            var kind = random.Next(labels.Length);
            var steps = random.Next(8, 25);
            return new SeriesRow
            {
                Label = labels[kind],
                Features = [.. Enumerable.Range(0, steps).Select(step => MathF.Round(0.2f * (random.NextSingle() - 0.5f)
                    + (kind == 2 ? MathF.Sin(step * 1.1f) : (kind == 1 ? 2 : -2) * ((float)step / steps - 0.5f)), 3))],
            };
        }),
    ];
}

/// <summary>A connected graph of 4 to 9 nodes whose one feature is 1: without a ring, with one, or with several.</summary>
internal sealed class GraphRow
{
    public float[] NodeFeatures { get; set; } = [];
    public int[] Edges { get; set; } = [];
    public string Label { get; set; } = "";

    internal static GraphRow[] Make(int count, Random random) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            string[] labels = ["tree", "one ring", "several rings"];
            var kind = random.Next(labels.Length);
            var nodes = random.Next(4, 10);
            // A tree, and as many further edges as there are to be rings.
            var edges = Enumerable.Range(1, nodes - 1).Select(node => (Low: random.Next(node), High: node)).ToHashSet();
            var wanted = nodes - 1 + kind + (kind == 2 ? random.Next(2) : 0);
            while (edges.Count < Math.Min(wanted, nodes * (nodes - 1) / 2))
            {
                var (a, b) = (random.Next(nodes), random.Next(nodes));
                if (a != b)
                    edges.Add((Math.Min(a, b), Math.Max(a, b)));
            }
            return new GraphRow
            {
                NodeFeatures = [.. Enumerable.Repeat(1f, nodes)],
                // Undirected: each edge in both directions, all sources before all targets.
                Edges = [.. edges.SelectMany(e => (int[])[e.Low, e.High]), .. edges.SelectMany(e => (int[])[e.High, e.Low])],
                Label = labels[kind],
            };
        }),
    ];
}

/// <summary>A node of one graph: two circles of friends with a few friendships between them.</summary>
internal sealed class NodeRow
{
    public string Id { get; set; } = "";

    [VectorType(2)]
    public float[] Features { get; set; } = [];
    public string Label { get; set; } = "";
}

internal sealed class EdgeRow
{
    public string Source { get; set; } = "";
    public string Target { get; set; } = "";
}

/// <summary>Words and the same letters backwards, to be translated into one another.</summary>
internal sealed class WordPair
{
    public string Source { get; set; } = "";
    public string Target { get; set; } = "";

    internal static WordPair[] Make(int count, Random random) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            var letters = Enumerable.Range(0, random.Next(2, 6)).Select(_ => "abcdef"[random.Next(6)]).ToArray();
            return new WordPair { Source = new(letters), Target = new([.. letters.Reverse()]) };
        }),
    ];
}
