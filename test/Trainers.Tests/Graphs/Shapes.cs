using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Rings and stars of different sizes; all nodes have the same features, so the edges alone tell which is which.</summary>
internal sealed class Shape
{
    public float[] NodeFeatures { get; set; } = [];

    public int[] Edges { get; set; } = [];

    public float[] EdgeFeatures { get; set; } = [];

    public string Kind { get; set; } = "";

    public float Size { get; set; }

    internal static Shape[] Make(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var nodes = random.Next(4, 12);
            var isRing = i % 2 == 0;
            (int From, int To)[] ways = [.. Enumerable.Range(isRing ? 0 : 1, isRing ? nodes : nodes - 1)
                .Select(node => isRing ? (node, (node + 1) % nodes) : (0, node))];
            (int From, int To)[] both = [.. ways, .. ways.Select(way => (way.To, way.From))];
            return new Shape
            {
                NodeFeatures = [.. Enumerable.Repeat(new[] { 1f, 0.5f }, nodes).SelectMany(row => row)],
                Edges = [.. both.Select(way => way.From), .. both.Select(way => way.To)],
                EdgeFeatures = [.. both.Select(_ => 0.5f)],
                Kind = isRing ? "ring" : "star",
                Size = nodes,
            };
        })];
    }

    internal static IDataView View(MLContext ml, IEnumerable<Shape> shapes)
    {
        var data = ml.Data.LoadFromEnumerable(shapes);
        return ml.Transforms.Conversion.MapValueToKey("Label", nameof(Kind),
            keyData: ml.Data.LoadFromEnumerable([new Name { Value = "ring" }, new Name { Value = "star" }])).Fit(data).Transform(data);
    }

    private sealed class Name
    {
        public string Value { get; set; } = "";
    }
}
