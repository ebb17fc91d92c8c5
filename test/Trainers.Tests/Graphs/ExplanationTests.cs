using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Explanations of predictions over graphs, on graphs where it is known what decides.</summary>
[TestClass]
public class ExplanationTests
{
    private readonly MLContext _ml = new(1);

    private NodePredictionTransformer Fit(Motifs motifs, GraphNetwork network) =>
        _ml.Graphs().NodeClassification(new()
        {
            Edges = motifs.EdgeColumns(_ml), Network = network, Epochs = 600, LearningRate = 0.01f, Optimizer = new Adam(),
            Target = ExecutionTarget.Cpu(1),
        }).Fit(motifs.View(_ml));

    [TestMethod]
    public void Planted_houses_have_the_edges_that_matter()
    {
        var motifs = Motifs.Make(80, 16, 1, newEdges: 1);
        using var model = Fit(motifs, GraphNetwork.Gin(20, 3, dropout: 0));
        var accuracy = _ml.Graphs().EvaluateClassification(model.Transform(motifs.View(_ml))).MicroAccuracy;
        Assert.IsGreaterThan(0.95, accuracy);
        var aucs = new Dictionary<GraphExplanationMethod, double>();
        foreach (var method in (GraphExplanationMethod[])[GraphExplanationMethod.GnnExplainer, GraphExplanationMethod.Gradient])
        {
            List<(bool, float)> edges = [];
            for (var node = motifs.Base; node < motifs.Count; node += 3)
            {
                var explanation = model.Explain(node, new() { Method = method });
                Assert.AreEqual(node, explanation.Node!.Row);
                if (explanation.Prediction != motifs.Labels[node])
                    continue;
                edges.AddRange(explanation.Edges.Select(edge => (motifs.IsPlanted(edge), edge.Importance)));
            }
            aucs[method] = Motifs.Auc(edges);
        }
        Assert.IsGreaterThanOrEqualTo(0.9, aucs[GraphExplanationMethod.GnnExplainer]);
        Assert.IsGreaterThanOrEqualTo(0.85, aucs[GraphExplanationMethod.Gradient]);
    }

    [TestMethod]
    public void The_edge_between_two_colors_is_why_a_graph_is_what_it_is()
    {
        var (graphs, planted) = Motifs.ColoredTrees(300, 2);
        var data = Shape.View(_ml, graphs);
        using var model = _ml.Graphs().GraphClassification(new()
        {
            Columns = new() { NodeFeatureCount = 2 }, Network = GraphNetwork.Gin(16, 2, dropout: 0, batchNorm: false), Hidden = 16,
            Epochs = 60,
            LearningRate = 0.01f, Target = ExecutionTarget.Cpu(1),
        }).Fit(data);
        Assert.IsGreaterThan(0.95, _ml.Graphs().EvaluateClassification(model.Transform(data)).MicroAccuracy);
        List<double> aucs = [];
        for (var row = 0; row < 24; row += 2)
        {
            var explanation = model.Explain(data, row);
            if (explanation.Prediction != "ring")
                continue;
            Assert.IsNull(explanation.Node);
            aucs.Add(Motifs.Auc(explanation.Edges.Select(edge =>
                (planted[row].Contains((edge.Source, edge.Target)) || planted[row].Contains((edge.Target, edge.Source)),
                    edge.Importance))));
        }
        Assert.IsGreaterThanOrEqualTo(0.9, aucs.Average());
    }

    [TestMethod]
    public void The_feature_that_decides_is_found()
    {
        var random = new Random(1);
        var nodes = TwoCliques.Nodes();
        for (var i = 0; i < TwoCliques.Size; i++)
        {
            // alike in both rings but for one feature
            nodes[i].Features = [random.NextSingle(), 1, random.NextSingle(), random.NextSingle()];
            nodes[TwoCliques.Size + i].Features = [nodes[i].Features[0], -1, nodes[i].Features[2], nodes[i].Features[3]];
        }
        using var model = _ml.Graphs().NodeClassification(TwoCliques.ById(_ml), network: GraphNetwork.Gcn(8, dropout: 0), epochs: 100,
            nodeIdColumnName: "Id").Fit(TwoCliques.View(_ml, nodes));
        foreach (var method in (GraphExplanationMethod[])[GraphExplanationMethod.GnnExplainer, GraphExplanationMethod.Gradient])
        {
            var importance = model.Explain("n5", new() { Method = method }).FeatureImportance;
            Assert.HasCount(4, importance);
            Assert.AreEqual(1, importance.ToList().IndexOf(importance.Max()), $"{method}: {string.Join(" ", importance)}");
        }
        var error = Assert.ThrowsExactly<ArgumentException>(() => model.Explain("n99"));
        StringAssert.Contains(error.Message, "Found node 'n99'; expected one of the 16 nodes of the graph, by their ids in column 'Id'.");
        Assert.ThrowsExactly<ArgumentException>(() => model.Explain(3));
    }

