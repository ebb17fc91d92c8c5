using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

[TestClass]
public class LinkPredictionTests
{
    private readonly MLContext _ml = new(1);

    private sealed class Typed
    {
        public string Source { get; set; } = "n1";

        public string Target { get; set; } = "n2";

        [KeyType(5)]
        public uint Relation { get; set; }
    }

    [TestMethod]
    [DataRow(LinkDecoder.DotProduct)]
    [DataRow(LinkDecoder.DistMult)]
    [DataRow(LinkDecoder.Perceptron)]
    public void Pairs_of_relations_that_training_did_not_know_are_bad_rows(LinkDecoder decoder)
    {
        var edges = new GraphEdgeColumns(_ml.Data.LoadFromEnumerable(TwoCliques.Edges())) { RelationColumnName = "Relation" };
        Typed[] rows = [.. ((uint[])[1, 9, 0, 3]).Select(relation => new Typed { Relation = relation })];   // 0 and 1 are known
        var pairs = _ml.Data.LoadFromEnumerable(rows);
        LinkPredictionTransformer Fit(BadRows badRows)
        {
            var options = Options(edges, decoder, isVariational: false, epochs: 2);
            (options.Network, options.BadRows) = (GraphNetwork.Rgcn(8), badRows);
            return _ml.Graphs().LinkPrediction(options).Fit(TwoCliques.View(_ml));
        }
        using (var strict = Fit(BadRows.Error))
        {
            var error = Assert.ThrowsExactly<InvalidDataException>(() => strict.Transform(pairs).GetColumn<float>("Score").ToArray());
            StringAssert.StartsWith(error.Message, "Column 'Relation' of the pairs, row 1: the relation is missing");
            var last = _ml.Data.SkipRows(pairs, 3);
            error = Assert.ThrowsExactly<InvalidDataException>(() => strict.Transform(last).GetColumn<float>("Score").ToArray());
            StringAssert.StartsWith(error.Message, "Column 'Relation' of the pairs, row 0 (id 3): found relation 3, counted from 0; the "
                + "model was trained on 2");
            var single = _ml.Model.CreatePredictionEngine<Typed, Linked>(strict);
            Assert.IsTrue(float.IsFinite(single.Predict(rows[0]).Score));
            Assert.ThrowsExactly<InvalidDataException>(() => single.Predict(rows[1]));
            Assert.ThrowsExactly<InvalidDataException>(() => single.Predict(rows[3]));
        }
        using var lenient = Fit(BadRows.Skip);
        bool[] known = [true, false, true, false];
        float[] scores = [.. lenient.Transform(pairs).GetColumn<float>("Score")];
        using var engine = _ml.Model.CreatePredictionEngine<Typed, Linked>(lenient);
        for (var row = 0; row < rows.Length; row++)
        {
            Assert.AreEqual(known[row], float.IsFinite(scores[row]), $"row {row}");
            Assert.AreEqual(scores[row], engine.Predict(rows[row]).Score, 1e-5f);
        }
        // Decoders that don't tell relations apart score pairs without them.
        if (decoder != LinkDecoder.DistMult)
            Assert.AreEqual(scores[0], lenient.Transform(_ml.Transforms.DropColumns("Relation").Fit(pairs).Transform(pairs))
                .GetColumn<float>("Score").ToArray()[1], 1e-5f);
    }

    private sealed class Linked
    {
        public float Score { get; set; }
    }

    [TestMethod]
    [DataRow(LinkDecoder.DotProduct, false)]
    [DataRow(LinkDecoder.DistMult, false)]
    [DataRow(LinkDecoder.Perceptron, false)]
    [DataRow(LinkDecoder.DotProduct, true)]
    public void Held_out_friends_are_found(LinkDecoder decoder, bool isVariational)
    {
        var nodes = TwoCliques.View(_ml, Marked());
        var split = _ml.Data.RandomLinkSplit(nodes, TwoCliques.ById(_ml), "Id", 0.1, 0.2, seed: 3);
        using var model = _ml.Graphs().LinkPrediction(Options(split.Training, decoder, isVariational)).Fit(nodes);
        Assert.IsLessThan(model.History.Epochs[0].Loss, model.History.Epochs[^1].Loss);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        var metrics = _ml.BinaryClassification.Evaluate(model.Transform(split.Test));
        Assert.IsGreaterThan(0.9, metrics.AreaUnderRocCurve);
    }

