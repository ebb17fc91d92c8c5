using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>The attention of edges and of poolings as columns, wherever models of graphs and nodes score.</summary>
[TestClass]
public class GraphAttentionTests
{
    private readonly MLContext _ml = new(1);

    private static readonly GraphColumns Columns = new() { NodeFeatureCount = 2 };

    private static readonly Dictionary<string, GraphNetwork> Networks = new()
    {
        ["gat"] = GraphNetwork.Gat(4, 2, dropout: 0),
        ["gat_v2"] = GraphNetwork.Gat(4, 2, dropout: 0, outputHeads: 3, dynamic: true),
        ["transformer"] = GraphNetwork.Transformer(8, 2, dropout: 0),
        ["own"] = GraphNetwork.CustomLayers("own", 1, (x, h, layer, channels) =>
        {
            var (nodes, attention) = x.Network.Gat(x.Hop(layer), h, channels, new() { Heads = 2, Concat = false });
            x.OutputAttention(attention);
            return nodes;
        }),
    };

    private sealed class Attentions
    {
        public float[] Attention { get; set; } = [];

        public float[] PoolingAttention { get; set; } = [];
    }

    private GraphPredictionTransformer Graphs(GraphNetwork network, GraphPooling pooling, bool asked = true) =>
        _ml.Graphs().GraphClassification(new()
        {
            Columns = Columns, Network = network, Pooling = pooling, Hidden = 6, Epochs = 2, OutputAttention = asked,
            BadRows = BadRows.Skip, Target = ExecutionTarget.Cpu(1),
        }).Fit(Shape.View(_ml, Shape.Make(20)));

