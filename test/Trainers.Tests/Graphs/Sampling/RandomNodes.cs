using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs.Sampling;

/// <summary>
/// A random graph with loops, repeated edges, isolated nodes and a hub; a node's class shows in its features and its
/// neighbors.
/// </summary>
internal static class RandomNodes
{
    internal const int Count = 90, Features = 6, EdgeFeatures = 3;

    internal static IDataView View(MLContext ml, bool sparse = false, Action<RandomNode[]>? change = null)
    {
        var random = new Random(4);
        RandomNode[] nodes = [.. Enumerable.Range(0, Count).Select(id => new RandomNode
        {
            Features = Row(random, id, sparse),
            Class = id % 2 == 0 ? "even" : "odd",
            Number = id % 2 + random.NextSingle() * 0.1f,
            Split = (id % 5) switch { 0 or 1 or 2 => "train", 3 => "val", _ => "test" },
        })];
        change?.Invoke(nodes);
        var schema = SchemaDefinition.Create(typeof(RandomNode));
        schema[nameof(RandomNode.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, nodes[0].Features.Length);
        var data = ml.Data.LoadFromEnumerable(nodes, schema);
        return ml.Transforms.Conversion.MapValueToKey("Label", nameof(RandomNode.Class)).Fit(data).Transform(data);
    }

    internal static GraphEdgeColumns Edges(MLContext ml, bool weighted = false, bool typed = false, bool featured = false)
    {
        var random = new Random(5);
        // The last five nodes have no edges; node 0 is one of every third edge's ends.
        RandomEdge[] edges = [.. Enumerable.Range(0, 400).Select(i =>
        {
            int source = random.Next(Count - 5), target = i % 3 == 0 ? 0 : i % 50 == 1 ? source
                : (source + 2 * random.Next(Count)) % (Count - 5);
            return new RandomEdge { Source = source, Target = target, Weight = 0.2f + random.NextSingle(), Relation = (uint)(i % 2),
                Features = [random.NextSingle(), random.NextSingle(), i % 2] };
        })];
        return new(ml.Data.LoadFromEnumerable(edges))
        {
            WeightColumnName = weighted ? nameof(RandomEdge.Weight) : null,
            RelationColumnName = typed ? nameof(RandomEdge.Relation) : null,
            FeaturesColumnName = featured ? nameof(RandomEdge.Features) : null,
        };
    }

    private static VBuffer<float> Row(Random random, int id, bool sparse)
    {
        var values = new float[sparse ? 40 : Features];
        for (var i = 0; i < Features; i++)
            values[sparse ? random.Next(40) : i] = random.NextSingle() - 0.5f + (i == id % 2 ? 0.4f : 0);
        return new(values.Length, values);
    }
}

internal sealed class RandomNode
{
    [VectorType(RandomNodes.Features)]
    public VBuffer<float> Features { get; set; }

    public string Class { get; set; } = "";

    public float Number { get; set; }

    public string Split { get; set; } = "";
}

internal sealed class RandomEdge
{
    public int Source { get; set; }

    public int Target { get; set; }

    public float Weight { get; set; }

    [KeyType(2)]
    public uint Relation { get; set; }

    [VectorType(RandomNodes.EdgeFeatures)]
    public float[] Features { get; set; } = [];
}
