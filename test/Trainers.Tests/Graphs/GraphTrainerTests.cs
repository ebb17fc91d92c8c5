using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

[TestClass]
public class GraphTrainerTests
{
    private static readonly GraphColumns Columns = new() { NodeFeatureCount = 2 };

    public static IEnumerable<object[]> Poolings => Enum.GetValues<GraphPooling>().Select(pooling => new object[] { pooling });

    [TestMethod]
    [DynamicData(nameof(Poolings))]
    public void Tells_rings_from_stars(GraphPooling pooling)
    {
        var ml = new MLContext(1);
        using var model = Trainer(ml, options => options.Pooling = pooling).Fit(Shape.View(ml, Shape.Make(60)));
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(Shape.View(ml, Shape.Make(40, 2))));
        Assert.IsGreaterThan(0.94, metrics.MicroAccuracy);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
    }

    public static IEnumerable<object[]> PoolingNetworks =>
    [
        [GraphNetwork.DiffPool(hidden: 16, clusters: [4])], [GraphNetwork.DiffPool(hidden: 16, clusters: [6, 2])],
        [GraphNetwork.TopKPool(hidden: 16, levels: 2)], [GraphNetwork.TopKPool(hidden: 16, levels: 2, byNeighbors: true)],
    ];

    [TestMethod]
    [DynamicData(nameof(PoolingNetworks))]
    public void Networks_may_pool_graphs_themselves(GraphNetwork network)
    {
        var ml = new MLContext(1);
        using var model = Trainer(ml, options => options.Network = network).Fit(Shape.View(ml, Shape.Make(60)));
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(Shape.View(ml, Shape.Make(40, 2))));
        Assert.IsGreaterThan(0.94, metrics.MicroAccuracy);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        var explanation = model.Explain(Shape.View(ml, Shape.Make(2, 2)), 0);
        Assert.IsTrue(explanation.Edges.Count > 0 && explanation.Edges.All(edge => edge.Importance is >= 0 and <= 1));
        Assert.Contains("pools graphs itself", Assert.ThrowsExactly<ArgumentException>(() => Trainer(ml, options =>
            (options.Network, options.Pooling) = (network, GraphPooling.Max)).Fit(Shape.View(ml, Shape.Make(4)))).Message);
    }

    [TestMethod]
    public void Networks_that_pool_graphs_give_nodes_nothing()
    {
        var ml = new MLContext(1);
        var error = Assert.ThrowsExactly<GraphException>(() => ml.Graphs().NodeClassification(new()
            { Edges = TwoCliques.ById(ml), NodeIdColumnName = "Id", Network = GraphNetwork.DiffPool() }).Fit(TwoCliques.View(ml)));
        Assert.Contains("expected a trainer of whole graphs", error.Message);
    }

    [TestMethod]
    public void Counts_the_nodes()
    {
        var ml = new MLContext(1);
        using var model = ml.Graphs().GraphRegression(new() { Columns = Columns, LabelColumnName = nameof(Shape.Size), Hidden = 16,
            Seed = 2, Epochs = 80, LearningRate = 0.01f, BatchSize = 16 })
            .Fit(Shape.View(ml, Shape.Make(60)));
        var shapes = Shape.Make(40, 2);
        var errors = model.Transform(Shape.View(ml, shapes)).GetColumn<float>("Score").Zip(
            shapes, (score, shape) => Math.Abs(score - shape.Size));
        Assert.IsLessThan(0.7, errors.Average());
    }

    [TestMethod]
    public void Edges_may_have_features()
    {
        var ml = new MLContext(1);
        using var model = Trainer(ml, options => options.Columns =
            Columns with { EdgeFeaturesColumnName = nameof(Shape.EdgeFeatures), EdgeFeatureCount = 1 }).Fit(Shape.View(ml, Shape.Make(60)));
        Assert.AreEqual(1, model.Info.Graph!.EdgeFeatureCount);
        Assert.IsGreaterThan(0.94, ml.MulticlassClassification.Evaluate(model.Transform(Shape.View(ml, Shape.Make(40, 2)))).MicroAccuracy);
    }

    [TestMethod]
    public void A_seed_repeats_a_run_and_validation_is_reported()
    {
        var ml = new MLContext(1);
        var data = Shape.View(ml, Shape.Make(30));
        float[] Scores(int seed)
        {
            using var model = Trainer(ml, options =>
            {
                options.Seed = seed;
                options.ValidationFraction = 0.3f;
                options.Epochs = 4;
            }).Fit(data);
            Assert.IsTrue(model.History.Epochs.All(epoch => epoch.ValidationLoss is not null));
            return [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(row => row)];
        }
        CollectionAssert.AreEqual(Scores(1), Scores(1));
        CollectionAssert.AreNotEqual(Scores(1), Scores(2));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Stock_ml_net_loads_the_model(bool edgeFeatures)
    {
        var ml = new MLContext(1);
        var data = Shape.View(ml, Shape.Make(30));
        using var model = Trainer(ml, options =>
        {
            options.Epochs = 3;
            if (edgeFeatures)
                options.Columns = Columns with { EdgeFeaturesColumnName = nameof(Shape.EdgeFeatures), EdgeFeatureCount = 1 };
        }).Fit(data);
        using var folder = new TemporaryFolder();
        ml.Model.Save(model, data.Schema, folder.File("model.zip"));
        var loaded = new MLContext().Model.Load(folder.File("model.zip"), out _).Transform(data);
        var expected = model.Transform(data);
        foreach (var (a, b) in expected.GetColumn<float[]>("Score").Zip(loaded.GetColumn<float[]>("Score")))
            for (var k = 0; k < a.Length; k++)
                Assert.AreEqual(a[k], b[k], 1e-5f);
        CollectionAssert.AreEqual(expected.GetColumn<uint>("PredictedLabel").ToArray(), loaded.GetColumn<uint>("PredictedLabel").ToArray());
    }

    [TestMethod]
    [DataRow("NodeFeatures", "multiple of 2", "NodeFeatures")]
    [DataRow("no nodes", "no nodes", "NodeFeatures")]
    [DataRow("NaN", "NaN", "NodeFeatures")]
    [DataRow("odd", "even number", "Edges")]
    [DataRow("target", "99", "Edges")]
    [DataRow("negative", "-1", "Edges")]
    [DataRow("edge features", "edges × 1", "EdgeFeatures")]
    public void Bad_rows_are_named(string what, string message, string column)
    {
        var ml = new MLContext(1);
        var shapes = Shape.Make(6);
        var shape = shapes[4];
        switch (what)
        {
            case "NodeFeatures": shape.NodeFeatures = [.. shape.NodeFeatures, 1]; break;
            case "no nodes": (shape.NodeFeatures, shape.Edges, shape.EdgeFeatures) = ([], [], []); break;
            case "NaN": shape.NodeFeatures[1] = float.NaN; break;
            case "odd": shape.Edges = [.. shape.Edges, 0]; break;
            case "target": shape.Edges[^1] = 99; break;
            case "negative": shape.Edges[0] = -1; break;
            default: shape.EdgeFeatures = [.. shape.EdgeFeatures, 1]; break;
        }
        var trainer = Trainer(ml, options => options.Columns =
            Columns with { EdgeFeaturesColumnName = nameof(Shape.EdgeFeatures), EdgeFeatureCount = 1 });
        var error = Assert.ThrowsExactly<InvalidDataException>(() => trainer.Fit(Shape.View(ml, shapes)));
        StringAssert.Contains(error.Message, $"Column '{column}', row 4");
        StringAssert.Contains(error.Message, message);
    }

    [TestMethod]
    public void No_graphs_a_missing_label_and_an_unknown_width_are_said()
    {
        var ml = new MLContext(1);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Trainer(ml).Fit(Shape.View(ml, []))).Message, "no rows");
        var shapes = Shape.Make(6);
        shapes[3].Kind = "blob";
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Trainer(ml).Fit(Shape.View(ml, shapes))).Message,
            "Column 'Label', row 3");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => Trainer(ml, options => options.Columns = new()).Fit(Shape.View(ml, Shape.Make(6)))).Message, "NodeFeatureCount");
    }

    [TestMethod]
    public void Graphs_without_edges_and_of_one_node_are_graphs()
    {
        var ml = new MLContext(1);
        var shapes = Shape.Make(20);
        (shapes[0].NodeFeatures, shapes[0].Edges) = ([1, 0.5f], []);
        shapes[1].Edges = [];
        var data = Shape.View(ml, shapes);
        using var model = Trainer(ml, options => options.Epochs = 2).Fit(data);
        Assert.IsTrue(model.Transform(data).GetColumn<float[]>("Score").SelectMany(row => row).All(float.IsFinite));
    }

    private static GraphClassificationTrainer Trainer(MLContext ml, Action<GraphClassificationTrainer.Options>? change = null)
    {
        var options = new GraphClassificationTrainer.Options { Columns = Columns, Network = GraphNetwork.Gin(16, 2), Hidden = 16,
            Epochs = 30, LearningRate = 0.01f, BatchSize = 16 };
        change?.Invoke(options);
        return ml.Graphs().GraphClassification(options);
    }
}
