using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

[TestClass]
public class NodeEmbeddingTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    [DataRow(1.0, 1.0, false)]
    [DataRow(4.0, 0.5, false)]
    [DataRow(1.0, 1.0, true)]
    public void Members_of_a_ring_are_nearer_to_each_other(double p, double q, bool hasIds)
    {
        var nodes = TwoCliques.View(_ml);
        // as part of a pipeline, which asks for the schema first
        var model = _ml.Transforms.CopyColumns("Copy", "Id").Append(_ml.Graphs().NodeEmbedding(Options(hasIds, p, q))).Fit(
            nodes).LastTransformer;
        Assert.IsLessThan(model.History.Epochs[0].Loss, model.History.Epochs[^1].Loss);
        var vectors = model.Transform(nodes).GetColumn<float[]>("Embedding").ToArray();
        Assert.HasCount(16, vectors);
        static double Cosine(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(
            a.Sum(x => (double)x * x) * b.Sum(x => (double)x * x));
        for (var a = 0; a < 16; a++)
        {
            double Near(bool same) => Enumerable.Range(0, 16).Where(b => b != a && b / 8 == a / 8 == same).Average(
                b => Cosine(vectors[a], vectors[b]));
            Assert.IsGreaterThan(Near(false), Near(true), $"node {a}");
        }
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_vectors_and_another_one_others()
    {
        float[] Vectors(int seed)
        {
            var options = Options(false);
            (options.Seed, options.Epochs) = (seed, 1);
            return [.. _ml.Graphs().NodeEmbedding(options).Fit(TwoCliques.View(_ml)).Transform(TwoCliques.View(_ml))
                .GetColumn<float[]>("Embedding").SelectMany(row => row)];
        }
        CollectionAssert.AreEqual(Vectors(1), Vectors(1));
        CollectionAssert.AreNotEqual(Vectors(1), Vectors(2));
    }

    [TestMethod]
    public void Vectors_are_saved_by_ids_and_read_back()
    {
        var nodes = TwoCliques.View(_ml);
        var model = _ml.Graphs().NodeEmbedding(Options(true)).Fit(nodes);
        using var folder = new TemporaryFolder();
        _ml.Model.Save(model, nodes.Schema, folder.File("model.zip"));
        var loaded = new MLContext().Model.Load(folder.File("model.zip"), out _);
        // rows in another order
        var some = TwoCliques.View(_ml, TwoCliques.Nodes().Reverse().Take(5));
        float[][] expected = [.. model.Transform(some).GetColumn<float[]>("Embedding")],
            found = [.. loaded.Transform(some).GetColumn<float[]>("Embedding")];
        for (var i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], found[i]);
        using var engine = _ml.Model.CreatePredictionEngine<Member, Embedded>(model);
        CollectionAssert.AreEqual(expected[0], engine.Predict(TwoCliques.Nodes()[^1]).Embedding);
    }

    [TestMethod]
    public void The_table_is_exported_also_in_half_precision()
    {
        var nodes = TwoCliques.View(_ml);
        var options = Options(true);
        (options.EmbeddingSize, options.Epochs) = (160, 1);     // small weights stay as they are
        using var model = _ml.Graphs().NodeEmbedding(options).Fit(nodes);
        float[][] vectors = [.. model.Transform(nodes).GetColumn<float[]>("Embedding")];
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("table.onnx"));
        using var table = OnnxSession.Load(folder.File("table.onnx"));
        var found = table.Run(new Dictionary<string, TensorData> { ["node"] = TensorData.Vector(16L, 0L, 1L) })["Embedding"].As<float>();
        CollectionAssert.AreEqual(vectors[15], found[..160]);
        CollectionAssert.AreEqual(vectors[0], found[320..]);
        Assert.IsTrue(found[160..320].All(float.IsNaN), "an unknown node");
        Assert.AreEqual(ModelTask.Embedding, ModelInfo.Load(File.ReadAllBytes(folder.File("table.onnx")), "It").Task);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => _ml.Transforms.ApplyNodeModel(folder.File("table.onnx"),
            TwoCliques.ById(_ml))).Message, "it is a model of nodes for Embedding");
        var report = model.ExportToOnnx(folder.File("half.onnx"), Precision.Half, nodes);
        Assert.IsGreaterThan(0, report.LargestDifference);
        Assert.IsLessThan(2e-3, report.LargestDifference);
        model.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => model.Transform(nodes).GetColumn<float[]>("Embedding").ToArray());
    }

    private sealed class Embedded
    {
        public float[] Embedding { get; set; } = [];
    }

    [TestMethod]
    public void Unlabelled_GraphSAGE_embeds_nodes_it_has_not_seen()
    {
        Member[] Marked() =>
            [.. TwoCliques.Nodes().Select((member, i) => { member.Features[1] = i < TwoCliques.Size ? 1 : -1; return member; })];
        var options = new LinkPredictionTrainer.Options
        {
            Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", Network = GraphNetwork.Sage(16, dropout: 0), EmbeddingSize = 8,
            Epochs = 60,
                NegativesPerEdge = 3,
            Walks = new() { Length = 5 }, Seed = 1, Target = ExecutionTarget.Cpu(1),
        };
        using var model = _ml.Graphs().LinkPrediction(options).Fit(TwoCliques.View(_ml, Marked()));
        Assert.IsLessThan(model.History.Epochs[0].Loss, model.History.Epochs[^1].Loss);
        Member[] others = [.. Marked().Select(member => { member.Id = "m" + member.Id[1..]; return member; })];
        var edges = TwoCliques.Edges()[..^1].Select(edge => new Friendship("m" + edge.Source[1..], "m" + edge.Target[1..], 0, 0));
        var vectors = model.WithGraph(TwoCliques.View(_ml, others), TwoCliques.ById(_ml, edges)).EmbedNodes()
            .GetColumn<float[]>("Embedding").ToArray();
        static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
        Assert.IsGreaterThan(Dot(vectors[1], vectors[10]), Dot(vectors[1], vectors[2]));
        Assert.IsGreaterThan(Dot(vectors[10], vectors[2]), Dot(vectors[10], vectors[11]));
    }

    [TestMethod]
    public void Nodes_without_edges_and_bad_input()
    {
        // a node by itself keeps a vector
        var lonely = _ml.Graphs().NodeEmbedding(Options(true,
            edges: [.. TwoCliques.Edges().Where(edge => edge.SourceRow < 7 && edge.TargetRow < 7)])).Fit(TwoCliques.View(_ml));
        Assert.IsTrue(lonely.Transform(TwoCliques.View(_ml)).GetColumn<float[]>("Embedding").All(vector => vector.All(float.IsFinite)));

        Error<InvalidDataException>(() => _ml.Graphs().NodeEmbedding(Options(true, edges: [])).Fit(TwoCliques.View(_ml)), "no edges");
        Error<InvalidDataException>(() => _ml.Graphs().NodeEmbedding(Options(true, edges: [new("n1", "n50", 1, 1)]))
            .Fit(TwoCliques.View(_ml)), "Target", "n50");
        var options = Options(true);
        options.Edges = null;
        Error<ArgumentException>(() => _ml.Graphs().NodeEmbedding(options).Fit(TwoCliques.View(_ml)), "Edges");
        foreach (var (change, name) in new (Action<NodeEmbeddingTrainer.Options>, string)[]
        {
            (o => o.EmbeddingSize = 0, "EmbeddingSize"), (o => o.Window = 0, "Window"), (o => o.Negatives = 0, "Negatives"),
                (o => o.WalksPerNode = 0, "WalksPerNode"),
            (o => o.Walks = new() { Length = 1 }, "Walks"), (o => o.Walks = new() { ReturnParameter = -1 }, "ReturnParameter"),
                (o => o.ValidationFraction = 0.1f, "ValidationFraction"),
        })
        {
            var changed = Options(true);
            change(changed);
            Error<ArgumentException>(() => _ml.Graphs().NodeEmbedding(changed).Fit(TwoCliques.View(_ml)), name);
        }
        var stranger = TwoCliques.Nodes()[..1];
        stranger[0].Id = "nobody";
        Error<InvalidDataException>(() => lonely.Transform(TwoCliques.View(_ml, stranger)).GetColumn<float[]>("Embedding").ToArray(), "Id",
            "nobody");
        var numbered = _ml.Graphs().NodeEmbedding(Options(false)).Fit(TwoCliques.View(_ml));
        Error<NotSupportedException>(() => _ml.Model.Save(numbered, TwoCliques.View(_ml).Schema, Stream.Null), "NodeIdColumnName");
        var links = new LinkPredictionTrainer.Options { Edges = new(_ml.Data.LoadFromEnumerable(TwoCliques.Edges())) { IsDirected = true },
            NodeIdColumnName = "Id", Walks = new() { Length = 3 } };
        Error<ArgumentException>(() => _ml.Graphs().LinkPrediction(links).Fit(TwoCliques.View(_ml)), "Walks", "directions");
    }

    [TestMethod]
    public void Canceled_it_hands_over_the_vectors_so_far()
    {
        using var stop = new CancellationTokenSource();
        var options = Options(false);
        options.CancellationToken = stop.Token;
        options.OnEpoch = _ => stop.Cancel();
        var canceled = Assert.ThrowsExactly<TrainingCanceledException>(() => _ml.Graphs().NodeEmbedding(options).Fit(TwoCliques.View(_ml)));
        Assert.HasCount(16, canceled.Model!.Transform(TwoCliques.View(_ml)).GetColumn<float[]>("Embedding").ToArray());
    }

    private static void Error<T>(Action act, params string[] parts) where T : Exception
    {
        var error = Assert.ThrowsExactly<T>(act);
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }

    private NodeEmbeddingTrainer.Options Options(bool hasIds, double p = 1, double q = 1, Friendship[]? edges = null) => new()
    {
        Edges = hasIds || edges is not null ? TwoCliques.ById(_ml, edges) : TwoCliques.ByRow(_ml),
        NodeIdColumnName = hasIds ? "Id" : null,
        EmbeddingSize = 8,
        Epochs = 6,
        BatchSize = 128,
        LearningRate = 0.02f,
        Walks = new() { Length = 10, ReturnParameter = p, InOutParameter = q },
        Window = 3,
        Seed = 1,
        Target = ExecutionTarget.Cpu(1),
    };
}
