using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Graphs;

/// <summary>Graphs read from a view with a graph per row.</summary>
[TestClass]
public class GraphTableTests
{
    private static TestView.Builder Rows(float[][] features, int[][] edges, int width = 2) => new TestView.Builder()
        .AddVector("NodeFeatures", NumberDataViewType.Single, row => features[row], 0, width)
        .AddVector("Edges", NumberDataViewType.Int32, row => edges[row]);

    private static GraphTable Read(TestView view, GraphColumns? columns = null, string? label = null) =>
        GraphTable.Read(view, GraphSchema.Bind(view.Schema, columns ?? new()),
            label is null ? null : SequenceLabel.Class(view.Schema, label), null, default);

    private static void Fails<T>(Action action, params string[] parts) where T : Exception
    {
        var error = Assert.ThrowsExactly<T>(action);
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }

    [TestMethod]
    public void GraphsFollowOneAnother()
    {
        var table = Read(Rows([[1, 2, 3, 4], [5, 6]], [[0, 1, 0, 1, 1, 1], []])
            .AddVector<float>("Weight", NumberDataViewType.Single, row => row == 0 ? [1, 2, 3] : [])
            .AddVector<uint>("Type", new KeyDataViewType(typeof(uint), 2), row => row == 0 ? [1, 2, 1] : []).Rows(2),
                new() { EdgeWeightsColumnName = "Weight", EdgeRelationsColumnName = "Type" });
        Assert.AreEqual(2, table.Count);
        CollectionAssert.AreEqual(new[] { 0, 2, 3 }, table.NodeStart.ToArray());
        CollectionAssert.AreEqual(new[] { 0, 3, 3 }, table.EdgeStart.ToArray());
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 5, 6 }, table.NodeFeatures);
        CollectionAssert.AreEqual(new[] { 0, 1, 0 }, table.Sources);
        CollectionAssert.AreEqual(new[] { 1, 1, 1 }, table.Targets);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3 }, table.EdgeWeights);
        CollectionAssert.AreEqual(new[] { 0, 1, 0 }, table.EdgeRelations);
    }

    [TestMethod]
    [DataRow(2, 1, "source 2")]
    [DataRow(-1, 1, "source -1")]
    [DataRow(0, 2, "target 2")]
    public void AnEdgeToANodeThatDoesNotExistIsNamed(int source, int target, string found) => Fails<InvalidDataException>(
        () => Read(Rows([[1, 2], [1, 2, 3, 4]], [[], [0, source, 1, target]]).Rows(2)), "'Edges', row 1", "edge 1", found, "0 to 1");

    [TestMethod]
    public void LengthsThatDoNotFitAreNamed()
    {
        Fails<InvalidDataException>(() => Read(Rows([[1, 2]], [[0, 0, 0]]).Rows(1)), "'Edges', row 0", "3 numbers", "even");
        Fails<InvalidDataException>(() => Read(Rows([[1, 2, 3]], [[]]).Rows(1)), "'NodeFeatures', row 0", "3 numbers", "multiple of 2");
        Fails<InvalidDataException>(() => Read(Rows([[]], [[]]).Rows(1)), "'NodeFeatures', row 0", "no nodes");
        var more = Rows([[1, 2]], [[0, 0]]).AddVector<float>("Features", NumberDataViewType.Single, _ => [1, 2, 3], 0, 2)
            .AddVector<float>("Weight", NumberDataViewType.Single, _ => [1, 2])
            .AddVector<uint>("Type", new KeyDataViewType(typeof(uint), 2), _ => []).Rows(1);
        Fails<InvalidDataException>(() => Read(more, new() { EdgeFeaturesColumnName = "Features" }), "'Features', row 0", "3 numbers",
            "1 edges × 2");
        Fails<InvalidDataException>(() => Read(more, new() { EdgeWeightsColumnName = "Weight" }), "'Weight', row 0", "2 numbers", "= 1");
        Fails<InvalidDataException>(() => Read(more, new() { EdgeRelationsColumnName = "Type" }), "'Type', row 0", "0 relations",
            "expected 1");
        Fails<InvalidDataException>(() => Read(Rows([], []).Rows(0)), "no rows");
    }

    [TestMethod]
    public void NumbersThatAreNoneAreNamed() =>
        Fails<InvalidDataException>(() => Read(Rows([[1, 2], [1, float.NaN]], [[], []]).Rows(2)), "'NodeFeatures', row 1", "NaN", "finite");

    [TestMethod]
    public void LabelsOutsideTheClassesAreNamed() => Fails<InvalidDataException>(
        () => Read(Rows([[1, 2], [1, 2]], [[], []]).Add("Label", new KeyDataViewType(typeof(uint), 2), row => row == 0 ? 1u : 3).Rows(2),
            label: "Label"),
        "'Label', row 1", "key 3", "1 to 2");

    [TestMethod]
    public void LabelsOfNodesFollowOneAnother()
    {
        // Of the second graph one label is missing; the third has one label too few, and leaves nothing behind.
        var view = Rows([[1, 2], [1, 2, 3, 4], [1, 2, 3, 4], [5, 6]], [[], [], [], []])
            .AddVector<byte>("Labels", new KeyDataViewType(typeof(byte), 3), row => row switch { 0 => [3], 1 => [0, 2], _ => [1] })
            .Add("Weight", NumberDataViewType.Single, row => row + 1f).Rows(4);
        var schema = GraphSchema.Bind(view.Schema, new());
        var label = SequenceLabel.StepClasses(view.Schema, "Labels");
        var table = GraphTable.Read(view, schema, label.WithMissing(), "Weight", default, BadRows.Skip);
        Assert.AreEqual((3, 1L, 3), (table.Count, table.Skipped.Count, table.Labels!.Count));
        CollectionAssert.AreEqual(new[] { 2 }, table.Labels.Classes(0).ToArray());
        CollectionAssert.AreEqual(new[] { -1, 1 }, table.Labels.Classes(1).ToArray());
        CollectionAssert.AreEqual(new[] { 0 }, table.Labels.Classes(2).ToArray());
        Assert.AreEqual((2f, 4f), (table.Labels.WeightOf(1), table.Labels.WeightOf(2)));
        Assert.AreEqual((true, false), (table.Labels.IsMissing(1), table.Labels.IsMissing(1, 1)));
        Fails<InvalidDataException>(() => GraphTable.Read(view, schema, label, null, default), "'Labels', row 1, node 0", "missing");
        Fails<InvalidDataException>(() => GraphTable.Read(view, schema, label.WithMissing(), null, default), "'Labels', row 2",
            "1 labels for the 2 nodes of the graph; expected one label per node");
    }

    [TestMethod]
    public void DimensionsThatContradictAreSaid()
    {
        var view = Rows([[1, 2, 3, 4, 5, 6]], [[]]).Rows(1);
        Fails<ArgumentException>(() => Read(view, new() { NodeFeatureCount = 3 }), "'NodeFeatures'", "2 features", "NodeFeatureCount is 3");
        var turned = new TestView.Builder().AddVector<float>("NodeFeatures", NumberDataViewType.Single, _ => [1], 0, 1)
            .AddVector<int>("Edges", NumberDataViewType.Int32, _ => [0, 0, 0, 0, 0, 0], 3, 2).Rows(1);
        Fails<ArgumentException>(() => Read(turned), "'Edges'", "[2, edges]");
    }

    [TestMethod]
    public void ANodeMayHaveAMillionNeighbors()
    {
        const int Neighbors = 1_000_000;
        int[] edges = [.. Enumerable.Range(1, Neighbors), .. new int[Neighbors]];
        var table = Read(Rows([new float[Neighbors + 1]], [edges], 1).Rows(1));
        Assert.AreEqual(Neighbors, table.EdgeStart[1]);
        Assert.AreEqual(Neighbors, table.Sources[^1]);
    }
}