    [TestMethod]
    [DataRow(LinkDecoder.DotProduct, true)]
    [DataRow(LinkDecoder.DistMult, false)]
    [DataRow(LinkDecoder.Perceptron, false)]
    [DataRow(LinkDecoder.TransEL1, false)]
    [DataRow(LinkDecoder.TransEL2, false)]
    [DataRow(LinkDecoder.ComplEx, false)]
    [DataRow(LinkDecoder.RotatE, true)]
    public void The_exported_model_scores_pairs_as_the_pipeline_does(LinkDecoder decoder, bool isVariational)
    {
        var nodes = TwoCliques.View(_ml);
        using var model = _ml.Graphs().LinkPrediction(Options(TwoCliques.ById(_ml), decoder, isVariational, epochs: 5)).Fit(nodes);
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("links.onnx"));
        using var session = OnnxSession.Load(folder.File("links.onnx"));
        var members = TwoCliques.Nodes();
        long[] both = [.. TwoCliques.Edges().SelectMany(edge => (long[])[edge.SourceRow, edge.TargetRow]),
            .. TwoCliques.Edges().SelectMany(edge => (long[])[edge.TargetRow, edge.SourceRow])];
        long[] ends = [.. Enumerable.Range(0, both.Length / 2).SelectMany(i => new[] { both[2 * i], both[2 * i + 1] })];
        var edgeIndex = new long[both.Length];
        for (var i = 0; i < both.Length / 2; i++)
            (edgeIndex[i], edgeIndex[both.Length / 2 + i]) = (ends[2 * i], ends[2 * i + 1]);
        var result = session.Run(new Dictionary<string, TensorData>
        {
            ["x"] = TensorData.Create(members.SelectMany(member => member.Features).ToArray(), members.Length, TwoCliques.Features),
            ["edge_index"] = TensorData.Create(edgeIndex, 2, both.Length / 2),
            ["pair_index"] = TensorData.Create([0L, 3L, 15L, 5L, 12L, 1L], 2, 3),
        });
        var scored = model.Transform(_ml.Data.LoadFromEnumerable(
            new[] { new Friendship("n0", "n5", 0, 0), new Friendship("n3", "n12", 0, 0), new Friendship("n15", "n1", 0, 0) }));
        var scores = scored.GetColumn<float>("Score").ToArray();
        var probabilities = scored.GetColumn<float>("Probability").ToArray();
        for (var i = 0; i < 3; i++)
        {
            Assert.AreEqual(scores[i], result["Score"].As<float>()[i], 1e-4f);
            Assert.AreEqual(probabilities[i], result["Probability"].As<float>()[i], 1e-4f);
        }
        CollectionAssert.AreEqual(scores.Select(score => score > 0).ToArray(), scored.GetColumn<bool>("PredictedLabel").ToArray());
        float[] embeddings = [.. model.EmbedNodes().GetColumn<float[]>("Embedding").SelectMany(row => row)];
        Assert.HasCount(16 * 6, embeddings);
        for (var i = 0; i < embeddings.Length; i++)
            Assert.AreEqual(embeddings[i], result["Embedding"].As<float>()[i], 1e-4f);
    }

    [TestMethod]
    public void Relations_are_told_apart_by_their_diagonals()
    {
        // friends of both kinds in the left ring, of the second kind alone in the right one
        var edges = TwoCliques.Edges();
        foreach (var edge in edges)
            edge.Relation = edge.SourceRow < TwoCliques.Size ? 0u : 1u;
        var columns = new GraphEdgeColumns(_ml.Data.LoadFromEnumerable(edges)) { RelationColumnName = nameof(Friendship.Relation) };
        var nodes = TwoCliques.View(_ml, Marked());
        var options = Options(columns, LinkDecoder.DistMult, isVariational: false, epochs: 150);
        options.Network = GraphNetwork.Rgcn(16, 2, bases: null);
        using var model = _ml.Graphs().LinkPrediction(options).Fit(nodes);
        Assert.AreEqual(2, model.Info.Links!.RelationCount);
        Friendship Pair(int a, int b, uint relation) => new($"n{a}", $"n{b}", a, b) { Relation = relation };
        var scores = model.Transform(_ml.Data.LoadFromEnumerable(new[] { Pair(1, 2, 0), Pair(1, 2, 1), Pair(9, 10, 0), Pair(9, 10, 1) }))
            .GetColumn<float>("Score").ToArray();
        Assert.IsGreaterThan(scores[1], scores[0]);
        Assert.IsGreaterThan(scores[2], scores[3]);
    }

    [TestMethod]
    public void A_perceptron_learns_directions()
    {
        // every node of the left ring points to every one of the right
        var edges = Enumerable.Range(0, 8).SelectMany(a => Enumerable.Range(8, 8).Select(b => new Friendship($"n{a}", $"n{b}", a, b)));
        var columns = new GraphEdgeColumns(_ml.Data.LoadFromEnumerable(edges)) { IsDirected = true };
        using var model = _ml.Graphs().LinkPrediction(Options(columns, LinkDecoder.Perceptron, isVariational: false)).Fit(
            TwoCliques.View(_ml, Marked()));
        var scores = model.Transform(_ml.Data.LoadFromEnumerable(
            new[] { new Friendship("n1", "n9", 0, 0), new Friendship("n9", "n1", 0, 0) })).GetColumn<float>("Score").ToArray();
        Assert.IsGreaterThan(0, scores[0]);
        Assert.IsLessThan(0, scores[1]);
    }

    [TestMethod]
    public void Validation_pairs_choose_the_best_epoch()
    {
        var nodes = TwoCliques.View(_ml, Marked());
        var split = _ml.Data.RandomLinkSplit(nodes, TwoCliques.ById(_ml), "Id", 0.2, 0.1);
        var options = Options(split.Training, LinkDecoder.DotProduct, isVariational: true, epochs: 30);
        options.ValidationData = split.Validation;
        using var model = _ml.Graphs().LinkPrediction(options).Fit(nodes);
        Assert.IsTrue(model.History.Epochs.All(epoch => epoch.ValidationMetrics.ContainsKey("accuracy")));
        Assert.AreEqual(model.History.Epochs.Min(epoch => epoch.ValidationLoss!.Value),
            model.History.Epochs[model.History.BestEpoch - 1].ValidationLoss!.Value);
    }

    [TestMethod]
    public void Pairs_as_the_second_argument_of_fit_are_those_of_the_options()
    {
        var nodes = TwoCliques.View(_ml, Marked());
        var split = _ml.Data.RandomLinkSplit(nodes, TwoCliques.ById(_ml), "Id", 0.2, 0.1);
        double?[] Losses(IDataView? ofOptions, IDataView? ofFit)
        {
            var options = Options(split.Training, LinkDecoder.DotProduct, isVariational: false, epochs: 4);
            options.ValidationData = ofOptions;
            using var model = _ml.Graphs().LinkPrediction(options).Fit(nodes, ofFit);
            return [.. model.History.Epochs.Select(epoch => epoch.ValidationLoss)];
        }
        var expected = Losses(split.Validation, null);
        Assert.IsNotNull(expected[0]);
        CollectionAssert.AreEqual(expected, Losses(null, split.Validation));
        // it comes before that of the options
        CollectionAssert.AreEqual(expected, Losses(split.Test, split.Validation));
        CollectionAssert.AreNotEqual(expected, Losses(null, split.Test));
        Error<ArgumentException>(() => Losses(null, nodes), "'Source'");
        Error<InvalidDataException>(() => Losses(null, _ml.Data.SkipRows(split.Validation, 1000)), "no rows");
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_weights()
    {
        float[] Scores(int seed)
        {
            var options = Options(TwoCliques.ById(_ml), LinkDecoder.DotProduct, isVariational: true, epochs: 5);
            options.Seed = seed;
            using var model = _ml.Graphs().LinkPrediction(options).Fit(TwoCliques.View(_ml));
            return [.. model.Transform(_ml.Data.LoadFromEnumerable(TwoCliques.Edges())).GetColumn<float>("Score")];
        }
        CollectionAssert.AreEqual(Scores(4), Scores(4));
        CollectionAssert.AreNotEqual(Scores(4), Scores(5));
    }

    [TestMethod]
    public void Other_nodes_can_be_scored()
    {
        using var model = _ml.Graphs().LinkPrediction(Options(
            TwoCliques.ById(_ml), LinkDecoder.DotProduct, isVariational: false, epochs: 150)).Fit(TwoCliques.View(_ml, Marked()));
        // the same rings without the bridge and under other names
        Member[] others = [.. Marked().Select(member => { member.Id = "m" + member.Id[1..]; return member; })];
        var edges = TwoCliques.Edges()[..^1].Select(edge => new Friendship("m" + edge.Source[1..], "m" + edge.Target[1..], 0, 0));
        var moved = model.WithGraph(TwoCliques.View(_ml, others), TwoCliques.ById(_ml, edges));
        var scores = moved.Transform(_ml.Data.LoadFromEnumerable(
            new[] { new Friendship("m1", "m2", 0, 0), new Friendship("m1", "m10", 0, 0) })).GetColumn<float>("Score").ToArray();
        Assert.IsGreaterThan(scores[1], scores[0]);
    }

    [TestMethod]
    public void In_a_pipeline_of_nodes_it_adds_embeddings_and_its_transformer_scores_pairs()
    {
        var nodes = TwoCliques.View(_ml, Marked());
        var model = _ml.Transforms.CopyColumns("Given", "Features").Append(
            _ml.Graphs().LinkPrediction(Options(TwoCliques.ById(_ml), LinkDecoder.DotProduct, isVariational: true, epochs: 3))).Fit(nodes);
        float[][] expected = [.. model.LastTransformer.EmbedNodes().GetColumn<float[]>("Embedding")],
            found = [.. model.Transform(nodes).GetColumn<float[]>("Embedding")];
        Assert.HasCount(16, found);
        for (var i = 0; i < 16; i++)
            CollectionAssert.AreEqual(expected[i], found[i]);
        Assert.HasCount(2, model.LastTransformer.Transform(_ml.Data.LoadFromEnumerable(TwoCliques.Edges()[..2])).GetColumn<float>("Score")
            .ToArray());
    }

    [TestMethod]
    public void Short_forms_set_what_they_are_named_for()
    {
        var (nodes, edges) = (TwoCliques.View(_ml), TwoCliques.ById(_ml));
        Check(_ml.Graphs().LinkPrediction(edges, decoder: LinkDecoder.Perceptron, epochs: 2, nodeIdColumnName: "Id"), hasDivergence: false);
        Check(_ml.Graphs().GraphAutoencoder(edges, epochs: 2, nodeIdColumnName: "Id"), hasDivergence: false);
        Check(_ml.Graphs().VariationalGraphAutoencoder(edges, epochs: 2, nodeIdColumnName: "Id"), hasDivergence: true);
        Check(_ml.Graphs().UnsupervisedGraphSage(edges, epochs: 2, nodeIdColumnName: "Id"), hasDivergence: false);
        Assert.AreEqual(8, _ml.Graphs().DeepWalk(edges, "Id", embeddingSize: 8, epochs: 1).Fit(nodes).EmbeddingSize);
        Assert.HasCount(1, _ml.Graphs().Node2Vec(edges, 2, 0.5, "Id", embeddingSize: 8, epochs: 1).Fit(nodes).History.Epochs);

        void Check(LinkPredictionTrainer trainer, bool hasDivergence)
        {
            using var model = trainer.Fit(nodes);
            Assert.HasCount(2, model.History.Epochs);
            Assert.AreEqual(hasDivergence, model.History.Epochs[0].Metrics.ContainsKey("divergence"));
            Assert.HasCount(16, model.EmbedNodes().GetColumn<float[]>("Embedding").ToArray());
        }
    }

    [TestMethod]
    public void Bad_input_is_named()
    {
        var nodes = TwoCliques.View(_ml);
        Error<ArgumentException>(() => _ml.Graphs().LinkPrediction(Options(null!, LinkDecoder.DotProduct, false)).Fit(nodes), "Edges");
        var options = Options(TwoCliques.ById(_ml), LinkDecoder.DotProduct, false);
        options.ValidationFraction = 0.1f;
        Error<ArgumentException>(() => _ml.Graphs().LinkPrediction(options).Fit(nodes), "ValidationFraction", "LinkSplit");
        Error<InvalidDataException>(() => _ml.Graphs().LinkPrediction(
            Options(TwoCliques.ById(_ml, [new("n1", "n1", 1, 1)]), LinkDecoder.DotProduct, false)).Fit(nodes), "none between two nodes");
        Error<InvalidDataException>(() => _ml.Graphs().LinkPrediction(
            Options(TwoCliques.ById(_ml, [new("n1", "n99", 1, 1)]), LinkDecoder.DotProduct, false)).Fit(nodes), "Target", "n99");
        using var model = _ml.Graphs().LinkPrediction(Options(TwoCliques.ById(_ml), LinkDecoder.DotProduct, false, epochs: 1)).Fit(nodes);
        Error<InvalidDataException>(() => model.Transform(_ml.Data.LoadFromEnumerable(new[] { new Friendship("n1", "n77", 0, 0) }))
            .GetColumn<float>("Score").ToArray(), "n77");
        Member[] all = [.. TwoCliques.Nodes().Take(3)];
        Friendship[] complete = [new("n0", "n1", 0, 1), new("n1", "n2", 1, 2), new("n0", "n2", 0, 2)];
        Error<InvalidDataException>(() => _ml.Graphs().LinkPrediction(
            Options(TwoCliques.ById(_ml, complete), LinkDecoder.DotProduct, false)).Fit(TwoCliques.View(_ml, all)),
            "not all 3 nodes are linked");
    }

    private static void Error<T>(Action act, params string[] parts) where T : Exception
    {
        var error = Assert.ThrowsExactly<T>(act);
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }

    // Members who know which ring they are in.
    private static Member[] Marked() => [.. TwoCliques.Nodes()
        .Select((member, i) => { member.Features[1] = i < TwoCliques.Size ? 1 : -1; return member; })];

    private static LinkPredictionTrainer.Options Options(GraphEdgeColumns edges, LinkDecoder decoder, bool isVariational,
        int epochs = 100) => new()
    {
        Edges = edges,
        NodeIdColumnName = "Id",
        Decoder = decoder,
        IsVariational = isVariational,
        EmbeddingSize = 6,
        Epochs = epochs,
        LearningRate = 0.02f,
        Seed = 1,
        Target = ExecutionTarget.Cpu(1),
    };
}
