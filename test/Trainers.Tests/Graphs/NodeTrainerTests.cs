using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

[TestClass]
public class NodeTrainerTests
{
    private static readonly Dictionary<string, GraphNetwork> Networks = new()
    {
        ["gcn"] = GraphNetwork.Gcn(dropout: 0),
        ["gcn, rows"] = GraphNetwork.Gcn(dropout: 0.1f, normalization: GraphNormalization.Row),
        ["sage"] = GraphNetwork.Sage(16, dropout: 0.1f),
        ["sage, pool"] = GraphNetwork.Sage(16, dropout: 0, aggregator: SageAggregator.Pool, normalize: true),
        ["gat"] = GraphNetwork.Gat(4, 2, dropout: 0.1f),
        ["gatv2"] = GraphNetwork.Gat(4, 2, dropout: 0, dynamic: true),
        ["gin"] = GraphNetwork.Gin(16, 2),
        ["appnp"] = GraphNetwork.Appnp(16, dropout: 0.1f),
        ["sgc"] = GraphNetwork.Sgc(),
        ["transformer"] = GraphNetwork.Transformer(8, 2),
        ["gated"] = GraphNetwork.Gated(8, 2, 0.1f),
        ["pna"] = GraphNetwork.Pna(8, 2),
        ["gated gcn"] = GraphNetwork.GatedGcn(8, 2),
        ["gps"] = GraphNetwork.Gps(8, 2, 2),
        ["virtual node"] = GraphNetwork.VirtualNode(GraphNetwork.Gat(4, 2, 3, dropout: 0.1f)),
        ["adjacency"] = GraphNetwork.AdjacencyPerceptron(2 * TwoCliques.Size, 8),
    };

