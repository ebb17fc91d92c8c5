using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Single nodes and pairs in prediction engines, and what is said of nodes that a model doesn't know.</summary>
[TestClass]
public class UnknownNodeTests
{
    private readonly MLContext _ml = new(1);

    public sealed class Found
    {
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }

    public sealed class FoundLink
    {
        public bool PredictedLabel { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }
    }

    public sealed class FoundVector
    {
        public float[] Embedding { get; set; } = [];
    }

    private static void Error<T>(Action act, params string[] parts) where T : Exception
    {
        var error = Assert.ThrowsExactly<T>(act);
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void An_engine_finds_known_nodes_by_their_ids(bool sampled)
    {
        var nodes = TwoCliques.View(_ml);
        var trainer = NodeTrainerTests.Trainer(_ml, GraphNetwork.Gcn(dropout: 0), options =>
        {
            options.FanOuts = sampled ? [3, 3] : null;
            options.Epochs = 5;
        });
        var model = _ml.Transforms.CopyColumns("Given", "Features").Append(trainer).Fit(nodes);
        var expected = model.Transform(nodes).GetColumn<float[]>("Score").ToArray();
        using var engine = _ml.Model.CreatePredictionEngine<Member, Found>(model);
        foreach (var row in (int[])[3, 12, 3])
            CollectionAssert.AreEqual(expected[row], engine.Predict(TwoCliques.Nodes()[row]).Score);
        Assert.AreNotEqual(0u, engine.Predict(TwoCliques.Nodes()[3]).PredictedLabel);
        var stranger = TwoCliques.Nodes()[3];
        stranger.Id = "who";
        var found = engine.Predict(stranger);
        Assert.AreEqual(0u, found.PredictedLabel);
        Assert.IsTrue(found.Score.All(float.IsNaN));
    }

    [TestMethod]
    public void Without_ids_an_engine_says_what_to_set()
    {
        var nodes = TwoCliques.View(_ml);
        using var model = _ml.Graphs().NodeClassification(new() { Edges = TwoCliques.ByRow(_ml), Epochs = 1 }).Fit(nodes);
        Error<NotSupportedException>(() => _ml.Model.CreatePredictionEngine<Member, Found>(model), "set NodeIdColumnName");
        var vectors = _ml.Graphs().NodeEmbedding(new() { Edges = TwoCliques.ByRow(_ml), EmbeddingSize = 4, Epochs = 1 }).Fit(nodes);
        Error<NotSupportedException>(() => _ml.Model.CreatePredictionEngine<Member, FoundVector>(vectors),
            "NodeIdColumnName");
    }

    private LinkPredictionTransformer Links(BadRows badRows, bool typed = false, IDataView? validation = null) =>
        _ml.Graphs().LinkPrediction(new()
        {
            Edges = new(_ml.Data.LoadFromEnumerable(TwoCliques.Edges())) { RelationColumnName = typed ? "Relation" : null },
            NodeIdColumnName = "Id", Decoder = LinkDecoder.DistMult, Epochs = 3, BadRows = badRows, EmbeddingSize = 6,
            ValidationData = validation, Target = ExecutionTarget.Cpu(1),
            Network = typed ? GraphNetwork.Rgcn(8) : GraphNetwork.Gcn(8),
        }).Fit(TwoCliques.View(_ml));

    private static readonly Friendship[] Pairs = [new("n1", "n2", 0, 0), new("n1", "who", 0, 0), new("", "n2", 0, 0),
        new("n3", "n11", 0, 0)];

    [TestMethod]
    public void Pairs_of_unknown_nodes_are_errors_or_have_no_prediction()
    {
        var pairs = _ml.Data.LoadFromEnumerable(Pairs);
        using var strict = Links(BadRows.Error);
        Error<InvalidDataException>(() => strict.Transform(pairs).GetColumn<float>("Score").ToArray(),
            "'Target' of the pairs, row 1", "'who'");
        using var model = Links(BadRows.Skip);
        var scored = model.Transform(pairs);
        var scores = scored.GetColumn<float>("Score").ToArray();
        CollectionAssert.AreEqual(new[] { false, true, true, false }, scores.Select(float.IsNaN).ToArray());
        CollectionAssert.AreEqual(new[] { false, true, true, false }, scored.GetColumn<float>("Probability").Select(float.IsNaN).ToArray());
        var labels = scored.GetColumn<bool>("PredictedLabel").ToArray();
        Assert.IsFalse(labels[1] || labels[2]);
        var known = model.Transform(_ml.Data.LoadFromEnumerable(new[] { Pairs[0], Pairs[3] })).GetColumn<float>("Score").ToArray();
        CollectionAssert.AreEqual(known, new[] { scores[0], scores[3] });
        // all of them
        Assert.IsTrue(model.Transform(_ml.Data.LoadFromEnumerable(Pairs[1..3])).GetColumn<float>("Score").All(float.IsNaN));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void An_engine_scores_single_pairs(bool typed)
    {
        using var strict = Links(BadRows.Error, typed);
        using var model = Links(BadRows.Skip, typed);
        var pairs = _ml.Data.LoadFromEnumerable(Pairs);
        var expected = model.Transform(pairs).GetColumn<float>("Score").ToArray();
        using var engine = _ml.Model.CreatePredictionEngine<Friendship, FoundLink>(model);
        for (var i = 0; i < Pairs.Length; i++)
        {
            var found = engine.Predict(Pairs[i]);
            Assert.AreEqual(expected[i], found.Score, 1e-5f);
            Assert.AreEqual(1 / (1 + MathF.Exp(-expected[i])), found.Probability, 1e-5f);
            Assert.AreEqual(expected[i] > 0, found.PredictedLabel);
        }
        using var strictEngine = _ml.Model.CreatePredictionEngine<Friendship, FoundLink>(strict);
        Assert.AreEqual(expected[0], strictEngine.Predict(Pairs[0]).Score, 1e-5f);
        Error<InvalidDataException>(() => strictEngine.Predict(Pairs[1]), "'Target'", "'who'");
        Friendship untyped = new("n1", "n2", 0, 0) { Relation = 9 };
        if (typed)
            Error<InvalidDataException>(() => strictEngine.Predict(untyped), "'Relation'", "missing");
        Assert.AreEqual(typed, float.IsNaN(engine.Predict(untyped).Score));
        Error<NotSupportedException>(() => _ml.Model.CreatePredictionEngine<Member, FoundVector>(model), "depends on the nodes around it");
    }

    [TestMethod]
    public void Relations_of_other_edges_and_pairs_are_told_apart_by_name()
    {
        Named[] edges = [.. TwoCliques.Edges().Select(edge =>
            new Named(edge.Source, edge.Target, edge.SourceRow % 2 == 0 ? "even" : "odd"))];
        IDataView Keyed(Named[] rows, params string[] order) => _ml.Transforms.Conversion.MapValueToKey("Relation").Fit(
            _ml.Data.LoadFromEnumerable(order.Select(name => new Named("", "", name)).ToArray()))
            .Transform(_ml.Data.LoadFromEnumerable(rows));
        GraphEdgeColumns Columns(params string[] order) => new(Keyed(edges, order)) { RelationColumnName = "Relation" };
        var nodes = TwoCliques.View(_ml);
        using var model = NodeTrainerTests.Trainer(_ml, GraphNetwork.Rgcn(4), options => options.Edges = Columns("even", "odd")).Fit(nodes);
        float[] Scores(NodePredictionTransformer of) => [.. of.Transform(nodes).GetColumn<float[]>("Score").SelectMany(score => score)];
        CollectionAssert.AreEqual(Scores(model), Scores(model.WithEdges(Columns("new", "odd", "even"))));
        CollectionAssert.AreEqual(Scores(model), Scores(model.WithEdges(Columns("new", "odd", "even")).WithEdges(Columns("odd", "even"))));

        using var links = _ml.Graphs().LinkPrediction(new()
        {
            Edges = Columns("even", "odd"), NodeIdColumnName = nameof(Member.Id), Epochs = 3, Network = GraphNetwork.Rgcn(4),
            Decoder = LinkDecoder.DistMult, Target = ExecutionTarget.Cpu(1),
        }).Fit(nodes);
        float[] Linked(LinkPredictionTransformer of, params string[] order) =>
            [.. of.Transform(Keyed(edges, order)).GetColumn<float>("Score")];
        var expected = Linked(links, "even", "odd");
        CollectionAssert.AreEqual(expected, Linked(links, "new", "odd", "even"));
        CollectionAssert.AreEqual(expected, Linked(links.WithGraph(nodes, Columns("odd", "even")), "odd", "even"));
    }

    private sealed record Named(string Source, string Target, string Relation)
    {
        public Named() : this("", "", "")
        {
        }

        public string Source { get; set; } = Source;

        public string Target { get; set; } = Target;

        public string Relation { get; set; } = Relation;
    }

    [TestMethod]
    public void Pairs_to_validate_on_are_left_out_and_counted()
    {
        var pairs = _ml.Transforms.CustomMapping<Friendship, Labelled>((pair, to) => to.Label = pair.Source == "n1", null)
            .Fit(_ml.Data.LoadFromEnumerable(Pairs)).Transform(_ml.Data.LoadFromEnumerable(Pairs));
        using var model = Links(BadRows.Skip, validation: pairs);
        Assert.AreEqual(2, model.History.SkippedValidationRows);
        Assert.IsTrue(model.History.Epochs.All(epoch => epoch.ValidationLoss is not null));
        Error<InvalidDataException>(() => Links(BadRows.Error, validation: pairs), "'who'");
    }

    private sealed class Labelled
    {
        public bool Label { get; set; }
    }

    [TestMethod]
    public void Vectors_of_unknown_nodes_are_errors_or_nothing()
    {
        var nodes = TwoCliques.View(_ml);
        NodeEmbeddingTransformer Train(BadRows badRows) => _ml.Graphs().NodeEmbedding(new()
        {
            Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", EmbeddingSize = 4, Epochs = 1, BadRows = badRows,
            Target = ExecutionTarget.Cpu(1),
        }).Fit(nodes);
        var some = TwoCliques.Nodes()[..3];
        some[1].Id = "who";
        var view = TwoCliques.View(_ml, some);
        var strict = Train(BadRows.Error);
        Error<InvalidDataException>(() => strict.Transform(view).GetColumn<float[]>("Embedding").ToArray(),
            "'Id' of the rows, row 1", "'who'");
        var model = Train(BadRows.Skip);
        var vectors = model.Transform(view).GetColumn<float[]>("Embedding").ToArray();
        CollectionAssert.AreEqual(new[] { false, true, false }, vectors.Select(vector => vector.All(float.IsNaN)).ToArray());
        using var stream = new MemoryStream();
        _ml.Model.Save(strict, nodes.Schema, stream);
        var loaded = new MLContext().Model.Load(stream, out _).Transform(view).GetColumn<float[]>("Embedding").ToArray();
        for (var i = 0; i < 3; i++)
            CollectionAssert.AreEqual(vectors[i], loaded[i]);
    }

    [TestMethod]
    public void After_disposal_nothing_is_scored()
    {
        var nodes = TwoCliques.View(_ml);
        foreach (var fanOuts in (int[]?[])[null, [3, 3]])
        {
            var model = NodeTrainerTests.Trainer(_ml, GraphNetwork.Gcn(), options => (options.FanOuts, options.Epochs) = (fanOuts, 1))
                .Fit(nodes);
            model.Dispose();
            Assert.ThrowsExactly<ObjectDisposedException>(() => model.Transform(nodes).GetColumn<float[]>("Score").ToArray());
        }
        var links = Links(BadRows.Error);
        links.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(
            () => links.Transform(_ml.Data.LoadFromEnumerable(Pairs[..1])).GetColumn<float>("Score").ToArray());
        Assert.ThrowsExactly<ObjectDisposedException>(() => links.EmbedNodes().GetColumn<float[]>("Embedding").ToArray());
    }
}
