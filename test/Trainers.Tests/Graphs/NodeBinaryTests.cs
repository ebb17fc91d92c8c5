using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Yes or no for each node.</summary>
[TestClass]
public class NodeBinaryTests
{
    private readonly MLContext _ml = new(1);

    private IDataView Nodes(Member[]? nodes = null)
    {
        var data = TwoCliques.View(_ml, nodes);
        KeyValuePair<string, bool>[] isRight = [new("left", false), new("right", true)];
        return _ml.Transforms.Conversion.MapValue("IsRight", isRight, nameof(Member.Ring)).Fit(data).Transform(data);
    }

    private NodePredictionTransformer Fit(IDataView nodes, Action<NodeBinaryClassificationTrainer.Options>? change = null)
    {
        var options = new NodeBinaryClassificationTrainer.Options
        {
            Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", LabelColumnName = "IsRight", SplitColumnName = "Split",
            Network = GraphNetwork.Gcn(8, dropout: 0), Epochs = 60, RestoreBestWeights = false, Target = ExecutionTarget.Cpu(1),
        };
        change?.Invoke(options);
        return _ml.Graphs().NodeBinaryClassification(options).Fit(nodes);
    }

    [TestMethod]
    public void Tells_the_rings_from_one_label_each()
    {
        var nodes = Nodes();
        using var model = Fit(nodes);
        var scored = model.Transform(nodes);
        Assert.AreEqual((ModelRows.Nodes, ModelTask.Binary), (model.Info.Rows, model.Info.Task));
        var metrics = _ml.BinaryClassification.Evaluate(scored, "IsRight");
        Assert.AreEqual(1, metrics.Accuracy);
        Assert.AreEqual(1, metrics.AreaUnderRocCurve);
        var added = scored.Schema.Skip(nodes.Schema.Count).Select(column => $"{column.Name} {column.Type}");
        Assert.AreEqual("PredictedLabel Boolean; Score Single; Probability Single", string.Join("; ", added));
        foreach (var (score, probability) in scored.GetColumn<float>("Score").Zip(scored.GetColumn<float>("Probability")))
            Assert.AreEqual(1 / (1 + MathF.Exp(-score)), probability, 1e-6f);
    }

    [TestMethod]
    public void A_key_of_two_values_is_a_label_whose_second_is_yes_and_may_be_missing()
    {
        var nodes = TwoCliques.Nodes();
        foreach (var node in nodes.Where(node => node.Split != "train"))
            node.Ring = "";
        var view = _ml.Data.LoadFromEnumerable(nodes);
        var names = _ml.Data.LoadFromEnumerable([new Name { Value = "left" }, new Name { Value = "right" }]);
        view = _ml.Transforms.Conversion.MapValueToKey("Label", "Ring", keyData: names).Fit(view).Transform(view);
        using var model = Fit(view, options => (options.LabelColumnName, options.SplitColumnName) = ("Label", null));
        bool[] expected = [.. TwoCliques.Nodes().Select(node => node.Ring == "right")];
        CollectionAssert.AreEqual(expected, model.Transform(view).GetColumn<bool>("PredictedLabel").ToArray());
    }

    private sealed class Name
    {
        public string Value { get; set; } = "";
    }

