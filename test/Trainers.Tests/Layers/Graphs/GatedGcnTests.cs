using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

[TestClass]
public class GatedGcnTests
{
    /// <summary>What <see cref="GraphLayerTests"/> checks.</summary>
    internal static Dictionary<string, GraphLayerCase> Cases => new()
    {
        ["gated gcn"] = new(g => g.Network.GatedGcn(g.Edges, g.X, 3).Nodes),
        ["gated gcn, weights"] = new(g => g.Network.GatedGcn(g.Edges, g.X, 3, g.EdgeFeatures).Nodes) { IsWeighted = true },
        ["gated gcn, gates beyond the exponential's range"] = new(g =>
            g.Network.GatedGcn(g.Edges, g.X, 3, g.EdgeFeatures + Op.Sign(g.EdgeFeatures) * 2000.0).Nodes),
        ["gated gcn, two layers"] = new(g =>
        {
            var (nodes, gates) = g.Network.GatedGcn(g.Edges, g.X, 3, g.EdgeFeatures);
            return g.Network.GatedGcn(g.Edges, nodes, 2, Op.Tanh(gates)).Nodes;
        }) { InBlocks = false },
    };

    [TestMethod]
    [DataRow(NetworkMode.Training, false)]
    [DataRow(NetworkMode.Training, true)]
    [DataRow(NetworkMode.Deployment, false)]
    [DataRow(NetworkMode.Deployment, true)]
    public void Golden_values(NetworkMode mode, bool weighted)
    {
        var results = Run(mode, weighted, 0.2f, -0.4f);
        GoldenGraph.AreClose(weighted ? [0.1999995f, 0.3999998f, -0.0455462f, 0.3671401f, -0.4000013f, 0.4999995f, 0.1f, 0.1f]
            : [0.199999f, 0.3999996f, -0.5077691f, 0.4312003f, -0.4000013f, 0.4999995f, 0.1f, 0.1f], results["nodes"]);
        GoldenGraph.AreClose([0.6f, -0.65f, -0.4f, -0.2f, 0.8f, -1, -0.8f, -0.4f, 1, -0.9f, -0.2f, -0.25f], results["gates"]);
    }

    // Nearly closed gates, of 1e-7 and less, whose ratios must be as exact as those of any other: tails cut off at 6e-8 give -0.02 and 0.15
    // where 0.21 and 0.31 are right.
    [TestMethod]
    [DataRow(NetworkMode.Training)]
    [DataRow(NetworkMode.Deployment)]
    public void Gates_far_in_the_tail_keep_their_ratios(NetworkMode mode) => GoldenGraph.AreClose(
        [-0.1425001f, 0.2096263f, -0.1386271f, 0.1381347f, -0.7595392f, 0.3079507f, 0.1f, 0.1f], Run(mode, false, -15, -17)["nodes"]);

    private static IReadOnlyDictionary<string, TensorData> Run(NetworkMode mode, bool weighted, params float[] gateBias)
    {
        Dictionary<string, TensorData> weights = new()
        {
            ["gated_gcn/self/weight"] = GoldenGraph.Pattern(2, 2, 3, 7), ["gated_gcn/self/bias"] = GoldenGraph.Vector(0.1f, 0.2f),
            ["gated_gcn/neighbor/weight"] = GoldenGraph.Pattern(2, 2, 5, 11),
            ["gated_gcn/neighbor/bias"] = GoldenGraph.Vector(-0.1f, 0.3f),
            ["gated_gcn/edge/weight"] = TensorData.Create([0.4f, -0.3f], 1, 2),
            ["gated_gcn/target_gate/weight"] = GoldenGraph.Pattern(2, 2, 4, 9),
            ["gated_gcn/target_gate/bias"] = GoldenGraph.Vector(gateBias),
            ["gated_gcn/source_gate/weight"] = GoldenGraph.Pattern(2, 2, 2, 5),
        };
        return GoldenGraph.Run(mode, weighted, weights, (network, edges, x) =>
        {
            var features = network.Graph.Constant(GoldenGraph.Column(0.5f, -1, 2, 0, 1, -0.5f));
            var (nodes, gates) = network.GatedGcn(edges, x, 2, features);
            return new() { ["nodes"] = nodes, ["gates"] = gates };
        });
    }
}
