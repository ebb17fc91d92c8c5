using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

[TestClass]
public class PnaTests
{
    /// <summary>What <see cref="GraphLayerTests"/> checks.</summary>
    internal static Dictionary<string, GraphLayerCase> Cases => new()
    {
        ["pna"] = new(g => g.Network.Pna(g.Edges, g.X, 3)),
        ["pna, features of edges"] = new(g => g.Network.Pna(g.Edges, g.X, 3, g.EdgeFeatures, typicalDegree: 2)),
    };

    [TestMethod]
    [DataRow(NetworkMode.Training)]
    [DataRow(NetworkMode.Deployment)]
    public void Golden_values(NetworkMode mode)
    {
        Dictionary<string, TensorData> weights = new()
        {
            ["pna/edge/weight"] = GoldenGraph.Pattern(4, 2, 7, 11), ["pna/edge/bias"] = GoldenGraph.Vector(0.1f, -0.2f),
            ["pna/output/weight"] = GoldenGraph.Pattern(26, 2, 5, 13), ["pna/output/bias"] = GoldenGraph.Vector(0.3f, -0.1f),
        };
        var y = GoldenGraph.Run(mode, weighted: false, weights, (network, edges, x) => new()
            { ["y"] = network.Pna(edges, x, 2, typicalDegree: 3) });
        GoldenGraph.AreClose([-0.3023717f, -0.1954147f, -0.3379233f, -0.3564473f, -1.9473717f, 0.5995853f, 0.1f, -0.6f], y["y"]);
    }

    [TestMethod]
    public void Weights_of_edges_and_a_typical_degree_of_0_are_refused()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var x = network.Input("x", ElementType.Float, ["nodes", 2]);
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() =>
            network.Pna(GraphEdges.Input(network, "nodes", weighted: true), x, 2)).Message, "expected edges without weights");
        foreach (var degree in (double[])[0, -1, double.NaN])
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
                network.Pna(GraphEdges.Input(network, "nodes"), x, 2, typicalDegree: degree));
    }
}