    [TestMethod]
    public void Saved_exported_and_applied_it_says_the_same()
    {
        var nodes = Nodes();
        using var model = Fit(nodes);
        using var folder = new TemporaryFolder();
        _ml.Model.Save(model, nodes.Schema, folder.File("model.zip"));
        model.ExportToOnnx(folder.File("nodes.onnx"));
        var scored = model.Transform(nodes);
        float[] scores = [.. scored.GetColumn<float>("Score")], probabilities = [.. scored.GetColumn<float>("Probability")];
        bool[] labels = [.. scored.GetColumn<bool>("PredictedLabel")];

        var stock = new MLContext().Model.Load(folder.File("model.zip"), out _).Transform(nodes);
        CollectionAssert.AreEqual(scores, stock.GetColumn<float>("Score").ToArray());
        CollectionAssert.AreEqual(labels, stock.GetColumn<bool>("PredictedLabel").ToArray());

        using var applied = _ml.Transforms.ApplyNodeModel(folder.File("nodes.onnx"), TwoCliques.ById(_ml), "Id").Fit(nodes);
        var again = applied.Transform(nodes);
        CollectionAssert.AreEqual(scores, again.GetColumn<float>("Score").ToArray());
        CollectionAssert.AreEqual(labels, again.GetColumn<bool>("PredictedLabel").ToArray());
        CollectionAssert.AreEqual(probabilities, again.GetColumn<float>("Probability").ToArray());
    }

    [TestMethod]
    public void Weighing_yes_more_gives_more_of_it()
    {
        var nodes = Nodes();
        float Mean(float weight)
        {
            using var model = Fit(nodes, options => (options.PositiveWeight, options.Epochs) = (weight, 5));
            return model.Transform(nodes).GetColumn<float>("Probability").Average();
        }
        Assert.IsGreaterThan(Mean(1), Mean(10));
    }

    [TestMethod]
    public void A_batch_of_all_neighbors_is_a_step_over_the_whole_graph()
    {
        var nodes = Nodes();
        float[] Scores(int[]? fanOuts)
        {
            using var model = Fit(nodes, options => (options.FanOuts, options.Epochs) = (fanOuts, 5));
            Assert.IsTrue(model.History.Epochs.All(epoch => epoch.ValidationLoss is not null));
            return [.. model.Transform(nodes).GetColumn<float>("Score")];
        }
        float[] whole = Scores(null), sampled = Scores([-1, -1]);
        for (var i = 0; i < whole.Length; i++)
            Assert.AreEqual(whole[i], sampled[i], 1e-4f, $"node {i}");
    }

    [TestMethod]
    public void Short_form_and_schema_shape_fit_what_comes_out()
    {
        var nodes = Nodes();
        var trainer = _ml.Graphs().NodeBinaryClassification(
            TwoCliques.ById(_ml), "IsRight", network: GraphNetwork.Sgc(), epochs: 2, nodeIdColumnName: "Id");
        var shape = trainer.GetOutputSchema(SchemaShapes.FromSchema(nodes.Schema)).ToDictionary(column => column.Name);
        using var model = trainer.Fit(nodes);
        foreach (var column in model.GetOutputSchema(nodes.Schema).Skip(nodes.Schema.Count))
            Assert.AreEqual(column.Type.RawType, shape[column.Name].ItemType.RawType, column.Name);
        Assert.HasCount(2, model.History.Epochs);
    }

    [TestMethod]
    public void Labels_of_more_classes_of_one_class_and_weights_of_nothing_are_errors()
    {
        var nodes = TwoCliques.Nodes();
        nodes[0].Ring = "middle";
        Member[] left = [.. TwoCliques.Nodes()];
        Array.ForEach(left, node => node.Ring = "left");
        var three = TwoCliques.View(_ml, nodes);
        Error<ArgumentException>(() => Fit(three, options => options.LabelColumnName = "Label"), "'Label'", "3 classes", "2 values");
        Error<ArgumentException>(() => Fit(Nodes(), options => options.LabelColumnName = "Distance"), "'Distance'", "Boolean");
        Error<InvalidOperationException>(() => Fit(Nodes(left)), "'IsRight'", "one class");
        foreach (var weight in (float[])[0, -1, float.NaN, float.PositiveInfinity])
            Error<ArgumentException>(() => Fit(Nodes(), options => options.PositiveWeight = weight), "PositiveWeight", "above 0");
    }

    private static void Error<T>(Action act, params string[] parts) where T : Exception
    {
        var error = Assert.ThrowsExactly<T>(act);
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }
}
