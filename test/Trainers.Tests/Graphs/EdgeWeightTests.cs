using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Weights of edges near the ends of what a Single holds: named where they can't be computed with, right elsewhere.</summary>
[TestClass]
public class EdgeWeightTests
{
    private readonly MLContext _ml = new(1);

    private GraphEdgeColumns Edges(params (int Edge, float Weight)[] others)
    {
        var edges = TwoCliques.Edges();
        foreach (var edge in edges)
            edge.Weight = 1;
        foreach (var (edge, weight) in others)
            edges[edge].Weight = weight;
        return new(_ml.Data.LoadFromEnumerable(edges)) { WeightColumnName = nameof(Friendship.Weight) };
    }

    private NodePredictionTransformer Nodes(GraphEdgeColumns edges, GraphNetwork network) => _ml.Graphs().NodeClassification(new()
    {
        Edges = edges, NodeIdColumnName = "Id", Network = network, Epochs = 3, Target = ExecutionTarget.Cpu(1),
    }).Fit(TwoCliques.View(_ml));

    [TestMethod]
    [DataRow(1e-45f, "1E-45")]
    [DataRow(-1e-38f, "-1E-38")]
    [DataRow(3e38f, "3E+38")]
    [DataRow(float.PositiveInfinity, "Infinity")]
    public void A_weight_that_sums_can_not_hold_is_named(float weight, string text)
    {
        var edges = Edges((2, weight));
        void Fails(Action act) => StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(act).Message,
            $"Column 'Weight', row 2: the weight is {text}; expected 0, or a number of magnitude 1e-30 to 1e30");
        Fails(() => Nodes(edges, GraphNetwork.Gcn(dropout: 0)));
        Fails(() => Nodes(edges, GraphNetwork.Sage(8, dropout: 0, aggregator: SageAggregator.Sum)));
        Fails(() => _ml.Graphs().LinkPrediction(new() { Edges = edges, NodeIdColumnName = "Id" }).Fit(TwoCliques.View(_ml)));
        using var model = Nodes(Edges(), GraphNetwork.Gcn(dropout: 0));
        using var other = model.WithEdges(edges);
        Fails(() => other.Transform(TwoCliques.View(_ml)).GetColumn<float[]>("Score").ToArray());

        WeightedShape[] shapes = [.. Enumerable.Range(0, 6).Select(i => new WeightedShape { Label = i, Weights = [1, 1] })];
        shapes[4].Weights[1] = weight;
        var error = Assert.ThrowsExactly<InvalidDataException>(() => _ml.Graphs().GraphRegression(new()
        {
            Columns = new() { NodeFeatureCount = 2, EdgeWeightsColumnName = "Weights" },
        }).Fit(_ml.Data.LoadFromEnumerable(shapes)));
        StringAssert.StartsWith(error.Message, "Column 'Weights', row 4: ");
        StringAssert.Contains(error.Message, text);
    }

    private sealed class WeightedShape
    {
        public float[] NodeFeatures { get; set; } = [1, 2, 3, 4];

        public int[] Edges { get; set; } = [0, 1, 1, 0];

        public float[] Weights { get; set; } = [];

        public float Label { get; set; }
    }

    [TestMethod]
    public void Means_by_weights_don_t_depend_on_the_weights_unit()
    {
        foreach (var network in (GraphNetwork[])[GraphNetwork.Sage(8, dropout: 0), GraphNetwork.Gat(4, 2, dropout: 0),
            GraphNetwork.Gcn(8, dropout: 0, normalization: GraphNormalization.Row)])
        {
            float[] Scores(float unit)
            {
                var count = TwoCliques.Edges().Length;
                var edges = Edges([.. Enumerable.Range(0, count).Select(edge => (edge, unit * (1 + edge % 3)))]);
                using var model = Nodes(edges, network);
                Assert.IsTrue(model.History.Epochs.All(epoch => double.IsFinite(epoch.Loss)));
                return [.. model.Transform(TwoCliques.View(_ml)).GetColumn<float[]>("Score").SelectMany(scores => scores)];
            }
            Assert.IsTrue(Scores(1e-29f).Concat(Scores(1e29f)).All(float.IsFinite), network.Name);
            if (network.Name == "GraphSAGE")
                foreach (var (one, tiny, large) in Scores(1).Zip(Scores(1e-29f), Scores(1e29f)))
                    Assert.IsTrue(Math.Abs(one - tiny) < 1e-3 && Math.Abs(one - large) < 1e-3, $"{one}, {tiny}, {large}");
        }
    }
}
