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

    [TestMethod]
    public void Weights_of_0_are_named_where_sums_of_them_divide_in_training_and_scoring()
    {
        GraphEdgeColumns bad = Edges((2, 0)), negative = Edges((2, -1));
        var nodes = TwoCliques.View(_ml);
        void Fails(string start, Action act) =>
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(act).Message, start);
        using var model = Nodes(Edges(), GraphNetwork.Sgc());
        Assert.IsTrue(model.Info.Graph!.NeedsPositiveWeights);
        using var other = model.WithEdges(negative);
        Fails("Column 'Weight', row 2: the edge from node 'n0' to node 'n3' weighs -1; the model divides by sums of weights and needs "
            + "weights above 0", () => other.Transform(nodes).GetColumn<float[]>("Score").ToArray());
        Fails("SGC divides", () => Nodes(bad, GraphNetwork.Sgc()));
        Fails("SGC divides", () => _ml.Graphs().LinkPrediction(new()
        {
            Edges = bad, NodeIdColumnName = "Id", Network = GraphNetwork.Sgc(),
        }).Fit(nodes));
        Fails("row 2: the edge from node 'n0' to node 'n3' weighs -1; a random walk chooses edges by their weights and needs weights of at "
            + "least 0", () => _ml.Graphs().NodeEmbedding(new() { Edges = negative, NodeIdColumnName = "Id", Epochs = 1 }).Fit(nodes));
        // Rows of edges that are left out.
        using var skipped = Nodes(new(bad.Data) { WeightColumnName = "Weight", BadRows = BadRows.Skip }, GraphNetwork.Sgc());
        Assert.IsTrue(skipped.Transform(nodes).GetColumn<float[]>("Score").All(scores => scores.All(float.IsFinite)));

        WeightedShape[] shapes = [.. Enumerable.Range(0, 6).Select(i => new WeightedShape { Label = i, Weights = [1, 1] })];
        GraphPredictionTransformer Graphs(BadRows badRows) => _ml.Graphs().GraphRegression(new()
        {
            Columns = new() { NodeFeatureCount = 2, EdgeWeightsColumnName = "Weights" }, Network = GraphNetwork.Sgc(), Epochs = 1,
            BadRows = badRows,
        }).Fit(_ml.Data.LoadFromEnumerable(shapes));
        using var ofGraphs = Graphs(BadRows.Error);
        shapes[4].Weights[1] = 0;
        Fails("Column 'Weights', row 4: the edge from node 1 to node 0 weighs 0; SGC divides", () => Graphs(BadRows.Error));
        Fails("Column 'Weights', row 4: the edge from node 1 to node 0 weighs 0; the model divides",
            () => ofGraphs.Transform(_ml.Data.LoadFromEnumerable(shapes)).GetColumn<float>("Score").ToArray());
        using var lenient = Graphs(BadRows.Skip);
        float[] scores = [.. lenient.Transform(_ml.Data.LoadFromEnumerable(shapes)).GetColumn<float>("Score")];
        Assert.AreEqual(5, scores.Count(float.IsFinite));
        Assert.IsTrue(float.IsNaN(scores[4]));
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
