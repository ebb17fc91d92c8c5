using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Graphs;

[TestClass]
public class PositionalFeatureTransformTests
{
    private static readonly PositionalFeatureOptions Options = new() { RandomWalkSteps = 2, LogDegree = true };

    private static float[][] Read(IDataView view, string column = "Features")
    {
        List<float[]> rows = [];
        using var cursor = view.GetRowCursor([view.Schema[column]]);
        var getter = cursor.GetGetter<VBuffer<float>>(view.Schema[column]);
        VBuffer<float> value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            rows.Add([.. value.DenseValues()]);
        }
        return [.. rows];
    }

    private static TestView Graphs(params (float[] Features, int[] Edges)[] graphs) => new TestView.Builder()
        .AddVector<float>("NodeFeatures", NumberDataViewType.Single, row => graphs[row].Features, 0, 2)
        .AddVector<int>("Edges", NumberDataViewType.Int32, row => graphs[row].Edges).Rows(graphs.Length);

    private static TestView Edges(params (string From, string To)[] edges) => new TestView.Builder()
        .AddText("Source", row => edges[row].From).AddText("Target", row => edges[row].To).Rows(edges.Length);

    [TestMethod]
    public void Features_of_graphs_are_appended()
    {
        var ml = new MLContext();
        var data = Graphs(([1, 2, 3, 4], [0, 1]), ([5, 6], []));
        var estimator = ml.Transforms.GraphPositionalFeatures(Options);
        var found = estimator.Fit(data).Transform(data);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 0, 5), found.Schema["NodeFeatures"].Type);
        var rows = Read(found, "NodeFeatures");
        CollectionAssert.AreEqual(new[] { 1, 2, 0, 1, MathF.Log(2), 3, 4, 0, 1, MathF.Log(2) }, rows[0]);
        CollectionAssert.AreEqual(new float[] { 5, 6, 0, 0, 0 }, rows[1]);
        // What follows reads the new column with its width.
        Assert.AreEqual(5, GraphTable.Read(found, GraphSchema.Bind(found.Schema, new()), null, null, default).Schema.NodeFeatureCount);
        Assert.AreEqual(1, estimator.GetOutputSchema(SchemaShapes.FromSchema(data.Schema)).Count(column => column.Name == "NodeFeatures"));
        Assert.IsNotNull(ml.Transforms.GraphPositionalFeatures(Options, outputColumnName: "Both").Fit(data)
            .Transform(data).Schema.GetColumnOrNull("Both"));
    }

    [TestMethod]
    public void A_saved_pipeline_gives_graphs_the_same_features_row_by_row()
    {
        var ml = new MLContext();
        var options = Options with { LaplacianEigenvectors = 1, ClosedWalkLength = 3, LogClosedWalks = false, OneHotDegreeMaximum = 2 };
        Molecule[] rows = [new() { Smiles = "CO" }, new() { Smiles = "C" }, new() { Smiles = "c1ccccc1" }];
        var data = ml.Data.LoadFromEnumerable(rows);
        var model = ml.Transforms.SmilesToGraph().Append(ml.Transforms.GraphPositionalFeatures(options, outputColumnName: "Both")).Fit(
            data);
        var (loaded, schema) = SavedModels.Reload(model, data.Schema);
        var expected = SavedModels.Values(model.Transform(data), "Both");
        CollectionAssert.AreEqual(expected, SavedModels.Values(loaded.Transform(data), "Both"));
        foreach (var one in (ITransformer[])[model, loaded])
        {
            using var engine = ml.Model.CreatePredictionEngine<Molecule, Found>(one, schema);
            for (var i = 0; i < rows.Length; i++)
                Assert.AreEqual(expected[i], string.Join(' ', engine.Predict(rows[i]).Both!));
        }
        var graphs = Graphs(([1, 2, 3, 4], [0, 1]));
        var hiding = ml.Transforms.GraphPositionalFeatures(Options).Fit(graphs);
        var reloaded = SavedModels.Reload(hiding, graphs.Schema).Model;
        CollectionAssert.AreEqual(SavedModels.Values(hiding.Transform(graphs), "NodeFeatures"),
            SavedModels.Values(reloaded.Transform(graphs), "NodeFeatures"));
        var bad = reloaded.Transform(Graphs(([1, 2, 3, 4], [0, 2])));
        var error = Assert.Throws<Exception>(() => SavedModels.Values(bad, "NodeFeatures")).GetBaseException();
        StringAssert.Contains(error.Message, "Column 'Edges', a row: edge 0 has the target 2; expected a node of the graph, 0 to 1");
    }

    [TestMethod]
    public void Features_of_nodes_say_what_to_save_instead()
    {
        var ml = new MLContext();
        var nodes = new TestView.Builder().AddText("Id", row => $"{row}").Rows(2);
        var model = ml.Transforms.NodePositionalFeatures(new(Edges(("0", "1"))), Options, null, "Id").Fit(nodes);
        var error = Assert.ThrowsExactly<NotSupportedException>(() => SavedModels.Reload(model, nodes.Schema));
        StringAssert.Contains(error.Message, "NodePositionalFeatures can't be saved");
        StringAssert.Contains(error.Message, "Transform the nodes with it first");
        Assert.IsFalse(model.IsRowToRowMapper);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Features_of_nodes_are_appended(bool isSparse)
    {
        var data = new TestView.Builder().AddText("Id", row => "abc"[(int)row].ToString())
            .Add("Features", new VectorDataViewType(NumberDataViewType.Single, 4), row =>
                isSparse ? new VBuffer<float>(4, 1, [row + 1], [2]) : new VBuffer<float>(4, [0, 0, row + 1, 0])).Rows(3);
        var transforms = new MLContext().Transforms;
        var found = transforms.NodePositionalFeatures(new(Edges(("c", "a"))), Options, nodeIdColumnName: "Id").Fit(data).Transform(data);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 7), found.Schema["Features"].Type);
        var rows = Read(found);
        CollectionAssert.AreEqual(new[] { 0, 0, 1, 0, 0, 1, MathF.Log(2) }, rows[0]);
        CollectionAssert.AreEqual(new float[] { 0, 0, 2, 0, 0, 0, 0 }, rows[1]);
        CollectionAssert.AreEqual(new[] { 0, 0, 3, 0, 0, 1, MathF.Log(2) }, rows[2]);
        var alone = transforms.NodePositionalFeatures(new(Edges(("c", "a"))), Options, null, "Id").Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { 0, 1, MathF.Log(2) }, Read(alone)[2]);
    }

    [TestMethod]
    public void Bad_input_is_named()
    {
        var transforms = new MLContext().Transforms;
        var data = Graphs(([1, 2], []), ([1, 2], [0, 7]));
        var error = Assert.ThrowsExactly<InvalidDataException>(
            () => Read(transforms.GraphPositionalFeatures(Options).Fit(data).Transform(data), "NodeFeatures"));
        StringAssert.Contains(error.Message, "'Edges', row 1");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => transforms.GraphPositionalFeatures(Options, new() { NodeFeaturesColumnName = "X" }).Fit(data)).Message, "'X'");
        Assert.ThrowsExactly<ArgumentException>(() => transforms.GraphPositionalFeatures(new()));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => transforms.GraphPositionalFeatures(new() { RandomWalkSteps = -1 })).Message, "RandomWalkSteps is -1");
        var nodes = new TestView.Builder().AddText("Id", row => $"{row}").Rows(2);
        var unknown = transforms.NodePositionalFeatures(new(Edges(("0", "9"))), Options, null, "Id").Fit(nodes).Transform(nodes);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Read(unknown)).Message, "'Target' of the edges, row 0");
    }

    private sealed class Molecule
    {
        public string Smiles { get; set; } = "";
    }

    private sealed class Found
    {
        public float[]? Both { get; set; }
    }
}
