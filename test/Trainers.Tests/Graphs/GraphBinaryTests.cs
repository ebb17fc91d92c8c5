using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Yes or no for each graph.</summary>
[TestClass]
public class GraphBinaryTests
{
    private static readonly GraphColumns Columns = new() { NodeFeatureCount = 2 };

    private readonly MLContext _ml = new(1);

    private IDataView Shapes(int count, int seed = 1)
    {
        var data = Shape.View(_ml, Shape.Make(count, seed));
        KeyValuePair<string, bool>[] isStar = [new("ring", false), new("star", true)];
        return _ml.Transforms.Conversion.MapValue("IsStar", isStar, nameof(Shape.Kind)).Fit(data).Transform(data);
    }

    private GraphPredictionTransformer Fit(IDataView data, Action<GraphBinaryClassificationTrainer.Options>? change = null)
    {
        var options = new GraphBinaryClassificationTrainer.Options
        {
            Columns = Columns, LabelColumnName = "IsStar", Network = GraphNetwork.Gin(16, 2), Hidden = 16, Epochs = 30,
            LearningRate = 0.01f,
            BatchSize = 16,
            Target = ExecutionTarget.Cpu(1),
        };
        change?.Invoke(options);
        return _ml.Graphs().GraphBinaryClassification(options).Fit(data);
    }

    [TestMethod]
    [DataRow("IsStar")]
    [DataRow("Label")]
    public void Tells_stars_from_rings(string label)
    {
        using var model = Fit(Shapes(60), options => options.LabelColumnName = label);
        var metrics = _ml.BinaryClassification.Evaluate(model.Transform(Shapes(40, 2)), "IsStar");
        Assert.IsGreaterThan(0.94, metrics.Accuracy);
        Assert.AreEqual((ModelRows.Graphs, ModelTask.Binary), (model.Info.Rows, model.Info.Task));
    }

    [TestMethod]
    public void Saved_exported_and_applied_it_says_the_same()
    {
        var data = Shapes(40);
        using var model = Fit(data);
        using var folder = new TemporaryFolder();
        _ml.Model.Save(model, data.Schema, folder.File("model.zip"));
        model.ExportToOnnx(folder.File("stars.onnx"));
        var scored = model.Transform(data);
        float[] scores = [.. scored.GetColumn<float>("Score")], probabilities = [.. scored.GetColumn<float>("Probability")];
        bool[] labels = [.. scored.GetColumn<bool>("PredictedLabel")];
        Assert.HasCount(2, labels.Distinct().ToArray());

        var stock = new MLContext().Model.Load(folder.File("model.zip"), out _).Transform(data);
        Close(scores, stock.GetColumn<float>("Score"));
        Close(probabilities, stock.GetColumn<float>("Probability"));
        CollectionAssert.AreEqual(labels, stock.GetColumn<bool>("PredictedLabel").ToArray());

        using var applied = _ml.Transforms.ApplyGraphModel(folder.File("stars.onnx"), Columns).Fit(data);
        var again = applied.Transform(data);
        Close(scores, again.GetColumn<float>("Score"));
        Close(probabilities, again.GetColumn<float>("Probability"));
        CollectionAssert.AreEqual(labels, again.GetColumn<bool>("PredictedLabel").ToArray());

        using var engine = _ml.Model.CreatePredictionEngine<Shape, Prediction>(model);
        var shapes = Shape.Make(40);
        for (var i = 0; i < 40; i += 7)
        {
            var found = engine.Predict(shapes[i]);
            Close([scores[i], probabilities[i]], [found.Score, found.Probability]);
            Assert.AreEqual(labels[i], found.PredictedLabel);
        }
    }

    private sealed class Prediction
    {
        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }
    }

    [TestMethod]
    public void Weighing_yes_more_gives_more_of_it()
    {
        var data = Shapes(40);
        float Mean(float weight)
        {
            using var model = Fit(data, options => (options.PositiveWeight, options.Epochs) = (weight, 3));
            return model.Transform(data).GetColumn<float>("Probability").Average();
        }
        Assert.IsGreaterThan(Mean(1), Mean(10));
    }

    [TestMethod]
    public void Short_form_and_validation_rows()
    {
        var trainer = _ml.Graphs().GraphBinaryClassification("IsStar", Columns, GraphNetwork.Gcn(8), epochs: 2);
        using var model = trainer.Fit(Shapes(30), Shapes(10, 2));
        Assert.HasCount(2, model.History.Epochs);
        Assert.IsTrue(model.History.Epochs.All(epoch => epoch.ValidationMetrics!.ContainsKey("accuracy")));
    }

    [TestMethod]
    public void Other_labels_are_errors()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Fit(Shapes(6), options => options.LabelColumnName = "Size"));
        StringAssert.Contains(error.Message, "'Size'");
        error = Assert.ThrowsExactly<ArgumentException>(() => Fit(Shapes(6), options => options.PositiveWeight = 0));
        StringAssert.Contains(error.Message, "PositiveWeight");
    }

    private static void Close(IEnumerable<float> expected, IEnumerable<float> found)
    {
        float[] one = [.. expected], other = [.. found];
        Assert.HasCount(one.Length, other);
        for (var i = 0; i < one.Length; i++)
            Assert.AreEqual(one[i], other[i], 1e-5f, $"row {i}");
    }
}