    [TestMethod]
    [DataRow("gat", GraphPooling.Mean)]
    [DataRow("gat_v2", GraphPooling.Attention)]
    [DataRow("transformer", GraphPooling.Attention)]
    [DataRow("own", GraphPooling.Sum)]
    public void Graphs_give_their_edges_and_nodes_attention_wherever_they_are_scored(string name, GraphPooling pooling)
    {
        using var model = Graphs(Networks[name], pooling);
        Assert.AreEqual((true, pooling == GraphPooling.Attention), (model.Info.HasAttention, model.Info.HasPoolingAttention));
        var shapes = Shape.Make(9, 3);
        shapes[4].NodeFeatures = [];
        // one node alone, without edges
        (shapes[5].NodeFeatures, shapes[5].Edges) = ([1, 2], []);
        var data = Shape.View(_ml, shapes);
        var scored = model.Transform(data);
        Assert.AreEqual("Vector<Single>", scored.Schema["Attention"].Type.ToString());
        float[][] attention = [.. scored.GetColumn<float[]>("Attention")];
        float[][] pooled = pooling == GraphPooling.Attention ? [.. scored.GetColumn<float[]>("PoolingAttention")] : [];
        Assert.IsEmpty(attention[4]);
        Assert.IsEmpty(attention[5]);
        for (var graph = 0; graph < 9; graph++)
            if (graph != 4)
                Check(shapes[graph], attention[graph], pooled.Length == 0 ? null : pooled[graph]);

        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("graphs.onnx"));
        using var applied = _ml.Transforms.ApplyGraphModel(folder.File("graphs.onnx"), Columns, badRows: BadRows.Skip).Fit(data);
        Close(attention, applied.Transform(data).GetColumn<float[]>("Attention"));
        _ml.Model.Save(model, data.Schema, folder.File("model.zip"));
        Shape[] good = [.. shapes.Where((_, i) => i is not (4 or 5))];
        var stock = new MLContext().Model.Load(folder.File("model.zip"), out _).Transform(Shape.View(_ml, good));
        Close(attention.Where((_, i) => i is not (4 or 5)), stock.GetColumn<float[]>("Attention"));
        using var engine = _ml.Model.CreatePredictionEngine<Shape, Attentions>(model, ignoreMissingColumns: true);
        Close([attention[7]], [engine.Predict(shapes[7]).Attention]);
        if (pooled.Length == 0)
            return;
        Close(pooled, applied.Transform(data).GetColumn<float[]>("PoolingAttention"));
        Close(pooled.Where((_, i) => i is not (4 or 5)), stock.GetColumn<float[]>("PoolingAttention"));
        Close([pooled[7]], [engine.Predict(shapes[7]).PoolingAttention]);
    }

    // All edges that end at a node add up to less than 1, by as much as it attends to itself; the nodes of a graph to 1.
    private static void Check(Shape shape, float[] attention, float[]? pooled)
    {
        var (edges, nodes) = (shape.Edges.Length / 2, shape.NodeFeatures.Length / 2);
        Assert.HasCount(edges, attention);
        Assert.IsTrue(attention.All(weight => weight is > 0 and < 1));
        foreach (var node in Enumerable.Range(0, nodes))
            Assert.IsTrue(attention.Where((_, edge) => shape.Edges[edges + edge] == node).Sum() is >= 0 and < 1);
        if (pooled is null)
            return;
        Assert.HasCount(nodes, pooled);
        Assert.AreEqual(1, pooled.Sum(), 1e-5f);
    }

    [TestMethod]
    [DataRow("gat", false)]
    [DataRow("gat_v2", true)]
    [DataRow("transformer", false)]
    public void Nodes_give_the_attention_of_the_edges_that_end_there(string name, bool withVector)
    {
        var nodes = TwoCliques.View(_ml);
        using var model = NodeTrainerTests.Trainer(_ml, Networks[name], options =>
            (options.OutputAttention, options.OutputVector, options.Epochs, options.Target) = (true, withVector, 3, ExecutionTarget.Cpu(1)))
            .Fit(nodes);
        var scored = model.Transform(nodes);
        float[][] attention = [.. scored.GetColumn<float[]>("Attention")];
        Assert.HasCount(TwoCliques.Size - 1, attention[0]);
        // one of the two ends of the bridge
        Assert.HasCount(TwoCliques.Size, attention[3]);
        Assert.IsTrue(attention.All(weights => weights.All(weight => weight is > 0 and < 1) && weights.Sum() < 1));

        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("nodes.onnx"));
        // edges in another order are in that order
        var edges = TwoCliques.Edges();
        Array.Reverse(edges);
        using var applied = _ml.Transforms.ApplyNodeModel(folder.File("nodes.onnx"), TwoCliques.ById(_ml, edges), "Id").Fit(nodes);
        Close(attention.Select(weights => weights.Reverse().ToArray()), applied.Transform(nodes).GetColumn<float[]>("Attention"));
        _ml.Model.Save(model, nodes.Schema, folder.File("model.zip"));
        var members = TwoCliques.Nodes();
        members[2].Id = "who";
        var stock = new MLContext().Model.Load(folder.File("model.zip"), out _).Transform(TwoCliques.View(_ml, members));
        float[][] loaded = [.. stock.GetColumn<float[]>("Attention")];
        Assert.IsEmpty(loaded[2]);
        Close([.. attention[..2], .. attention[3..]], [.. loaded[..2], .. loaded[3..]]);
        using var engine = _ml.Model.CreatePredictionEngine<Member, Attentions>(model, ignoreMissingColumns: true);
        Close([attention[3]], [engine.Predict(TwoCliques.Nodes()[3]).Attention]);
        Assert.IsEmpty(engine.Predict(new() { Id = "who" }).Attention);
    }

    [TestMethod]
    public void Where_there_is_none_it_is_an_error_before_training()
    {
        void Fails(Action act, params string[] parts)
        {
            var error = Assert.ThrowsExactly<ArgumentException>(act);
            foreach (var part in parts)
                StringAssert.Contains(error.Message, part);
        }
        Fails(() => Graphs(GraphNetwork.Gin(8, 1), GraphPooling.Mean),
            "OutputAttention is set, but the GIN has no attention, and the pooling is Mean; expected GAT");
        using var pooledAlone = Graphs(GraphNetwork.Gin(8, 1), GraphPooling.Attention);
        Assert.AreEqual((false, true), (pooledAlone.Info.HasAttention, pooledAlone.Info.HasPoolingAttention));
        using var without = Graphs(Networks["gat"], GraphPooling.Attention, asked: false);
        Assert.IsNull(without.GetOutputSchema(Shape.View(_ml, Shape.Make(1)).Schema).GetColumnOrNull("Attention"));
        var nodes = TwoCliques.View(_ml);
        NodeClassificationTrainer.Options options = new() { Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", OutputAttention = true };
        Fails(() => _ml.Graphs().NodeClassification(options).Fit(nodes),
            "OutputAttention is set, but the GCN has no attention; expected GAT");
        (options.Network, options.FanOuts) = (Networks["gat"], [2, 2]);
        Fails(() => _ml.Graphs().NodeClassification(options).Fit(nodes),
            "OutputAttention is True; expected false: with FanOuts");
        Fails(() => _ml.Graphs().LinkPrediction(new() { Edges = options.Edges, OutputAttention = true }).Fit(nodes),
            "OutputAttention is True; expected false: a pair of nodes has none");
        Fails(() => _ml.Graphs().NodeEmbedding(new() { Edges = options.Edges, OutputAttention = true }).Fit(nodes),
            "OutputAttention is True; expected false");
        Fails(() => _ml.Sequences().LanguageModel(new() { OutputAttention = true }).Fit(nodes), "OutputAttention is True; expected false");
        Fails(() => _ml.Sequences().Translation(new() { OutputVector = true }).Fit(nodes), "OutputVector is True; expected false");
        Fails(() => _ml.Sequences().MaskedPretraining(new() { OutputAttention = true }).Fit(nodes),
            "OutputAttention is True; expected false");
    }

    private static void Close(IEnumerable<float[]> expected, IEnumerable<float[]> found)
    {
        var (one, other) = (expected.ToArray(), found.ToArray());
        Assert.HasCount(one.Length, other);
        for (var row = 0; row < one.Length; row++)
        {
            Assert.HasCount(one[row].Length, other[row], $"row {row}");
            for (var i = 0; i < one[row].Length; i++)
                Assert.AreEqual(one[row][i], other[row][i], 1e-5f, $"row {row}, {i}");
        }
    }
}
