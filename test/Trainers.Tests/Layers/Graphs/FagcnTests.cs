using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers.Tests.Graphs.Sampling;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>FAGCN by values; what holds for every graph layer is in <see cref="GraphLayerTests"/>.</summary>
[TestClass]
public class FagcnTests
{
    /// <summary>What <see cref="GraphLayerTests"/> checks.</summary>
    internal static Dictionary<string, GraphLayerCase> Cases => new()
    {
        ["fagcn"] = new(g => g.Network.Fagcn(g.Edges, g.X).Nodes) { InBlocks = false },
        ["fagcn, weights"] = new(g => g.Network.Fagcn(g.Edges, g.X).Nodes) { InBlocks = false, IsWeighted = true },
        ["fagcn, two layers"] = new(g =>
            g.Network.Fagcn(g.Edges, g.Network.Fagcn(g.Edges, g.X).Nodes, g.X, epsilon: 0.1f, name: "second").Nodes) { InBlocks = false },
        ["fagcn, attention"] = new(g => g.Edges.Max(g.Network.Fagcn(g.Edges, g.X).Attention)) { InBlocks = false },
    };

    // An edge twice (2 → 1), and a node with an outgoing edge alone (3).
    private static readonly long[] Ends = [0, 1, 2, 1, 3, 2, /* to */ 1, 0, 1, 2, 1, 1];

    /// <summary>Values of the equations, computed apart from this library; attention of both signs among them.</summary>
    [TestMethod]
    [DataRow(NetworkMode.Training, false)]
    [DataRow(NetworkMode.Training, true)]
    [DataRow(NetworkMode.Deployment, false)]
    [DataRow(NetworkMode.Deployment, true)]
    public void Golden_values(NetworkMode mode, bool weighted)
    {
        var graph = new Graph("test");
        Value Constant(float[] elements, params long[] sizes) => graph.Constant(TensorData.Create(elements, sizes));
        var network = new NetworkBuilder(graph, mode, new Dictionary<string, Value>
        {
            ["fagcn/source_attention"] = Constant([1, 0.25f], 1, 2), ["fagcn/target_attention"] = Constant([0.5f, -1.5f], 1, 2),
        });
        var edges = GraphEdges.Of(network, graph.Constant(TensorData.Create(Ends, 2, 6)), 4,
            weighted ? Constant([1, 2, 0.5f, 1, 3, 0.5f], 6, 1) : null);
        var x = network.Input("x", ElementType.Float, [4, 2]);
        var (nodes, attention) = network.Fagcn(edges, x, Constant([1, 2, 3, 4, 5, 6, 7, 8], 4, 2), epsilon: 0.5f);
        graph.Output("nodes", nodes);
        graph.Output("attention", attention);
        using var session = new OnnxSession(graph);
        var results = session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Create([1f, 0, 0, 1, 2, -1, 1, 1], 4, 2) });
        AreClose(weighted ? [-0.1461343f, 0.4017035f, 0.0547655f, 0.4435732f, -0.3285929f, 0.0547655f]
            : [-0.2310586f, 0.3175745f, 0.1224593f, 0.4959299f, -0.1224593f, 0.1224593f], results["attention"]);
        AreClose(weighted ? [0.5f, 1.4017035f, 1.2443348f, 1.5618762f, 2.5f, 3.4435732f, 3.5f, 4]
            : [0.5f, 1.3175745f, 1.6363194f, 1.632622f, 2.5f, 3.4959299f, 3.5f, 4], results["nodes"]);
    }

    [TestMethod]
    public void A_network_of_it_learns_from_blocks_as_from_the_whole_graph()
    {
        var ml = new MLContext(1);
        var network = GraphNetwork.CustomLayers("FAGCN", 2, (x, h, layer, outputs) => layer == 0
            ? x.Network.Fagcn(x.Hop(0), Op.Tanh(x.Network.Linear(h, 8))).Nodes
            : x.Network.Linear(x.Network.Fagcn(x.Hop(1), h).Nodes, outputs));
        NodePredictionTransformer Of(int[]? fanOuts) => SampledTrainerTests.Fit(ml, network, fanOuts, options =>
            (options.Edges, options.BatchSize) = (RandomNodes.Edges(ml, weighted: true), RandomNodes.Count));
        using NodePredictionTransformer whole = Of(null), sampled = Of([-1, -1]);
        Assert.IsLessThanOrEqualTo(1e-4, whole.Info.Verification!.LargestDifference);
        float[][] Scores(NodePredictionTransformer model) => [.. model.Transform(RandomNodes.View(ml)).GetColumn<float[]>("Score")];
        foreach (var (expected, actual) in Scores(whole).Zip(Scores(sampled)))
            for (var i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], actual[i], 1e-4f);
        Assert.IsLessThan(whole.History.Epochs[0].Loss, whole.History.Epochs[^1].Loss);
    }

    [TestMethod]
    public void Rows_of_another_width_are_refused()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var x = network.Input("x", ElementType.Float, ["nodes", 2]);
        var error = Assert.ThrowsExactly<GraphException>(() => network.Fagcn(GraphEdges.Input(network, "nodes"), x,
            network.Input("initial", ElementType.Float, ["nodes", 3])));
        StringAssert.Contains(error.Message, "[nodes, 2]");
        StringAssert.Contains(error.Message, "[nodes, 3]");
    }

    [TestMethod]
    public void A_block_without_degrees_is_refused()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var x = network.Input("x", ElementType.Float, ["nodes", 2]);
        var error = Assert.ThrowsExactly<GraphException>(() => network.Fagcn(GraphEdges.Block(network, "edges", "nodes", "targets"), x));
        StringAssert.Contains(error.Message, "degrees");
    }

    private static void AreClose(float[] expected, TensorData actual)
    {
        Assert.HasCount(expected.Length, actual.As<float>());
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual.As<float>()[i], 1e-6f, $"element {i}");
    }
}
