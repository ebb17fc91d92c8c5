using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Explanations by gradients of models from files: those of the trained networks.</summary>
[TestClass]
public class LoadedGradientTests
{
    private readonly MLContext _ml = new(1);

    private static readonly Dictionary<string, GraphNetwork> Networks = new()
    {
        ["GCN"] = GraphNetwork.Gcn(8, 2, dropout: 0), ["SAGE"] = GraphNetwork.Sage(8, 2, dropout: 0),
        ["SAGE, maximum"] = GraphNetwork.Sage(8, 2, dropout: 0, aggregator: SageAggregator.Pool),
        ["SAGE, LSTM"] = GraphNetwork.Sage(8, 1, dropout: 0, aggregator: SageAggregator.Lstm),
        ["GIN"] = GraphNetwork.Gin(8, 2), ["GAT"] = GraphNetwork.Gat(4, 2, dropout: 0),
        ["Transformer"] = GraphNetwork.Transformer(8, 2, 1, dropout: 0), ["APPNP"] = GraphNetwork.Appnp(8, 3, dropout: 0),
        ["diffusion"] = GraphNetwork.Diffusion(8, 1), ["gated"] = GraphNetwork.Gated(8, 2),
        ["PNA"] = GraphNetwork.Pna(8, 1), ["gated GCN"] = GraphNetwork.GatedGcn(8, 2),
        ["GPS"] = GraphNetwork.Gps(8, 2, 1),
    };

    private static GraphExplanationOptions By(GraphExplanationMethod method) => new() { Method = method, Steps = 20 };

    // Edges that one of them leaves out, as too far away to count, are of importance 0 in the other.
    private static void Same(GraphExplanation expected, GraphExplanation found, double tolerance)
    {
        Assert.AreEqual(expected.Prediction, found.Prediction);
        Dictionary<(int, int), float> Edges(GraphExplanation of) => of.Edges.GroupBy(edge => (Math.Min(edge.Source, edge.Target),
            Math.Max(edge.Source, edge.Target))).ToDictionary(same => same.Key, same => same.Max(edge => edge.Importance));
        Dictionary<(int, int), float> one = Edges(expected), other = Edges(found);
        Assert.IsTrue(one.Values.Any(value => value > 0), "an edge counts");
        foreach (var edge in one.Keys.Union(other.Keys))
            Close(one.GetValueOrDefault(edge), other.GetValueOrDefault(edge), $"edge {edge}");
        Assert.HasCount(expected.FeatureImportance.Count, found.FeatureImportance);
        for (var feature = 0; feature < expected.FeatureImportance.Count; feature++)
            Close(expected.FeatureImportance[feature], found.FeatureImportance[feature], $"feature {feature}");
        var nodes = found.Nodes.ToDictionary(node => node.Row, node => node.Importance);
        foreach (var node in expected.Nodes)
            Close(node.Importance, nodes.GetValueOrDefault(node.Row), $"node {node.Row}");

        void Close(float wanted, float is_, string what) => Assert.AreEqual(wanted, is_, tolerance * Math.Max(1, Math.Abs(wanted)), what);
    }

    private void SameOfNodes(NodePredictionTransformer fitted, GraphEdgeColumns edges, IDataView nodes)
    {
        using var folder = new TemporaryFolder();
        fitted.ExportToOnnx(folder.File("nodes.onnx"));
        using var loaded = _ml.Transforms.ApplyNodeModel(folder.File("nodes.onnx"), edges, "Id").Fit(nodes);
        foreach (var node in (string[])["n5", "n11"])
        {
            var gradient = By(GraphExplanationMethod.Gradient);
            Same(fitted.Explain(node, gradient), loaded.Explain(node, gradient), 1e-4);
            if (node == "n5")
                Same(fitted.Explain(node, By(GraphExplanationMethod.GnnExplainer)),
                    loaded.Explain(node, By(GraphExplanationMethod.GnnExplainer)), 1e-2);
        }
    }

    [TestMethod]
    [DataRow("GCN")]
    [DataRow("SAGE")]
    [DataRow("SAGE, maximum")]
    [DataRow("SAGE, LSTM")]
    [DataRow("GIN")]
    [DataRow("GAT")]
    [DataRow("Transformer")]
    [DataRow("APPNP")]
    [DataRow("diffusion")]
    [DataRow("gated")]
    [DataRow("PNA")]
    [DataRow("gated GCN")]
    [DataRow("GPS")]
    public void Networks_of_nodes_have_the_gradients_that_they_were_trained_with(string name)
    {
        using var fitted = _ml.Graphs().NodeClassification(new()
        {
            Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", Epochs = 5, Network = Networks[name], Target = ExecutionTarget.Cpu(1),
        }).Fit(TwoCliques.View(_ml));
        SameOfNodes(fitted, TwoCliques.ById(_ml), TwoCliques.View(_ml));
    }

