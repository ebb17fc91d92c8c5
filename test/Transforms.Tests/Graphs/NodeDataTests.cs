using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Graphs;

/// <summary>Nodes and the edges between them, read from views.</summary>
[TestClass]
public class NodeDataTests
{
    private static readonly KeyDataViewType Key = new(typeof(uint), 5);

    private static NodeTable Nodes(TestView view, string? id = null) => NodeTable.Read(view, new("Features", id), default);

    private static TestView.Builder Features(Func<long, float[]> features, int width) =>
        new TestView.Builder().AddVector("Features", NumberDataViewType.Single, features, width);

    private static TestView.Builder Ends<T>(DataViewType type, T[] sources, T[] targets) => new TestView.Builder()
        .Add("Source", type, row => sources[row]).Add("Target", type, row => targets[row]);

    private static NodeGraph Edges(int nodes, params (int Source, int Target)[] edges) => NodeGraph.Read(
        new(Ends(NumberDataViewType.Int32, [.. edges.Select(edge => edge.Source)], [.. edges.Select(edge => edge.Target)])
            .Rows(edges.Length)) { IsDirected = true },
        NodeIds.Numbered(nodes));

    private static void Fails<T>(Action action, params string[] parts) where T : Exception
    {
        var error = Assert.ThrowsExactly<T>(action);
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }

