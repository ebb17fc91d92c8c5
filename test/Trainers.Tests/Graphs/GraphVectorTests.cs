using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers.Tests.Graphs.Sampling;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>The vectors that output layers read, beside the predictions.</summary>
[TestClass]
public class GraphVectorTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Graphs_have_vectors_wherever_they_are_scored()
    {
        var columns = new GraphColumns { NodeFeatureCount = 2 };
        var data = Shape.View(_ml, Shape.Make(40));
        GraphPredictionTransformer Fit(bool vector) => _ml.Graphs().GraphClassification(new()
        {
            Columns = columns, Network = GraphNetwork.Gin(8, 2), Hidden = 6, Epochs = 4, OutputVector = vector,
                Target = ExecutionTarget.Cpu(1),
        }).Fit(data);
        using var model = Fit(true);
        using var without = Fit(false);
        Assert.AreEqual(6, model.Info.VectorSize);
        Assert.AreEqual(0, without.Info.VectorSize);
        Assert.IsNull(without.GetOutputSchema(data.Schema).GetColumnOrNull("Vector"));
        var scored = model.Transform(data);
        Assert.AreEqual("Vector<Single, 6>", scored.Schema["Vector"].Type.ToString());
        float[][] vectors = [.. scored.GetColumn<float[]>("Vector")];
        Close(without.Transform(data).GetColumn<float[]>("Score"), scored.GetColumn<float[]>("Score"));
        // of a ReLU, and not the same of all
        Assert.IsTrue(vectors.SelectMany(vector => vector).All(number => number >= 0));
        Assert.IsGreaterThan(0.01f, vectors.Max(vector => vector.Zip(vectors[0], (one, other) => Math.Abs(one - other)).Max()));

        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("shapes.onnx"));
        using var applied = _ml.Transforms.ApplyGraphModel(folder.File("shapes.onnx"), columns).Fit(data);
        Close(vectors, applied.Transform(data).GetColumn<float[]>("Vector"));
        _ml.Model.Save(model, data.Schema, folder.File("model.zip"));
        var stock = new MLContext().Model.Load(folder.File("model.zip"), out _).Transform(data);
        Close(vectors, stock.GetColumn<float[]>("Vector"));
        Close(scored.GetColumn<float[]>("Score"), stock.GetColumn<float[]>("Score"));
        using var engine = _ml.Model.CreatePredictionEngine<Shape, Prediction>(model);
        Close([vectors[7]], [engine.Predict(Shape.Make(40)[7]).Vector]);
    }

    private sealed class Prediction
    {
        public float[] Vector { get; set; } = [];
    }

    [TestMethod]
    public void Nodes_have_vectors_wherever_they_are_scored()
    {
        var nodes = TwoCliques.View(_ml);
        NodePredictionTransformer Fit(bool vector) => NodeTrainerTests.Trainer(_ml, GraphNetwork.Gcn(5, dropout: 0), options =>
            (options.OutputVector, options.Epochs, options.Target) = (vector, 5, ExecutionTarget.Cpu(1))).Fit(nodes);
        using var model = Fit(true);
        using var without = Fit(false);
        Assert.AreEqual(5, model.Info.VectorSize);
        var scored = model.Transform(nodes);
        float[][] vectors = [.. scored.GetColumn<float[]>("Vector")];
        Assert.HasCount(5, vectors[0]);
        Close(without.Transform(nodes).GetColumn<float[]>("Score"), scored.GetColumn<float[]>("Score"));

        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("nodes.onnx"));
        using var applied = _ml.Transforms.ApplyNodeModel(folder.File("nodes.onnx"), TwoCliques.ById(_ml), "Id").Fit(nodes);
        Close(vectors, applied.Transform(nodes).GetColumn<float[]>("Vector"));
        using var fewer = applied.WithEdges(TwoCliques.ById(_ml, TwoCliques.Edges()[..5]));
        CollectionAssert.AreNotEqual(vectors[0], fewer.Transform(nodes).GetColumn<float[]>("Vector").First());
        _ml.Model.Save(applied, nodes.Schema, folder.File("model.zip"));
        var stock = new MLContext().Model.Load(folder.File("model.zip"), out _).Transform(nodes);
        Close(vectors, stock.GetColumn<float[]>("Vector"));
        Close(scored.GetColumn<float[]>("Score"), stock.GetColumn<float[]>("Score"));
        CollectionAssert.AreEqual(scored.GetColumn<uint>("PredictedLabel").ToArray(), stock.GetColumn<uint>("PredictedLabel").ToArray());
    }

    [TestMethod]
    public void Nodes_trained_on_samples_have_the_vectors_of_the_exported_network()
    {
        using var model = SampledTrainerTests.Fit(_ml, GraphNetwork.Sage(7, 3), [2, 2, 2], options => options.OutputVector = true);
        var nodes = RandomNodes.View(_ml);
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("nodes.onnx"));
        using var applied = _ml.Transforms.ApplyNodeModel(folder.File("nodes.onnx"), RandomNodes.Edges(_ml)).Fit(nodes);
        Close(applied.Transform(nodes).GetColumn<float[]>("Vector"), model.Transform(nodes).GetColumn<float[]>("Vector"));
    }

    [TestMethod]
    public void Networks_without_a_last_layer_of_their_own_and_models_of_embeddings_say_so()
    {
        var nodes = TwoCliques.View(_ml);
        GraphNetwork[] networks = [GraphNetwork.Appnp(), GraphNetwork.Sgc(), GraphNetwork.Gated(), GraphNetwork.Gcn(layers: 1)];
        foreach (var network in networks)
            Error(() => NodeTrainerTests.Trainer(_ml, network, options => options.OutputVector = true).Fit(nodes), "OutputVector",
                network.Name);
        Error(() => _ml.Graphs().LinkPrediction(new() { Edges = TwoCliques.ById(_ml), OutputVector = true }).Fit(nodes), "OutputVector",
            "Embedding");
        Error(() => _ml.Graphs().NodeEmbedding(new() { Edges = TwoCliques.ById(_ml), OutputVector = true }).Fit(nodes), "OutputVector",
            "Embedding");
    }

    [TestMethod]
    public void The_schema_shape_has_the_vector()
    {
        var nodes = TwoCliques.View(_ml);
        SchemaShape Shape(bool vector) => NodeTrainerTests.Trainer(_ml, GraphNetwork.Gcn(), options => options.OutputVector = vector)
            .GetOutputSchema(SchemaShapes.FromSchema(nodes.Schema));
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, Shape(true).Single(column => column.Name == "Vector").Kind);
        Assert.IsFalse(Shape(false).Any(column => column.Name == "Vector"));
    }

    private static void Error(Action act, params string[] parts)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(act);
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }

    private static void Close(IEnumerable<float[]> expected, IEnumerable<float[]> found)
    {
        float[][] one = [.. expected], other = [.. found];
        Assert.HasCount(one.Length, other);
        for (var i = 0; i < one.Length; i++)
        {
            Assert.HasCount(one[i].Length, other[i]);
            for (var k = 0; k < one[i].Length; k++)
                Assert.AreEqual(one[i][k], other[i][k], 1e-4f, $"row {i}, number {k}");
        }
    }
}