    [TestMethod]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(false, false)]
    public void Weights_scales_and_units_are_those_of_the_training(bool normalizes, bool standardizes)
    {
        Friendship[] links = TwoCliques.Edges();
        for (var i = 0; i < links.Length; i++)
            links[i].Weight = 1 + i % 3;
        var edges = new GraphEdgeColumns(_ml.Data.LoadFromEnumerable(links)) { WeightColumnName = nameof(Friendship.Weight) };
        var nodes = TwoCliques.Nodes();
        foreach (var (node, i) in nodes.Select((node, i) => (node, i)))
            for (var feature = 0; feature < TwoCliques.Features; feature++)
                node.Features[feature] = node.Features[feature] * 40 + 3 + (i * 7 + feature) % 5;
        var view = TwoCliques.View(_ml, nodes);
        using var fitted = _ml.Graphs().NodeRegression(new()
        {
            Edges = edges, NodeIdColumnName = "Id", LabelColumnName = "Distance", Epochs = 20, Network = GraphNetwork.Gcn(8, dropout: 0),
            NormalizeFeatureRows = normalizes, Standardize = standardizes, Target = ExecutionTarget.Cpu(1),
        }).Fit(view);
        SameOfNodes(fitted, edges, view);
    }

    [TestMethod]
    public void Yes_or_no_is_explained_with_what_stands_beside_the_features()
    {
        var data = TwoCliques.View(_ml);
        var view = _ml.Transforms.Expression("IsLeft", "x => x < 5", "Distance").Append(_ml.Transforms.CopyColumns("Beside", "Distance"))
            .Fit(data).Transform(data);
        using var fitted = _ml.Graphs().NodeBinaryClassification(new()
        {
            Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", LabelColumnName = "IsLeft", Epochs = 5,
            Network = GraphNetwork.Sage(8, 2, dropout: 0), Inputs = [InputColumn.Vector("Beside")], Target = ExecutionTarget.Cpu(1),
        }).Fit(view);
        Assert.HasCount(TwoCliques.Features + 1, fitted.Explain("n5").FeatureImportance);
        SameOfNodes(fitted, TwoCliques.ById(_ml), view);
    }

    [TestMethod]
    public void Attention_is_explained_where_the_file_gives_it()
    {
        using var folder = new TemporaryFolder();
        foreach (var gives in (bool[])[true, false])
        {
            using var fitted = _ml.Graphs().NodeClassification(new()
            {
                Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", Epochs = 5, Network = GraphNetwork.Gat(4, 2, dropout: 0),
                OutputAttention = gives, Target = ExecutionTarget.Cpu(1),
            }).Fit(TwoCliques.View(_ml));
            fitted.ExportToOnnx(folder.File("nodes.onnx"));
            using var loaded = _ml.Transforms.ApplyNodeModel(folder.File("nodes.onnx"), TwoCliques.ById(_ml), "Id")
                .Fit(TwoCliques.View(_ml));
            var attention = By(GraphExplanationMethod.Attention);
            if (gives)
                Same(fitted.Explain("n5", attention), loaded.Explain("n5", attention), 1e-4);
            else
                Assert.Contains("gives no attention of edges; expected one that was trained with OutputAttention",
                    Assert.ThrowsExactly<InvalidOperationException>(() => loaded.Explain("n5", attention)).Message);
        }
    }

    private static readonly Dictionary<string, GraphNetwork> OfGraphs = new()
    {
        ["top-k"] = GraphNetwork.TopKPool(8, 2), ["DiffPool"] = GraphNetwork.DiffPool(8, 1, [3]),
        ["virtual node"] = GraphNetwork.VirtualNode(GraphNetwork.Gin(8, 2)), ["edges' features"] = GraphNetwork.GatedGcn(8, 2),
        ["encoded"] = GraphNetwork.EncodeProcessDecode(8, 2),
    };

    [TestMethod]
    [DataRow("top-k")]
    [DataRow("DiffPool")]
    [DataRow("virtual node")]
    [DataRow("edges' features")]
    [DataRow("encoded")]
    public void Networks_of_graphs_have_the_gradients_that_they_were_trained_with_or_none(string name)
    {
        // Of nodes that are all alike only rounding would be compared.
        var random = new Random(1);
        var graphs = Shape.Make(24);
        foreach (var graph in graphs)
        {
            graph.NodeFeatures = [.. graph.NodeFeatures.Select(_ => random.NextSingle())];
            graph.EdgeFeatures = [.. graph.EdgeFeatures.Select(_ => random.NextSingle())];
        }
        var data = Shape.View(_ml, graphs);
        using var folder = new TemporaryFolder();
        using var fitted = _ml.Graphs().GraphRegression(new()
        {
            Columns = new()
            {
                NodeFeatureCount = 2, EdgeFeatureCount = name is "edges' features" or "encoded" ? 1 : null,
                EdgeFeaturesColumnName = name is "edges' features" or "encoded" ? nameof(Shape.EdgeFeatures) : null,
            },
            LabelColumnName = nameof(Shape.Size), Hidden = 8, Epochs = 5, LearningRate = 0.01f, Network = OfGraphs[name],
            Target = ExecutionTarget.Cpu(1),
        }).Fit(data);
        _ml.Model.Save(fitted, data.Schema, folder.File("graphs.zip"));
        using var loaded = (GraphScoringTransformer)new MLContext().Model.LoadSequenceGraph(folder.File("graphs.zip"), out _);
        var gradient = By(GraphExplanationMethod.Gradient);
        if (name == "top-k")
        {
            // How many nodes it keeps depends on the graph, by an operation that isn't imported.
            var message = Assert.ThrowsExactly<InvalidOperationException>(() => loaded.Explain(data, 0, options: gradient)).Message;
            Assert.Contains("has operations without gradients", message);
            Assert.Contains("(TopK)", message);
            Assert.Contains("expected GraphExplanationMethod.Occlusion.", message);
            return;
        }
        for (var row = 0; row < 2; row++)
            Same(fitted.Explain(data, row, options: gradient), loaded.Explain(data, row, options: gradient), 1e-4);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Whole_graphs_and_their_nodes_have_the_gradients_that_they_were_trained_with(bool attends)
    {
        var (graphs, _) = Motifs.ColoredTrees(60, 2);
        var data = Shape.View(_ml, graphs);
        using var folder = new TemporaryFolder();
        using var fitted = _ml.Graphs().GraphClassification(new()
        {
            Columns = new() { NodeFeatureCount = 2 }, Hidden = 16, Epochs = 10, LearningRate = 0.01f, Target = ExecutionTarget.Cpu(1),
            Network = attends ? GraphNetwork.Gat(4, 2, dropout: 0) : GraphNetwork.Gin(16, 2),
            Pooling = attends ? GraphPooling.Attention : GraphPooling.Mean,
        }).Fit(data);
        _ml.Model.Save(fitted, data.Schema, folder.File("graphs.zip"));
        using var loaded = (GraphScoringTransformer)new MLContext().Model.LoadSequenceGraph(folder.File("graphs.zip"), out _);
        for (var row = 0; row < 3; row++)
            foreach (var (method, tolerance) in ((GraphExplanationMethod, double)[])[(GraphExplanationMethod.Gradient, 1e-4),
                (GraphExplanationMethod.GnnExplainer, 1e-2)])
                Same(fitted.Explain(data, row, options: By(method)), loaded.Explain(data, row, options: By(method)), tolerance);
    }

    [TestMethod]
    public void What_a_file_can_not_tell_is_refused_and_occlusion_named()
    {
        using var folder = new TemporaryFolder();
        var nodes = TwoCliques.Nodes();
        nodes[3].Features[1] = float.NaN;
        var view = TwoCliques.View(_ml, nodes);
        using var fitted = _ml.Graphs().NodeImputation(new()
        {
            Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", Epochs = 2, Target = ExecutionTarget.Cpu(1),
        }).Fit(view);
        fitted.ExportToOnnx(folder.File("nodes.onnx"));
        using var loaded = _ml.Transforms.ApplyNodeModel(folder.File("nodes.onnx"), TwoCliques.ById(_ml), "Id").Fit(view);
        foreach (var method in (GraphExplanationMethod[])[GraphExplanationMethod.Gradient, GraphExplanationMethod.GnnExplainer])
        {
            var message = Assert.ThrowsExactly<InvalidOperationException>(() => loaded.Explain("n3", By(method))).Message;
            Assert.Contains($"Explain by {method}", message);
            Assert.Contains("nodes.onnx' reads features that may be missing", message);
            Assert.Contains("expected GraphExplanationMethod.Occlusion.", message);
        }
        Assert.AreEqual(GraphExplanationMethod.Occlusion, loaded.Explain("n3").Method);
    }

    [TestMethod]
    public void Files_of_others_are_refused()
    {
        using var folder = new TemporaryFolder();
        var graph = new Graph("other");
        graph.Output("Score", Op.Relu(graph.Input("x", ElementType.Float, ["nodes", 4])));
        OnnxFile.Save(graph, folder.File("other.onnx"));
        var error = Assert.ThrowsExactly<InvalidDataException>(() =>
            _ml.Transforms.ApplyNodeModel(folder.File("other.onnx"), TwoCliques.ById(_ml), "Id"));
        Assert.Contains("is not a model of MLSeqGraph", error.Message);
    }
}
