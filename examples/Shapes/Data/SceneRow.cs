using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace Shapes.Data;

/// <summary>
/// A scene as a row of the data view: its objects are nodes, and so is each ordered pair of them, which is linked with its two objects in
/// both directions, so that what is told of a pair may depend on other objects.
/// </summary>
internal sealed class SceneRow
{
    // Whether it is an object; its kind and box; the kinds of a pair and how the boxes lie to each other.
    private const int Box = 4, Between = 9;

    internal const int NodeFeatureCount = 1 + 3 * KindCount + Box + Between, EdgeFeatureCount = 4, KindCount = 6, RelationCount = 6;

    internal static GraphColumns Columns => new() { EdgeFeaturesColumnName = nameof(EdgeFeatures) };

    [VectorType(0, NodeFeatureCount)]
    public VBuffer<float> NodeFeatures { get; set; }

    public int[] Edges { get; set; } = [];

    /// <summary>Whether the edge leads to a pair from its first object or from its second one, or back to them.</summary>
    [VectorType(0, EdgeFeatureCount)]
    public VBuffer<float> EdgeFeatures { get; set; }

    /// <summary>Of each pair the relation, from 1; missing (0) of objects.</summary>
    [KeyType(RelationCount)]
    public uint[] Label { get; set; } = [];

    /// <summary>The pairs in the order of their nodes, which come behind those of the objects.</summary>
    internal static (int One, int Other)[] Pairs(int objects) => [.. Enumerable.Range(0, objects).SelectMany(one =>
        Enumerable.Range(0, objects).Where(other => other != one).Select(other => (one, other)))];

    internal static SceneRow Of(BoxedObject[] all, bool hasEdges)
    {
        var pairs = Pairs(all.Length);
        List<(int From, int To, int Role)> links = [];
        for (var pair = 0; pair < pairs.Length && hasEdges; pair++)
        {
            var node = all.Length + pair;
            links.AddRange([(pairs[pair].One, node, 0), (pairs[pair].Other, node, 1), (node, pairs[pair].One, 2),
                (node, pairs[pair].Other, 3)]);
        }
        float[] nodes = [.. all.SelectMany(OfObject), .. pairs.SelectMany(pair => OfPair(all[pair.One], all[pair.Other]))],
            ofEdges = [.. links.SelectMany(link => OneHot(EdgeFeatureCount, link.Role))];
        return new()
        {
            NodeFeatures = new(nodes.Length, nodes), EdgeFeatures = new(ofEdges.Length, ofEdges),
            Edges = [.. links.Select(link => link.From), .. links.Select(link => link.To)],
            Label = [.. new uint[all.Length], .. pairs.Select(pair => 1 + (uint)Scene.Relation(all, pair.One, pair.Other))],
        };
    }

    private static float[] OfObject(BoxedObject one) => [1, .. Kind(one), one.X, one.Y, one.Width, one.Height,
        .. new float[2 * KindCount + Between]];

    private static float[] OfPair(BoxedObject one, BoxedObject other)
    {
        var common = one.Common(other);
        return [0, .. new float[KindCount + Box], .. Kind(one), .. Kind(other), one.X - other.X, one.Y - other.Y, one.Distance(other),
            other.Left - one.Right, other.Top - one.Bottom, one.Left - other.Right, one.Top - other.Bottom,
            common / (one.Width * one.Height), common / (other.Width * other.Height)];
    }

    private static float[] Kind(BoxedObject one) => OneHot(KindCount, Array.IndexOf(Scene.Kinds, one.Kind));

    private static float[] OneHot(int count, int at) => [.. Enumerable.Range(0, count).Select(i => i == at ? 1f : 0)];
}