    [TestMethod]
    public void A_node_without_edges_is_explained_by_its_features()
    {
        Member[] nodes = [.. TwoCliques.Nodes(), new() { Id = "alone", Features = [1, 0, 0, 0], Ring = "right", Split = "test" }];
        using var model = _ml.Graphs().NodeClassification(new()
        {
            Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", Epochs = 20, Network = GraphNetwork.Gat(4, 2), OutputAttention = true,
        }).Fit(TwoCliques.View(_ml, nodes));
        using var folder = new TemporaryFolder();
        foreach (var method in Enum.GetValues<GraphExplanationMethod>())
        {
            var explanation = model.Explain("alone", new() { Method = method, Steps = 10 });
            Assert.IsEmpty(explanation.Edges);
            Assert.AreEqual("alone", explanation.Nodes.Single().Name);
            Assert.HasCount(method == GraphExplanationMethod.Attention ? 0 : 4, explanation.FeatureImportance);
            explanation.WriteSvg(folder.File($"{method}.svg"));
            StringAssert.Contains(File.ReadAllText(folder.File($"{method}.svg")), "Why node alone is");
        }
        Assert.IsEmpty(model.Explain("alone", new() { MasksFeatures = false }).Edges);
    }

    [TestMethod]
    public void Loaded_models_of_graphs_are_explained_by_what_is_left_out()
    {
        var (graphs, planted) = Motifs.ColoredTrees(300, 2);
        var data = Shape.View(_ml, graphs);
        using var folder = new TemporaryFolder();
        using var fitted = _ml.Graphs().GraphClassification(new()
        {
            Columns = new() { NodeFeatureCount = 2 }, Network = GraphNetwork.Gin(16, 2, dropout: 0, batchNorm: false), Hidden = 16,
            Epochs = 60, LearningRate = 0.01f, Target = ExecutionTarget.Cpu(1),
        }).Fit(data);
        _ml.Model.Save(fitted, data.Schema, folder.File("graphs.zip"));
        using var loaded = (GraphScoringTransformer)new MLContext().Model.LoadSequenceGraph(folder.File("graphs.zip"), out _);
        List<double> aucs = [];
        for (var row = 0; row < 24; row += 2)
        {
            var explanation = loaded.Explain(data, row);
            Assert.AreEqual(fitted.Explain(data, row, options: new() { Method = GraphExplanationMethod.Occlusion }).Edges[0],
                explanation.Edges[0]);
            if (explanation.Prediction == "ring")
                aucs.Add(Motifs.Auc([.. explanation.Edges.Select(edge => (planted[row].Contains((edge.Source, edge.Target))
                    || planted[row].Contains((edge.Target, edge.Source)), edge.Importance))]));
        }
        Assert.IsGreaterThan(0.9, aucs.Average());
        Assert.ThrowsExactly<ArgumentException>(() => loaded.Explain(data, 0, node: 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => loaded.Explain(data, 1000));
    }

    [TestMethod]
    public void Loaded_models_of_nodes_are_explained_by_what_is_left_out()
    {
        using var folder = new TemporaryFolder();
        using var fitted = _ml.Graphs().NodeClassification(new()
        {
            Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", Epochs = 50, Network = GraphNetwork.Sage(8, 1, dropout: 0),
        }).Fit(TwoCliques.View(_ml));
        fitted.ExportToOnnx(folder.File("nodes.onnx"));
        using var loaded = _ml.Transforms.ApplyNodeModel(folder.File("nodes.onnx"), TwoCliques.ById(_ml), "Id").Fit(TwoCliques.View(_ml));
        var explanation = loaded.Explain("n5");
        Assert.HasCount(7, explanation.Edges);
        Assert.IsTrue(explanation.Edges.All(edge => edge.Source == 5 || edge.Target == 5), "one layer reads one step");
        Assert.IsTrue(explanation.Nodes.All(node => node.Row < 8) && explanation.Node!.Name == "n5");
        Assert.IsTrue(explanation.FeatureImportance.Count == TwoCliques.Features && explanation.FeatureImportance.Max() > 0);
        Assert.AreEqual(GraphExplanationMethod.Occlusion, explanation.Method);
        explanation.WriteSvg(folder.File("why.svg"));
        Assert.ThrowsExactly<ArgumentException>(() => loaded.Explain("nobody"));
    }

    [TestMethod]
    public void Attention_of_edges_that_the_prediction_does_not_depend_on_is_none()
    {
        // One layer, unknown to be one: the whole graph is looked at, in which edges that end at others have attention too.
        using var model = _ml.Graphs().NodeRegression(new()
        {
            Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", LabelColumnName = "Distance", Epochs = 5,
            Network = GraphNetwork.Custom("one layer", (x, channels) =>
            {
                var (nodes, attention) = x.Network.Gat(x.Edges, x.Features, channels, new() { Heads = 1 });
                x.OutputAttention(attention);
                return nodes;
            }),
        }).Fit(TwoCliques.View(_ml));
        var explanation = model.Explain("n5", new() { Method = GraphExplanationMethod.Attention });
        var counting = explanation.Edges.Where(edge => edge.Importance > 0).ToArray();
        Assert.HasCount(7, counting);
        Assert.IsTrue(counting.All(edge => edge.Source == 5 || edge.Target == 5), "edges that end at n5");
        Assert.IsTrue(explanation.Nodes.Where(node => node.Row > 7).All(node => node.Importance == 0));
    }

    [TestMethod]
    public void Attention_is_drawn_and_a_network_without_it_refused()
    {
        using var attends = _ml.Graphs().NodeRegression(new()
        {
            Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", LabelColumnName = "Distance", Epochs = 20,
            Network = GraphNetwork.Gat(4, 2, dropout: 0),
        }).Fit(TwoCliques.View(_ml));
        var explanation = attends.Explain("n3", new() { Method = GraphExplanationMethod.Attention });
        // Those that end two steps away don't count.
        Assert.IsTrue(explanation.Edges.All(edge => edge.Importance is >= 0 and <= 1));
        Assert.IsGreaterThan(10, explanation.Edges.Count(edge => edge.Importance > 0));
        Assert.IsTrue(explanation.Edges.Zip(explanation.Edges.Skip(1)).All(pair => pair.First.Importance >= pair.Second.Importance));
        using var folder = new TemporaryFolder();
        explanation.WriteSvg(folder.File("attention.svg"), "<three & more>");
        var svg = System.Xml.Linq.XDocument.Load(folder.File("attention.svg"));
        Assert.HasCount(explanation.Edges.Count, svg.Descendants().Where(element => element.Name.LocalName == "line").ToArray());
        // numbers can be explained by masks too, the same each time
        float[] First() => [.. attends.Explain("n3", new() { Steps = 20 }).Edges.Select(edge => edge.Importance)];
        CollectionAssert.AreEqual(First(), First());

        using var other = _ml.Graphs().NodeClassification(TwoCliques.ById(_ml), epochs: 2, nodeIdColumnName: "Id").Fit(
            TwoCliques.View(_ml));
        var error = Assert.ThrowsExactly<InvalidOperationException>(() =>
            other.Explain("n3", new() { Method = GraphExplanationMethod.Attention }));
        StringAssert.Contains(error.Message, "the GCN gives no attention of edges");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => other.Explain("n3", new() { Steps = 0 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => other.Explain("n3", new() { LearningRate = float.NaN }));
    }

    [TestMethod]
    public void Rows_and_nodes_that_are_not_there_are_refused()
    {
        var data = Shape.View(_ml, Shape.Make(8));
        using var model = _ml.Graphs().GraphClassification(new()
        {
            Columns = new() { NodeFeatureCount = 2 }, Epochs = 2, Hidden = 4,
        }).Fit(data);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Explain(data, 8));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Explain(data, -1));
        Assert.ThrowsExactly<ArgumentException>(() => model.Explain(data, 0, node: 1));
        Assert.IsNotEmpty(model.Explain(data, 7, options: new() { Steps = 5 }).Edges);
    }
}
