using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Columns beside the features of nodes: learned from, deployed, saved, scored over other edges.</summary>
[TestClass]
public class NodeSideInputTests
{
    private const int Count = 120;

    private readonly MLContext _ml = new(seed: 1);

    public sealed class Node
    {
        public int Id { get; set; }

        [VectorType(3)]
        public float[] Features { get; set; } = [];

        [VectorType(2)]
        public float[] Facts { get; set; } = [];

        public string Place { get; set; } = "";

        public float Age { get; set; }

        public float[] Series { get; set; } = [];

        public string[] Words { get; set; } = [];

        public string Label { get; set; } = "";

        public string Split { get; set; } = "";
    }

    public sealed class Edge
    {
        public int Source { get; set; }

        public int Target { get; set; }
    }

    // A node's class is told by its feature and, by turns, by its place: neither tells it alone. Edges tell nothing.
    private static Node[] Nodes(int seed = 1, float scale = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Count).Select(id =>
        {
            bool first = random.Next(2) == 0, inland = random.Next(2) == 0;
            return new Node
            {
                Id = id,
                Features = [first ? 1 : -1, 0, 0],
                Facts = [scale * (inland ? 1 : -1), scale * random.NextSingle()],
                Place = inland ? "inland" : "coast",
                Age = inland ? 70 : 20,
                Series = [.. Enumerable.Range(0, 1 + id % 4).Select(step => scale * (inland ? 5f : 1) + step)],
                Words = [.. Enumerable.Range(0, 1 + id % 3).Select(step => (inland ? "ab" : "cd")[step % 2].ToString())],
                Label = first == inland ? "yes" : "no",
                Split = id % 3 == 0 ? "test" : "train",
            };
        })];
    }

    private GraphEdgeColumns Edges(int count = 60) => new(_ml.Data.LoadFromEnumerable(
        Enumerable.Range(0, count).Select(i => new Edge { Source = i, Target = (i * 7 + 3) % Count })));

    private IDataView Keyed(IEnumerable<Node> nodes, out ITransformer keys)
    {
        var view = _ml.Data.LoadFromEnumerable(nodes);
        keys = _ml.Transforms.Conversion.MapValueToKey("Label").Append(_ml.Transforms.Conversion.MapValueToKey("Place"))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Words")).Fit(view);
        return keys.Transform(view);
    }

    private NodeClassificationTrainer.Options Options(params InputColumn[] inputs) => new()
    {
        Edges = Edges(),
        NodeIdColumnName = "Id",
        SplitColumnName = "Split",
        Network = GraphNetwork.Sage(16, dropout: 0),
        Epochs = 60,
        LearningRate = 0.02f,
        Inputs = inputs,
        Target = ExecutionTarget.Cpu(1),
    };

    private NodePredictionTransformer Fit(IDataView nodes, NodeClassificationTrainer.Options options) =>
        _ml.Graphs().NodeClassification(options).Fit(nodes);

    // Of the nodes that were not trained on.
    private static double Accuracy(NodePredictionTransformer model, IDataView nodes)
    {
        var scored = model.Transform(nodes);
        return scored.GetColumn<uint>("Label").Zip(scored.GetColumn<uint>("PredictedLabel"), (label, found) => label == found ? 1.0 : 0)
            .Where((_, id) => id % 3 == 0).Average();
    }

    private static IEnumerable<object[]> Kinds =>
    [
        [InputColumn.Vector("Facts"), false], [InputColumn.Vector("Age"), false], [InputColumn.Category("Place"), false],
        [InputColumn.Category("Place", 4) with { Name = "where" }, true], [InputColumn.Vector("Facts"), true],
        [InputColumn.Series("Series"), false], [InputColumn.Tokens("Words", 4) with { Name = "text" }, true],
    ];

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void An_input_beside_the_features_tells_what_they_alone_do_not(InputColumn input, bool sampled)
    {
        var nodes = Keyed(Nodes(), out _);
        NodeClassificationTrainer.Options Of(params InputColumn[] inputs)
        {
            var options = Options(inputs);
            if (sampled)
                (options.FanOuts, options.BatchSize, options.Epochs) = ([4, 4], 20, 30);
            return options;
        }
        using var alone = Fit(nodes, Of());
        using var beside = Fit(nodes, Of(input));
        Assert.IsLessThan(0.75, Accuracy(alone, nodes));
        Assert.IsGreaterThan(0.95, Accuracy(beside, nodes));
        Assert.IsLessThan(1e-4, beside.Info.Verification!.LargestDifference);
        Assert.AreEqual(input.Name, beside.Info.Sides.Single().Name);
        Assert.IsEmpty(alone.Info.Sides);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void All_inputs_together_score_alike_saved_exported_and_over_other_edges(bool sampled)
    {
        var nodes = Keyed(Nodes(), out _);
        var options = Options(InputColumn.Vector("Facts"), InputColumn.Vector("Age"), InputColumn.Category("Place"),
            InputColumn.Vector("Facts") with { Name = "as they are", Standardize = false }, InputColumn.Series("Series"),
            InputColumn.Tokens("Words"));
        (options.Epochs, options.OutputVector) = (3, true);
        options.FanOuts = sampled ? [3, 3] : null;
        using var model = Fit(nodes, options);
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("nodes.onnx"));
        using var stream = new MemoryStream();
        _ml.Model.Save(model, nodes.Schema, stream);
        AssertSame(Scores(model, nodes), Scores(new MLContext().Model.Load(stream, out _), nodes));
        using var applied = _ml.Transforms.ApplyNodeModel(folder.File("nodes.onnx"), Edges(), "Id").Fit(nodes);
        Assert.HasCount(6, applied.Info.Sides);
        AssertSame(Scores(model, nodes), Scores(applied, nodes));
        // Other nodes over other edges; the side columns are theirs.
        var others = Keyed(Nodes(seed: 2), out _);
        using var moved = model.WithEdges(Edges(20));
        using var appliedToo = _ml.Transforms.ApplyNodeModel(folder.File("nodes.onnx"), Edges(20), "Id").Fit(others);
        AssertSame(Scores(moved, others), Scores(appliedToo, others));
        Assert.IsFalse(Scores(moved, others)[0].SequenceEqual(Scores(model, nodes)[0]));
    }

    [TestMethod]
    public void Features_that_are_sparse_and_normalized_have_them_beside_too()
    {
        var sparse = Nodes();
        foreach (var node in sparse)
            node.Features = [node.Features[0] > 0 ? 3 : 0, node.Features[0] > 0 ? 0 : 0.5f, 0];
        var options = Options(InputColumn.Category("Place"));
        options.NormalizeFeatureRows = true;
        var nodes = Keyed(sparse, out _);
        using var model = Fit(nodes, options);
        Assert.IsGreaterThan(0.95, Accuracy(model, nodes));
    }

    [TestMethod]
    public void A_factor_on_a_vector_changes_nothing()
    {
        double Loss(float scale)
        {
            var options = Options(InputColumn.Vector("Facts"));
            options.Epochs = 4;
            using var model = Fit(Keyed(Nodes(scale: scale), out _), options);
            return model.History.Epochs[^1].Loss;
        }
        Assert.AreEqual(Loss(1), Loss(1 << 20), 1e-4);
    }

    [TestMethod]
    public void Links_read_them_too()
    {
        // Nodes are linked within their place; their features are all alike.
        var nodes = Nodes();
        Array.ForEach(nodes, node => node.Features = [1, 0, 0]);
        var random = new Random(3);
        var places = nodes.ToLookup(node => node.Place, node => node.Id);
        Edge[] edges = [.. nodes.SelectMany(node => Enumerable.Range(0, 4).Select(_ =>
            new Edge { Source = node.Id, Target = places[node.Place].ElementAt(random.Next(places[node.Place].Count())) }))];
        var view = Keyed(nodes, out _);
        var split = _ml.Data.RandomLinkSplit(view, new(_ml.Data.LoadFromEnumerable(edges)), "Id", 0, 0.2);
        LinkPredictionTransformer Train(params InputColumn[] inputs) => _ml.Graphs().LinkPrediction(new()
        {
            // of loops alone, so that nothing but the nodes themselves tells
            Edges = split.Training, NodeIdColumnName = "Id", Inputs = inputs, Decoder = LinkDecoder.Perceptron, Epochs = 60,
            Network = GraphNetwork.Custom("none", (x, channels) => x.Network.Linear(x.Features, channels)),
            Target = ExecutionTarget.Cpu(1),
        }).Fit(view);
        double Auc(ITransformer model) => _ml.BinaryClassification.Evaluate(model.Transform(split.Test)).AreaUnderRocCurve;
        using var alone = Train();
        using var beside = Train(InputColumn.Category("Place"));
        Assert.IsLessThan(0.6, Auc(alone));
        Assert.IsGreaterThan(0.7, Auc(beside));
        Assert.AreEqual("Place", beside.Info.Sides.Single().Name);
        Assert.HasCount(Count, beside.EmbedNodes().GetColumn<float[]>("Embedding").ToArray());
    }

    [TestMethod]
    public void A_category_that_is_missing_or_unseen_says_nothing()
    {
        var options = Options(InputColumn.Category("Place"));
        options.Epochs = 5;
        using var model = Fit(Keyed(Nodes(), out var keys), options);
        var nodes = Nodes();
        (nodes[100].Place, nodes[101].Place, nodes[102].Place) = ("moon", "", "coast");
        (nodes[100].Features, nodes[101].Features, nodes[102].Features) = ([1, 0, 0], [1, 0, 0], [1, 0, 0]);
        using var unlinked = model.WithEdges(Edges(0));
        var scores = Scores(unlinked, keys.Transform(_ml.Data.LoadFromEnumerable(nodes)));
        CollectionAssert.AreEqual(scores[100], scores[101]);
        CollectionAssert.AreNotEqual(scores[100], scores[102]);
    }

    [TestMethod]
    public void Inputs_that_do_not_fit_are_named()
    {
        var nodes = Keyed(Nodes(), out _);
        void Error<T>(string message, params InputColumn[] inputs) where T : Exception =>
            StringAssert.Contains(Assert.ThrowsExactly<T>(() => Fit(nodes, Options(inputs))).Message, message);
        Error<ArgumentException>("Column 'Nothing' not found", InputColumn.Vector("Nothing"));
        Error<ArgumentException>("Column 'Age' is Single: expected a key", InputColumn.Category("Age"));
        Error<ArgumentException>("Column 'Series' is Vector<Single>: expected tokens, a vector of keys", InputColumn.Tokens("Series"));
        Error<ArgumentException>("Column 'Age': Placement is Steps, but inputs stand beside the features of each node",
            InputColumn.Vector("Age") with { Placement = InputPlacement.Steps });
        Error<ArgumentException>("two inputs of the network are named 'Age'", InputColumn.Vector("Age"),
            InputColumn.Vector("Facts") with { Name = "Age" });
        foreach (var name in (string[])["x", "edge_index", "labels", "outputs"])
            Error<ArgumentException>("a name the model uses itself", InputColumn.Vector("Age") with { Name = name });
        Error<ArgumentException>("'Label', which the network reads as an input", InputColumn.Category("Label"));
        var bad = Nodes();
        bad[5].Facts = [1, float.NaN];
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Fit(Keyed(bad, out _), Options(InputColumn.Vector("Facts"))));
        StringAssert.Contains(error.Message, "Column 'Facts', row 5");
        var options = Options(InputColumn.Vector("Facts"));
        options.Epochs = 1;
        using var model = Fit(nodes, options);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => model.Transform(
            _ml.Transforms.Concatenate("Facts", "Facts", "Age").Fit(nodes).Transform(nodes))).Message, "the model reads a vector of 2");
    }

    private static float[][] Scores(ITransformer model, IDataView nodes)
    {
        var scored = model.Transform(nodes);
        var scores = scored.GetColumn<float[]>("Score");
        return [.. scored.Schema.GetColumnOrNull("Vector") is null ? scores
            : scores.Zip(scored.GetColumn<float[]>("Vector"), (score, vector) => (float[])[.. score, .. vector])];
    }

    private static void AssertSame(float[][] expected, float[][] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
            for (var k = 0; k < expected[i].Length; k++)
                Assert.AreEqual(expected[i][k], actual[i][k], 1e-5f);
    }
}