    [TestMethod]
    public void DenseFeaturesStayDense()
    {
        var features = Nodes(Features(row => [row, 1, 2], 3).Rows(4)).Features;
        Assert.IsFalse(features.IsSparse);
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 1, 1, 2, 2, 1, 2, 3, 1, 2 }, features.Values);
    }

    [TestMethod]
    public void SparseFeaturesStaySparseAndMeanTheSame()
    {
        var view = new TestView.Builder().Add("Features", new VectorDataViewType(NumberDataViewType.Single, 100),
            row => row == 2 ? new VBuffer<float>(100, 0, [], []) : new VBuffer<float>(100, 2, [row + 7f, -1], [(int)row, 99])).Rows(4);
        var features = Nodes(view).Features;
        Assert.IsTrue(features.IsSparse);
        CollectionAssert.AreEqual(new[] { 0, 2, 4, 4, 6 }, features.RowStart);
        CollectionAssert.AreEqual(new[] { 0, 99, 1, 99, 3, 99 }, features.Columns);
        var dense = new float[400];
        features.CopyTo(dense);
        Assert.AreEqual(8, dense[101]);
        Assert.AreEqual(-1, dense[399]);
        Assert.AreEqual(6, dense.Count(value => value != 0));
    }

    [TestMethod]
    public void EdgesAreKeptAsTheyAre()
    {
        var graph = Edges(5, (0, 1), (1, 1), (0, 1), (3, 0));
        CollectionAssert.AreEqual(new[] { 0, 1, 0, 3 }, graph.Sources);
        CollectionAssert.AreEqual(new[] { 1, 1, 1, 0 }, graph.Targets);
        CollectionAssert.AreEqual(new[] { 0, 1, 4, 4, 4, 4 }, graph.IncomingStart);
        CollectionAssert.AreEqual(new[] { 3, 0, 1, 2 }, graph.IncomingEdges);
    }

    [TestMethod]
    public void UndirectedEdgesGoBothWaysAndLoopsOnce()
    {
        var view = Ends(NumberDataViewType.Int64, [0L, 1, 2], [1L, 1, 0]).AddSingle("Weight", row => row + 0.5f)
            .Add("Relation", Key, row => (uint)row + 1).AddVector<float>("Kind", NumberDataViewType.Single, row => [row, 10 + row], 2)
                .Rows(3);
        var graph = NodeGraph.Read(new(view) { WeightColumnName = "Weight", RelationColumnName = "Relation", FeaturesColumnName = "Kind" },
            NodeIds.Numbered(3));
        CollectionAssert.AreEqual(new[] { 0, 1, 1, 2, 0 }, graph.Sources);
        CollectionAssert.AreEqual(new[] { 1, 0, 1, 0, 2 }, graph.Targets);
        CollectionAssert.AreEqual(new[] { 0.5f, 0.5f, 1.5f, 2.5f, 2.5f }, graph.EdgeWeights);
        CollectionAssert.AreEqual(new[] { 0, 5, 1, 2, 7 }, graph.EdgeRelations);
        Assert.AreEqual(10, graph.RelationCount);
        CollectionAssert.AreEqual(new float[] { 0, 10, 0, 10, 1, 11, 2, 12, 2, 12 }, graph.EdgeFeatures);
    }

    [TestMethod]
    public void NodesWithoutEdgesAreAGraph()
    {
        var graph = Edges(3);
        Assert.AreEqual(0, graph.EdgeCount);
        CollectionAssert.AreEqual(new int[4], graph.IncomingStart);
    }

    [TestMethod]
    public void ANodeMayHaveAMillionNeighbors()
    {
        const int Neighbors = 1_000_000;
        var view = new TestView.Builder().Add("Source", NumberDataViewType.Int32, row => (int)row + 1)
            .Add("Target", NumberDataViewType.Int32, _ => 0).Rows(Neighbors);
        var graph = NodeGraph.Read(new(view) { IsDirected = true }, NodeIds.Numbered(Neighbors + 1));
        Assert.AreEqual(Neighbors, graph.IncomingStart[1]);
        Assert.AreEqual(Neighbors, graph.Sources[graph.IncomingEdges[Neighbors - 1]]);
    }

    [TestMethod]
    public void IdsOfEveryTypeAreFound()
    {
        void Finds<T>(DataViewType type, T first, T second, T third)
        {
            T[] ids = [first, second, third];
            var nodes = Nodes(Features(_ => [1], 1).Add("Id", type, row => ids[row]).Rows(3), "Id");
            var graph = NodeGraph.Read(new(Ends<T>(type, [third], [second]).Rows(1)) { IsDirected = true }, nodes.Ids);
            Assert.AreEqual(2, graph.Sources[0], $"{type}");
            Assert.AreEqual(1, graph.Targets[0], $"{type}");
        }

        Finds(TextDataViewType.Instance, "a".AsMemory(), "b".AsMemory(), "c".AsMemory());
        Finds(Key, 4u, 2u, 3u);
        Finds(NumberDataViewType.Int32, 7, -9, 0);
        Finds(NumberDataViewType.Int64, 7, long.MinValue, long.MaxValue);
        Finds(NumberDataViewType.UInt32, 7u, 9u, uint.MaxValue);
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(3)]
    public void AnEdgeToANodeThatDoesNotExistIsNamed(int node)
    {
        Fails<InvalidDataException>(() => Edges(3, (0, 1), (0, node)), "'Target' of the edges, row 1", $"node {node}", "0 to 2");
        Fails<InvalidDataException>(() => Edges(3, (node, 1)), "'Source' of the edges, row 0", $"node {node}");
    }

    [TestMethod]
    public void AMissingIdIsNoNode()
    {
        Fails<InvalidDataException>(() => Nodes(Features(_ => [1], 1).AddText("Id", row => row == 1 ? "" : $"n{row}").Rows(3), "Id"),
            "'Id', row 1", "missing");
        Fails<InvalidDataException>(() => Nodes(Features(_ => [1], 1).Add("Id", Key, row => (uint)row).Rows(3), "Id"), "'Id', row 0",
            "missing");
        Fails<InvalidDataException>(() => NodeGraph.Read(new(Ends<uint>(Key, [1, 2], [2, 0]).Rows(2)), NodeIds.Numbered(5)),
            "'Target', row 1", "missing");
    }

    [TestMethod]
    public void RepeatedIdsAreNamed() => Fails<InvalidDataException>(
        () => Nodes(Features(_ => [1], 1).Add("Id", NumberDataViewType.Int32, row => row == 3 ? 1 : (int)row).Rows(4), "Id"),
            "'Id', row 3", "id 1", "row 1");

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void FeaturesAreFinite(float value) =>
        Fails<InvalidDataException>(() => Nodes(Features(row => [0, row == 2 ? value : 1], 2).Rows(4)), "'Features', row 2", "finite");

    [TestMethod]
    public void ColumnsOfOtherTypesAreSaid()
    {
        Fails<ArgumentException>(() => Nodes(new TestView.Builder().AddSingle("Features", _ => 1).Rows(1)), "'Features'", "Single",
            "vector");
        Fails<ArgumentException>(() => Nodes(new TestView.Builder().AddVector<float>("Features", NumberDataViewType.Single, _ => [1])
            .Rows(1)), "known size");
        Fails<ArgumentException>(() => NodeGraph.Read(new(Ends(NumberDataViewType.Single, [0f], [1f]).Rows(1)), NodeIds.Numbered(2)),
            "'Source'", "Single", "ids");
        Fails<InvalidDataException>(() => Nodes(Features(_ => [1], 1).Rows(0)), "no rows");
    }
}
