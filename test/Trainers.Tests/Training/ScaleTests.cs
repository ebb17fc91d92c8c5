using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers.Tests.Graphs;
using Shape = MLSeqGraph.Trainers.Tests.Graphs.Shape;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>A factor on features, labels or weights changes nothing but the unit.</summary>
[TestClass]
public class ScaleTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }

        public float Weight { get; set; }
    }

    private IDataView Rows(float features = 1, float labels = 1, float weights = 1)
    {
        var random = new Random(1);
        return _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 64).Select(_ =>
        {
            float[] steps = [.. Enumerable.Range(0, 4).Select(_ => random.NextSingle())];
            return new Row { Features = Array.ConvertAll(steps, step => step * features), Label = steps.Sum() * labels,
                Weight = weights * (1 + random.Next(3)) };
        }).ToArray());
    }

    private double RSquared(IDataView data)
    {
        SequenceRegressionTrainer.Options options = new()
        {
            Network = SequenceNetwork.Gru(hidden: 8), Epochs = 30, BatchSize = 16, LearningRate = 0.02f, ExampleWeightColumnName = "Weight",
        };
        using var model = _ml.Sequences().Regression(options).Fit(data);
        return _ml.Sequences().EvaluateRegression(model.Transform(data)).RSquared;
    }

    [TestMethod]
    [DataRow(1e-30f)]
    [DataRow(1e-6f)]
    [DataRow(1e6f)]
    [DataRow(1e30f)]
    public void Factors_change_nothing(float factor)
    {
        var expected = RSquared(Rows());
        Assert.IsGreaterThan(0.9, expected);
        Assert.AreEqual(expected, RSquared(Rows(features: factor)), 0.02, "features");
        Assert.AreEqual(expected, RSquared(Rows(labels: factor)), 0.02, "labels");
        Assert.AreEqual(expected, RSquared(Rows(weights: factor)), 0.02, "weights");
    }

    private sealed class ScaledGraph
    {
        public float[] NodeFeatures { get; set; } = [];

        public int[] Edges { get; set; } = [];

        public float Label { get; set; }

        public float Weight { get; set; }
    }

    private sealed class ScaledNode
    {
        [VectorType(TwoCliques.Features)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }

        public float Weight { get; set; }
    }

    [TestMethod]
    [DataRow(1e-30f)]
    [DataRow(1e-6f)]
    [DataRow(1e30f)]
    public void Factors_on_labels_and_weights_of_graphs_and_nodes_change_nothing(float factor)
    {
        float[] Graphs(float labels, float weights)
        {
            var data = _ml.Data.LoadFromEnumerable(Shape.Make(40).Select((shape, i) => new ScaledGraph
            {
                NodeFeatures = shape.NodeFeatures, Edges = shape.Edges, Label = shape.Size * labels, Weight = (1 + i % 3) * weights,
            }).ToArray());
            using var model = _ml.Graphs().GraphRegression(new()
            {
                Columns = new() { NodeFeatureCount = 2 }, Network = GraphNetwork.Gcn(8, dropout: 0), ExampleWeightColumnName = "Weight",
                Epochs = 10, LearningRate = 0.02f, Target = ExecutionTarget.Cpu(1),
            }).Fit(data);
            return [.. model.Transform(data).GetColumn<float>("Score").Select(score => score / labels)];
        }
        float[] Nodes(float labels, float weights)
        {
            var data = _ml.Data.LoadFromEnumerable(TwoCliques.Nodes().Select((node, i) => new ScaledNode
            {
                Features = node.Features, Label = node.Distance * labels, Weight = (1 + i % 3) * weights,
            }).ToArray());
            using var model = _ml.Graphs().NodeRegression(new()
            {
                Edges = TwoCliques.ByRow(_ml), Network = GraphNetwork.Gcn(8, dropout: 0), ExampleWeightColumnName = "Weight", Epochs = 20,
                Target = ExecutionTarget.Cpu(1),
            }).Fit(data);
            return [.. model.Transform(data).GetColumn<float>("Score").Select(score => score / labels)];
        }
        foreach (var predict in (Func<float, float, float[]>[])[Graphs, Nodes])
        {
            var expected = predict(1, 1);
            foreach (var found in (float[][])[predict(factor, 1), predict(1, factor)])
                for (var row = 0; row < expected.Length; row++)
                    Assert.AreEqual(expected[row], found[row], 0.01f * Math.Max(1, Math.Abs(expected[row])), $"row {row}");
        }
    }

    [TestMethod]
    public void Constant_features_and_labels_stay_what_they_are()
    {
        var constant = _ml.Data.LoadFromEnumerable(Enumerable.Repeat(new Row { Features = [0.1f, 0.1f], Label = 3e-20f, Weight = 1 }, 20));
        SequenceRegressionTrainer.Options options = new() { Network = SequenceNetwork.Gru(hidden: 4), Epochs = 60, LearningRate = 0.05f };
        using var model = _ml.Sequences().Regression(options).Fit(constant);
        Assert.IsTrue(model.Transform(constant).GetColumn<float>("Score").All(score => float.IsFinite(score) && Math.Abs(score) < 0.1f));
    }
}