    public static IEnumerable<object[]> NetworkNames => Networks.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(NetworkNames))]
    public void Every_network_trains_exports_and_scores(string name)
    {
        var ml = new MLContext(1);
        var nodes = TwoCliques.View(ml);
        using var model = Trainer(ml, Networks[name]).Fit(nodes);
        Assert.IsTrue(model.History.Epochs[^1].Loss < model.History.Epochs[0].Loss,
            $"{model.History.Epochs[0].Loss} → {model.History.Epochs[^1].Loss}");
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "model.onnx");
        model.ExportToOnnx(path);
        var scores = model.Transform(nodes).GetColumn<float[]>("Score").ToArray();
        var members = TwoCliques.Nodes();
        using var session = OnnxSession.Load(path);
        long[] both = [.. TwoCliques.Edges().SelectMany(edge => (long[])[edge.SourceRow, edge.TargetRow]),
            .. TwoCliques.Edges().SelectMany(edge => (long[])[edge.TargetRow, edge.SourceRow])];
        var result = session.Run(new Dictionary<string, TensorData>
        {
            ["x"] = TensorData.Create(members.SelectMany(member => member.Features).ToArray(), members.Length, TwoCliques.Features),
            ["edge_index"] = TensorData.Create(both, 2, both.Length / 2),
        });
        var exported = result["Score"].As<float>();
        for (var node = 0; node < members.Length; node++)
            for (var k = 0; k < 2; k++)
                Assert.AreEqual(scores[node][k], exported[2 * node + k], 1e-4f, $"node {node}");
    }

    [TestMethod]
    public void Tells_the_rings_from_one_label_each()
    {
        var ml = new MLContext(1);
        var nodes = TwoCliques.View(ml);
        using var model = Trainer(ml, GraphNetwork.Gcn(dropout: 0)).Fit(nodes);
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(nodes));
        Assert.AreEqual(1, metrics.MicroAccuracy);
        Assert.IsTrue(model.History.Epochs.All(epoch => epoch.ValidationLoss is not null));
    }

    [TestMethod]
    public void Edges_by_row_number_give_the_same_as_edges_by_id()
    {
        var ml = new MLContext(1);
        var nodes = TwoCliques.View(ml);
        var byId = Scores(ml, nodes, options => options.NodeIdColumnName = nameof(Member.Id));
        var byRow = Scores(ml, nodes, options => options.Edges = TwoCliques.ByRow(ml));
        CollectionAssert.AreEqual(byId, byRow);
    }

    [TestMethod]
    public void A_seed_repeats_a_run()
    {
        var ml = new MLContext(1);
        var nodes = TwoCliques.View(ml);
        CollectionAssert.AreEqual(Scores(ml, nodes, _ => { }), Scores(ml, nodes, _ => { }));
        CollectionAssert.AreNotEqual(Scores(ml, nodes, _ => { }), Scores(ml, nodes, options => options.Seed = 5));
    }

    [TestMethod]
    public void Renumbered_nodes_and_reordered_edges_change_nothing_but_the_order()
    {
        var ml = new MLContext(1);
        using var model = Trainer(ml, GraphNetwork.Gat(4, 2, dropout: 0)).Fit(TwoCliques.View(ml));
        var before = ByName(model, ml, TwoCliques.Nodes());
        var edges = TwoCliques.Edges();
        new Random(2).Shuffle(edges);
        var nodes = TwoCliques.Nodes();
        new Random(3).Shuffle(nodes);
        using var other = model.WithEdges(TwoCliques.ById(ml, edges));
        var after = ByName(other, ml, nodes);
        foreach (var (id, scores) in before)
            for (var k = 0; k < scores.Length; k++)
                Assert.AreEqual(scores[k], after[id][k], 1e-5f, id);
    }

    [TestMethod]
    public void New_nodes_of_another_graph_can_be_scored()
    {
        var ml = new MLContext(1);
        using var model = Trainer(ml, GraphNetwork.Sage(8, dropout: 0)).Fit(TwoCliques.View(ml));
        Member[] nodes = [.. TwoCliques.Nodes(7).Take(3)];
        using var other = model.WithEdges(TwoCliques.ById(ml, [new("n0", "n1", 0, 1), new("n1", "n2", 1, 2)]));
        Assert.HasCount(3, other.Transform(TwoCliques.View(ml, nodes)).GetColumn<float[]>("Score").ToArray());
    }

    [TestMethod]
    public void Stock_ml_net_loads_the_predictions()
    {
        var ml = new MLContext(1);
        var nodes = TwoCliques.View(ml);
        using var model = Trainer(ml, GraphNetwork.Gcn(dropout: 0)).Fit(nodes);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "model.zip");
        ml.Model.Save(model, nodes.Schema, path);
        var loaded = new MLContext().Model.Load(path, out _).Transform(nodes);
        var expected = model.Transform(nodes);
        foreach (var (a, b) in expected.GetColumn<float[]>("Score").Zip(loaded.GetColumn<float[]>("Score")))
            CollectionAssert.AreEqual(a, b);
        CollectionAssert.AreEqual(expected.GetColumn<uint>("PredictedLabel").ToArray(), loaded.GetColumn<uint>("PredictedLabel").ToArray());
    }

    [TestMethod]
    [DataRow("Ring")]
    [DataRow("Number")]
    [DataRow("Flag")]
    public void Of_a_node_that_it_does_not_know_a_loaded_model_says_nothing(string label)
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(TwoCliques.Nodes());
        // classes whose values are text, numbers (0 among them) or both of yes and no
        var labels = ml.Transforms.CustomMapping<Member, OtherLabels>((from, to) =>
            (to.Number, to.Flag) = (from.Ring == "left" ? 0 : 7, from.Ring == "left"), null)
            .Append(ml.Transforms.Conversion.MapValueToKey("Label", label)).Fit(data);
        var nodes = labels.Transform(data);
        using var model = Trainer(ml, GraphNetwork.Gcn(dropout: 0), options => options.OutputVector = true).Fit(nodes);
        using var stream = new MemoryStream();
        ml.Model.Save(model, nodes.Schema, stream);
        var some = TwoCliques.Nodes()[..3];
        some[1].Id = "who";
        var view = labels.Transform(ml.Data.LoadFromEnumerable(some));
        var keys = model.Transform(nodes).GetColumn<uint>("PredictedLabel").ToArray();
        foreach (var loaded in (ITransformer[])[new MLContext().Model.Load(stream, out _), ml.Model.LoadSequenceGraph(stream, out _)])
        {
            var found = loaded.Transform(view);
            CollectionAssert.AreEqual(new[] { keys[0], 0u, keys[2] }, found.GetColumn<uint>("PredictedLabel").ToArray());
            foreach (var column in (string[])["Score", "Vector"])
                CollectionAssert.AreEqual(new[] { false, true, false },
                    found.GetColumn<float[]>(column).Select(numbers => numbers.All(float.IsNaN)).ToArray());
        }
    }

    private sealed class OtherLabels
    {
        public int Number { get; set; }

        public bool Flag { get; set; }
    }

    [TestMethod]
    public void Without_ids_saving_says_what_to_set()
    {
        var ml = new MLContext(1);
        var nodes = TwoCliques.View(ml);
        using var model = ml.Graphs().NodeClassification(new() { Edges = TwoCliques.ByRow(ml), Epochs = 1 }).Fit(nodes);
        using var stream = new MemoryStream();
        var error = Assert.ThrowsExactly<NotSupportedException>(() => ml.Model.Save(model, nodes.Schema, stream));
        StringAssert.Contains(error.Message, "NodeIdColumnName");
    }

    [TestMethod]
    public void Numbers_are_learnt_in_their_own_units()
    {
        var ml = new MLContext(1);
        var nodes = TwoCliques.View(ml);
        using var model = ml.Graphs().NodeRegression(new()
        {
            Edges = TwoCliques.ById(ml), NodeIdColumnName = nameof(Member.Id), LabelColumnName = nameof(Member.Distance),
                Network = GraphNetwork.Gcn(dropout: 0), Epochs = 150,
        }).Fit(nodes);
        var errors = model.Transform(nodes).GetColumn<float>("Score").Zip(
            TwoCliques.Nodes(), (score, node) => Math.Abs(score - node.Distance));
        Assert.IsLessThan(2.5, errors.Average());
    }

    [TestMethod]
    public void Relations_and_weights_are_read()
    {
        var ml = new MLContext(1);
        var nodes = TwoCliques.View(ml);
        var data = ml.Data.LoadFromEnumerable(TwoCliques.Edges());
        var typed = new GraphEdgeColumns(data) { RelationColumnName = nameof(Friendship.Relation) };
        using var relational = ml.Graphs().NodeClassification(
            new() { Edges = typed, NodeIdColumnName = nameof(Member.Id), Network = GraphNetwork.Rgcn(8, bases: 2), Epochs = 30 })
            .Fit(nodes);
        Assert.AreEqual(4, relational.Info.Graph!.RelationCount);
        Assert.AreEqual(1, ml.MulticlassClassification.Evaluate(relational.Transform(nodes)).MicroAccuracy);
        var weighted = new GraphEdgeColumns(data) { WeightColumnName = nameof(Friendship.Weight) };
        using var model = ml.Graphs().NodeClassification(new() { Edges = weighted, NodeIdColumnName = nameof(Member.Id), Epochs = 30 })
            .Fit(nodes);
        Assert.IsTrue(model.Info.Graph!.IsWeighted);
    }

    internal static NodeClassificationTrainer Trainer(MLContext ml, GraphNetwork network,
        Action<NodeClassificationTrainer.Options>? change = null)
    {
        var options = new NodeClassificationTrainer.Options
        {
            Edges = TwoCliques.ById(ml), NodeIdColumnName = nameof(Member.Id), SplitColumnName = nameof(Member.Split), Network = network,
                Epochs = 60, RestoreBestWeights = false,
        };
        change?.Invoke(options);
        return ml.Graphs().NodeClassification(options);
    }

    private static float[] Scores(MLContext ml, IDataView nodes, Action<NodeClassificationTrainer.Options> change)
    {
        var options = new NodeClassificationTrainer.Options { Edges = TwoCliques.ById(ml), NodeIdColumnName = nameof(Member.Id),
            Epochs = 10 };
        change(options);
        if (options.Edges.SourceColumnName != "Source")
            options.NodeIdColumnName = null;
        using var model = ml.Graphs().NodeClassification(options).Fit(nodes);
        return [.. model.Transform(nodes).GetColumn<float[]>("Score").SelectMany(scores => scores)];
    }

    private static Dictionary<string, float[]> ByName(NodePredictionTransformer model, MLContext ml, Member[] nodes)
    {
        var scored = model.Transform(TwoCliques.View(ml, nodes));
        return scored.GetColumn<string>("Id").Zip(scored.GetColumn<float[]>("Score")).ToDictionary(pair => pair.First, pair => pair.Second);
    }
}
