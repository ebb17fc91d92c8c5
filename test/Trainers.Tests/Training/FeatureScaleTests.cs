using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;
using Shape = MLSeqGraph.Trainers.Tests.Graphs.Shape;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>
/// A factor on features of nodes or edges or on edges' weights, of one column or of all, changes nothing: the deployed model is given what
/// the training was given.
/// </summary>
[TestClass]
public class FeatureScaleTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Node
    {
        [VectorType(6)]
        public VBuffer<float> Features { get; set; }

        public float Label { get; set; }
    }

    private sealed class Edge
    {
        public int Source { get; set; }

        public int Target { get; set; }

        public float Weight { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Whole
    {
        public float[] NodeFeatures { get; set; } = [];

        public int[] Edges { get; set; } = [];

        public float[] EdgeFeatures { get; set; } = [];

        public float[] EdgeWeights { get; set; } = [];

        public float Label { get; set; }
    }

    private IDataView Nodes(float first, float others, bool isSparse = false)
    {
        var random = new Random(3);
        return _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(node =>
        {
            float[] values = [.. Enumerable.Range(0, 6).Select(column =>
                isSparse && column != node % 6 ? 0 : (1 + random.NextSingle() - (column == 2 ? 3 : 0)) * (column == 0 ? first : others))];
            return new Node { Features = new(6, values), Label = node % 6 };
        }).ToArray());
    }

    private GraphEdgeColumns Edges(float weights = 1, float features = 1)
    {
        var random = new Random(5);
        return new(_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 90).Select(_ => new Edge
        {
            Source = random.Next(30), Target = random.Next(30), Weight = (0.5f + random.NextSingle()) * weights,
            Features = [random.NextSingle() * features, 1 + random.NextSingle()],
        }).ToArray()))
        {
            WeightColumnName = weights == 0 ? null : nameof(Edge.Weight), FeaturesColumnName = features == 0 ? null : nameof(Edge.Features),
        };
    }

    private float[] Scores(IDataView nodes, GraphEdgeColumns edges, GraphNetwork network, IReadOnlyList<int>? fanOuts = null)
    {
        using var model = _ml.Graphs().NodeRegression(new()
        {
            Edges = edges, Network = network, Epochs = 15, FanOuts = fanOuts, Target = ExecutionTarget.Cpu(1),
        }).Fit(nodes);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        return [.. model.Transform(nodes).GetColumn<float>("Score")];
    }

    private static void Same(float[] expected, float[] found)
    {
        Assert.IsGreaterThan(0.1f, expected.Max() - expected.Min());
        for (var row = 0; row < expected.Length; row++)
            Assert.AreEqual(expected[row], found[row], 0.01f * Math.Max(1, Math.Abs(expected[row])), $"row {row}");
    }

    [TestMethod]
    [DataRow(1e-30f)]
    [DataRow(1e-6f)]
    [DataRow(1e30f)]
    public void On_features_of_nodes(float factor)
    {
        var edges = Edges(0, 0);
        var network = GraphNetwork.Gcn(8, dropout: 0);
        foreach (var isSparse in (bool[])[false, true])
        {
            var expected = Scores(Nodes(1, 1, isSparse), edges, network);
            Same(expected, Scores(Nodes(factor, factor, isSparse), edges, network));
            Same(expected, Scores(Nodes(factor, 1, isSparse), edges, network));
        }
    }

    [TestMethod]
    [DataRow(1e-29f)]
    [DataRow(1e29f)]
    public void On_features_and_weights_of_edges(float factor)
    {
        var nodes = Nodes(1, 1);
        Same(Scores(nodes, Edges(1, 0), GraphNetwork.Gcn(8, dropout: 0)), Scores(nodes, Edges(factor, 0), GraphNetwork.Gcn(8, dropout: 0)));
        Same(Scores(nodes, Edges(0), GraphNetwork.Gat(4, dropout: 0)), Scores(nodes, Edges(0, factor), GraphNetwork.Gat(4, dropout: 0)));
    }

    [TestMethod]
    public void With_sampled_neighbors()
    {
        var network = GraphNetwork.Gcn(8, dropout: 0);
        Same(Scores(Nodes(1, 1), Edges(1, 0), network, [4, 4]), Scores(Nodes(1e-20f, 1), Edges(1e20f, 0), network, [4, 4]));
    }

    [TestMethod]
    [DataRow(1e-29f)]
    [DataRow(1e29f)]
    public void On_graphs(float factor)
    {
        float[] Of(float nodes, float edges, float weights)
        {
            var random = new Random(2);
            var data = _ml.Data.LoadFromEnumerable(Shape.Make(30).Select(shape => new Whole
            {
                NodeFeatures = [.. shape.NodeFeatures.Select((_, i) => random.NextSingle() * (i % 2 == 0 ? nodes : 1))],
                Edges = shape.Edges,
                EdgeFeatures = [.. shape.EdgeFeatures.Select(_ => random.NextSingle() * edges)],
                EdgeWeights = [.. shape.EdgeFeatures.Select(_ => (0.5f + random.NextSingle()) * weights)], Label = shape.Size,
            }).ToArray());
            var columns = weights == 0
                ? new GraphColumns { NodeFeatureCount = 2, EdgeFeaturesColumnName = "EdgeFeatures", EdgeFeatureCount = 1 }
                : new GraphColumns { NodeFeatureCount = 2, EdgeWeightsColumnName = "EdgeWeights" };
            using var model = _ml.Graphs().GraphRegression(new()
            {
                Columns = columns, Network = weights == 0 ? GraphNetwork.Gat(4, dropout: 0) : GraphNetwork.Gcn(8, dropout: 0), Epochs = 5,
                Target = ExecutionTarget.Cpu(1),
            }).Fit(data);
            return [.. model.Transform(data).GetColumn<float>("Score")];
        }
        Same(Of(1, 1, 0), Of(factor, factor, 0));
        Same(Of(1, 1, 1), Of(1, 1, factor));
    }

    [TestMethod]
    [DataRow(1e-29f)]
    [DataRow(1e29f)]
    public void On_links(float factor)
    {
        float[] Of(float factor)
        {
            using var model = _ml.Graphs().LinkPrediction(new()
            {
                Edges = Edges(factor, 0), Epochs = 10, Target = ExecutionTarget.Cpu(1),
            }).Fit(Nodes(factor, factor));
            var pairs = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 29).Select(node => new Edge { Source = node, Target = node + 1 }));
            return [.. model.Transform(pairs).GetColumn<float>("Score")];
        }
        Same(Of(1), Of(factor));
    }

    [TestMethod]
    public void Bags_of_words_and_constants_stay_what_they_are()
    {
        float[] indicators = [1, 0, 3, 0, 1, 3, 1, 0, 3];
        Assert.IsNull(FeatureScaling.Of([1, 0, 0, 1, 1, 0], 2));
        // the second column is all 0, the third is constant
        float[] one = [1, 0, 1];
        var scaling = FeatureScaling.Of(indicators, 3)!;
        scaling.Undo(one);
        CollectionAssert.AreEqual(new float[] { 1, 0, 3 }, one);
    }

    [TestMethod]
    public void Columns_get_mean_0_and_variance_1_but_zeros_stay_where_most_are()
    {
        float[] one = [1, 1];
        // 2 and 6; 0, 0, 0 and 3 and 5: of those with zeros alike the mean moves
        FeatureScaling.Of([2, 0, 6, 0, 2, 0, 6, 3, 2, 5, 6, 0], 2)!.Undo(one);
        Assert.AreEqual(6, one[0], 1e-6f);
        Assert.AreEqual(Math.Sqrt(17), one[1], 1e-6f);
        float[] mixed = [0];
        FeatureScaling.Of([0, 2, 4, 2], 1)!.Undo(mixed);
        Assert.AreEqual(2, mixed[0], 1e-6f);
        Assert.AreEqual(2, FeatureScaling.UnitOf([1, -3]));
    }
}
