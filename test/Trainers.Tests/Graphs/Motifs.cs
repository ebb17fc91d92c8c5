using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>
/// Houses of five nodes on a random tree or graph whose new nodes prefer those with many edges (Ying et al. 2019, "BA-Shapes").
/// </summary>
internal sealed class Motifs
{
    internal const int House = 5;

    // roof; left and right of the middle; left and right of the ground
    private static readonly (int, int)[] Walls = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 4), (3, 4)];

    internal int Base { get; private init; }

    internal List<(int Source, int Target)> Edges { get; } = [];

    internal List<string> Labels { get; } = [];

    internal HashSet<(int, int)> Planted { get; } = [];

    internal int Count => Labels.Count;

    internal static Motifs Make(int nodes, int houses, int seed, int newEdges = 2)
    {
        var random = new Random(seed);
        var made = new Motifs { Base = nodes };
        List<int> ends = [0, 1];
        made.Edges.Add((0, 1));
        for (var node = 2; node < nodes; node++)
            foreach (var to in Enumerable.Range(0, newEdges).Select(_ => ends[random.Next(ends.Count)]).Distinct().ToArray())
            {
                made.Edges.Add((node, to));
                ends.AddRange([node, to]);
            }
        made.Labels.AddRange(Enumerable.Repeat("base", nodes));
        for (var house = 0; house < houses; house++)
        {
            var first = made.Count;
            made.Labels.AddRange(["roof", "middle", "middle", "ground", "ground"]);
            foreach (var (a, b) in Walls)
            {
                made.Edges.Add((first + a, first + b));
                made.Planted.Add((first + a, first + b));
            }
            made.Edges.Add((first + 3, random.Next(nodes)));
        }
        return made;
    }

    internal IDataView View(MLContext ml)
    {
        var data = ml.Data.LoadFromEnumerable(Labels.Select((label, row) => new Node { Id = row, Label = label, Features = [1, 1] }));
        return ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
    }

    internal GraphEdgeColumns EdgeColumns(MLContext ml) =>
        new(ml.Data.LoadFromEnumerable(Edges.Select(edge => new Edge { Source = edge.Source, Target = edge.Target })));

    internal bool IsPlanted(ExplainedEdge edge) =>
        Planted.Contains((edge.Source, edge.Target)) || Planted.Contains((edge.Target, edge.Source));

    /// <summary>The probability that a planted edge has a larger importance than another one; ties count half.</summary>
    internal static double Auc(IEnumerable<(bool IsPlanted, float Importance)> edges)
    {
        var all = edges.ToArray();
        float[] planted = [.. all.Where(edge => edge.IsPlanted).Select(edge => edge.Importance)],
            others = [.. all.Where(edge => !edge.IsPlanted).Select(edge => edge.Importance)];
        return planted.Average(one => others.Average(other => one > other ? 1 : one == other ? 0.5 : 0));
    }

    internal sealed class Node
    {
        public int Id { get; set; }

        public string Label { get; set; } = "";

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }

    internal sealed class Edge
    {
        public int Source { get; set; }

        public int Target { get; set; }
    }

    /// <summary>
    /// Random trees with two red, two blue and other nodes; half of them have one edge between a red and a blue node, which is all that
    /// tells them apart.
    /// </summary>
    internal static (Shape[] Graphs, HashSet<(int, int)>[] Planted) ColoredTrees(int count, int seed)
    {
        var random = new Random(seed);
        var made = Enumerable.Range(0, count).Select(i =>
        {
            var nodes = random.Next(9, 15);
            while (true)
            {
                (int From, int To)[] edges = [.. Enumerable.Range(1, nodes - 1).Select(node => (random.Next(node), node))];
                int[] colors = [1, 1, 2, 2, .. new int[nodes - 4]];
                random.Shuffle(colors);
                HashSet<(int, int)> planted = [.. edges.Where(edge => colors[edge.From] * colors[edge.To] == 2)];
                if (planted.Count != (i % 2 == 0 ? 1 : 0))
                    continue;
                (int From, int To)[] both = [.. edges, .. edges.Select(edge => (edge.To, edge.From))];
                return (new Shape
                {
                    NodeFeatures = [.. colors.SelectMany(color => new float[] { color == 1 ? 1 : 0, color == 2 ? 1 : 0 })],
                    Edges = [.. both.Select(edge => edge.From), .. both.Select(edge => edge.To)],
                    Kind = i % 2 == 0 ? "ring" : "star",
                }, planted);
            }
        }).ToArray();
        return ([.. made.Select(one => one.Item1)], [.. made.Select(one => one.planted)]);
    }
}
