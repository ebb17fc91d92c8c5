using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Exported models of graphs and nodes in programs that didn't train them.</summary>
[TestClass]
public class GraphScoringTests
{
    private static readonly GraphColumns Columns = new() { NodeFeatureCount = 2 };

    private readonly MLContext _ml = new(1);

    private GraphPredictionTransformer Rings(GraphColumns? columns = null, IDataView? data = null, GraphNetwork? network = null) =>
        _ml.Graphs().GraphClassification(new()
    {
        Columns = columns ?? Columns, Network = network ?? GraphNetwork.Gin(8, 2), Hidden = 8, Epochs = 3, Seed = 1,
            Target = ExecutionTarget.Cpu(1),
    }).Fit(data ?? Shape.View(_ml, Shape.Make(60)));

    [TestMethod]
    public void An_exported_model_scores_graphs_in_batches_and_one_by_one()
    {
        using var model = Rings();
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("rings.onnx"));
        // more than a batch
        var shapes = Shape.Make(600, seed: 2);
        var data = Shape.View(_ml, shapes);
        var expected = model.Transform(data).GetColumn<float[]>("Score").ToArray();
        Assert.HasCount(600, expected);

        using var loaded = _ml.Transforms.ApplyGraphModel(folder.File("rings.onnx"), Columns).Fit(data);
        Assert.AreEqual((ModelRows.Graphs, ModelTask.Classification), (loaded.Info.Rows, loaded.Info.Task));
        var scored = loaded.Transform(data);
        var found = scored.GetColumn<float[]>("Score").ToArray();
        // other columns stay beside their own scores
        var sizes = scored.GetColumn<float>("Size").ToArray();
        var labels = _ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel").Fit(scored).Transform(scored)
            .GetColumn<string>("Predicted").ToArray();
        using var engine = _ml.Model.CreatePredictionEngine<Shape, Prediction>(loaded);
        for (var i = 0; i < 600; i++)
        {
            CollectionAssert.AreEqual(expected[i], found[i]);
            Assert.AreEqual(shapes[i].Size, sizes[i]);
            Assert.AreEqual(expected[i][0] > expected[i][1] ? "ring" : "star", labels[i]);
            if (i % 50 == 0)
            {
                var single = engine.Predict(shapes[i]);
                Assert.AreEqual(expected[i][0], single.Score[0], 1e-5f);
                Assert.AreEqual(expected[i][0] > expected[i][1] ? 1u : 2u, single.PredictedLabel);
            }
        }
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];

        public uint PredictedLabel { get; set; }
    }

    [TestMethod]
    public void Several_cursors_at_once_score_what_one_scores()
    {
        using var model = Rings();
        var data = Shape.View(_ml, Shape.Make(300, seed: 2));
        var expected = model.Transform(data).GetColumn<float[]>("Score").ToArray();
        var scored = model.Transform(data);
        Parallel.For(0, 6, _ =>
        {
            var found = scored.GetColumn<float[]>("Score").ToArray();
            for (var i = 0; i < expected.Length; i++)
                CollectionAssert.AreEqual(expected[i], found[i]);
        });
    }

    [TestMethod]
    public void Models_with_relations_are_saved_and_loaded_by_stock_ml_net()
    {
        Related[] graphs = [.. Shape.Make(40).Select(shape => new Related
        {
            NodeFeatures = shape.NodeFeatures, Edges = shape.Edges,
                Relations = [.. Enumerable.Range(0, shape.Edges.Length / 2).Select(i => (uint)(1 + i % 3))], Kind = shape.Kind,
        })];
        var data = _ml.Data.LoadFromEnumerable(graphs);
        data = _ml.Transforms.Conversion.MapValueToKey("Label", "Kind").Fit(data).Transform(data);
        using var model = Rings(Columns with { EdgeRelationsColumnName = "Relations" }, data, GraphNetwork.Rgcn(8, 2, bases: null));
        using var folder = new TemporaryFolder();
        _ml.Model.Save(model, data.Schema, folder.File("model.zip"));
        var loaded = new MLContext().Model.Load(folder.File("model.zip"), out _);
        float[][] expected = [.. model.Transform(data).GetColumn<float[]>("Score")],
            found = [.. loaded.Transform(data).GetColumn<float[]>("Score")];
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i][0], found[i][0], 1e-5f, $"graph {i}");
    }

    private sealed class Related
    {
        public float[] NodeFeatures { get; set; } = [];

        public int[] Edges { get; set; } = [];

        [KeyType(3)]
        public uint[] Relations { get; set; } = [];

        public string Kind { get; set; } = "";
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Edges_have_the_directions_that_the_model_was_trained_with(bool isDirected)
    {
        GraphEdgeColumns Edges(bool? directed) => new GraphEdgeColumns(_ml.Data.LoadFromEnumerable(TwoCliques.Edges()))
            .With(_ml.Data.LoadFromEnumerable(TwoCliques.Edges()), directed);
        var nodes = TwoCliques.View(_ml);
        using var model = _ml.Graphs().NodeClassification(new()
        {
            Edges = Edges(isDirected), NodeIdColumnName = "Id", SplitColumnName = "Split", Network = GraphNetwork.Gcn(8, dropout: 0),
            Epochs = 3, Seed = 1, Target = ExecutionTarget.Cpu(1),
        }).Fit(nodes);
        Assert.AreEqual(isDirected, model.Info.Graph!.IsDirected);
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("nodes.onnx"));
        Assert.Contains($"\"isDirected\":{(isDirected ? "true" : "false")}",
            OnnxFile.ReadMetadata(folder.File("nodes.onnx"))[ModelFormat.ModelKey]);
        float[][] expected = [.. model.Transform(nodes).GetColumn<float[]>("Score")];
        foreach (var said in (bool?[])[null, isDirected])
        {
            using var loaded = _ml.Transforms.ApplyNodeModel(folder.File("nodes.onnx"), Edges(said), "Id").Fit(nodes);
            foreach (var scored in (IDataView[])[loaded.Transform(nodes), model.WithEdges(Edges(said)).Transform(nodes)])
                foreach (var (one, other) in expected.Zip(scored.GetColumn<float[]>("Score")))
                    CollectionAssert.AreEqual(one, other);
        }
        Error<ArgumentException>(() => _ml.Transforms.ApplyNodeModel(folder.File("nodes.onnx"), Edges(!isDirected), "Id").Fit(nodes),
            $"IsDirected of the edges is {!isDirected}", $"expected {isDirected}, or nothing");
        Error<ArgumentException>(() => model.WithEdges(Edges(!isDirected)), "IsDirected");
    }

    [TestMethod]
    public void Flipped_bits_of_exported_files_are_refused()
    {
        using var rings = Rings();
        using var folder = new TemporaryFolder();
        rings.ExportToOnnx(folder.File("rings.onnx"));
        var whole = File.ReadAllBytes(folder.File("rings.onnx"));
        var random = new Random(1);
        for (var i = 0; i < 40; i++)
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(whole.Length / 2, whole.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(folder.File("damaged.onnx"), damaged);
            var error = Assert.Throws<Exception>(() => _ml.Transforms.ApplyGraphModel(folder.File("damaged.onnx")), $"flip {i}");
            Assert.IsTrue(error is InvalidDataException or OnnxFileException);
            StringAssert.Contains(error.Message, folder.File("damaged.onnx"));
        }
    }

    [TestMethod]
    public void An_exported_model_scores_nodes_over_their_edges()
    {
        var nodes = TwoCliques.View(_ml);
        using var model = _ml.Graphs().NodeClassification(new()
        {
            Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", SplitColumnName = "Split", Network = GraphNetwork.Gcn(8, dropout: 0),
                Epochs = 20, Seed = 1, Target = ExecutionTarget.Cpu(1),
        }).Fit(nodes);
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("nodes.onnx"));
        using var loaded = _ml.Transforms.ApplyNodeModel(folder.File("nodes.onnx"), TwoCliques.ById(_ml), "Id").Fit(nodes);
        float[][] expected = [.. model.Transform(nodes).GetColumn<float[]>("Score")],
            found = [.. loaded.Transform(nodes).GetColumn<float[]>("Score")];
        for (var i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], found[i]);
        // fewer edges give other scores
        using var sparse = _ml.Transforms.ApplyNodeModel(folder.File("nodes.onnx"), TwoCliques.ById(_ml, TwoCliques.Edges()[..5]), "Id")
            .Fit(nodes);
        CollectionAssert.AreNotEqual(expected[0], sparse.Transform(nodes).GetColumn<float[]>("Score").First());

        Error<InvalidDataException>(() => _ml.Transforms.ApplyGraphModel(folder.File("nodes.onnx")), "nodes.onnx",
            "model of nodes for Classification", "expected one of whole graphs");
        Error<InvalidDataException>(() => _ml.Transforms.ApplySequenceModel(folder.File("nodes.onnx")), "nodes.onnx", "model of nodes",
            "expected one of sequences");
        Error<OnnxFileException>(() => _ml.Transforms.ApplyNodeModel(folder.File("none.onnx"), TwoCliques.ById(_ml)), "none.onnx");
        File.WriteAllBytes(folder.File("cut.onnx"), File.ReadAllBytes(folder.File("nodes.onnx"))[..100]);
        Error<OnnxFileException>(() => _ml.Transforms.ApplyNodeModel(folder.File("cut.onnx"), TwoCliques.ById(_ml)), "cut.onnx");
        Assert.IsNotNull(loaded.GetRowToRowMapper(nodes.Schema).OutputSchema.GetColumnOrNull("Score"));
        using var rings = Rings();
        rings.ExportToOnnx(folder.File("rings.onnx"));
        Error<InvalidDataException>(() => _ml.Transforms.ApplyNodeModel(folder.File("rings.onnx"), TwoCliques.ById(_ml)), "rings.onnx",
            "model of whole graphs", "one of nodes");
        Error<ArgumentException>(() => _ml.Transforms.ApplyGraphModel(
            folder.File("rings.onnx"), Columns with { NodeFeaturesColumnName = "Other" }).Fit(Shape.View(_ml, Shape.Make(2))), "Other");
        Error<ArgumentException>(() => _ml.Transforms.ApplyGraphModel(folder.File("rings.onnx"), Columns with { NodeFeatureCount = 1 })
            .Fit(Shape.View(_ml, Shape.Make(2))), "1 features per node", "2");
    }

    private static void Error<T>(Action act, params string[] parts) where T : Exception
    {
        var error = Assert.ThrowsExactly<T>(act);
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }
}
