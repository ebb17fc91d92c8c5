using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>The layer of learned simulators; what holds for every graph layer is in <see cref="GraphLayerTests"/>.</summary>
[TestClass]
public class InteractionTests
{
    private static readonly InteractionOptions Plain = new() { Normalize = false, Hidden = 2 };

    /// <summary>What <see cref="GraphLayerTests"/> checks.</summary>
    internal static Dictionary<string, GraphLayerCase> Cases => new()
    {
        ["interaction"] = new(g => g.Network.Interaction(g.Edges, g.X, g.EdgeFeatures, Plain).Nodes),
        ["interaction, normalized"] = new(g => g.Network.Interaction(g.Edges, g.X, g.EdgeFeatures).Nodes),
        ["interaction, weights"] = new(g => g.Network.Interaction(g.Edges, g.X, g.EdgeFeatures).Nodes) { IsWeighted = true },
        ["interaction, two layers"] = new(g =>
        {
            var (nodes, states) = g.Network.Interaction(g.Edges, g.X, g.EdgeFeatures);
            (nodes, states) = g.Network.Interaction(g.Edges, nodes, states, Plain);
            return Op.Concat(1, nodes, g.Edges.Max(states));
        }) { InBlocks = false },
        ["encode-process-decode network"] = new(g => GraphNetwork.EncodeProcessDecode(4, 2).Write(new(g.Network, g.X, g.Edges)
            { EdgeFeatures = g.EdgeFeatures }, 2)) { InBlocks = false },
        ["encode-process-decode network without features of edges"] = new(g => GraphNetwork.EncodeProcessDecode(4, 1)
            .Write(new(g.Network, g.X, g.Edges), 2)) { InBlocks = false },
    };

    /// <summary>Values of the equations, computed apart from this library.</summary>
    [TestMethod]
    [DataRow(NetworkMode.Training, false)]
    [DataRow(NetworkMode.Training, true)]
    [DataRow(NetworkMode.Deployment, false)]
    [DataRow(NetworkMode.Deployment, true)]
    public void Golden_values(NetworkMode mode, bool normalized)
    {
        Dictionary<string, TensorData> weights = new()
        {
            ["interaction/edge_hidden/weight"] = TensorData.Create([0.4f, -0.3f], 1, 2),
            ["interaction/edge_hidden/bias"] = GoldenGraph.Vector(0.1f, 0.2f),
            ["interaction/source/weight"] = GoldenGraph.Pattern(2, 2, 3, 7),
            ["interaction/target/weight"] = GoldenGraph.Pattern(2, 2, 5, 11),
            ["interaction/edge/weight"] = GoldenGraph.Pattern(2, 1, 4, 9),
            ["interaction/edge/bias"] = GoldenGraph.Vector(-0.3f),
            ["interaction/node_hidden/weight"] = GoldenGraph.Pattern(3, 2, 2, 5),
            ["interaction/node_hidden/bias"] = GoldenGraph.Vector(0.2f, 0.1f),
            ["interaction/node/weight"] = GoldenGraph.Pattern(2, 2, 5, 7),
            ["interaction/node/bias"] = GoldenGraph.Vector(0.3f, -0.1f),
        };
        if (normalized)
        {
            // A row of one feature is 0 once it is normalized, so that the message is the bias.
            weights["interaction/edge_norm/scale"] = GoldenGraph.Vector(2);
            weights["interaction/edge_norm/bias"] = GoldenGraph.Vector(0.5f);
            weights["interaction/node_norm/scale"] = GoldenGraph.Vector(0.5f, 1);
            weights["interaction/node_norm/bias"] = GoldenGraph.Vector(0.1f, -0.1f);
        }
        var results = GoldenGraph.Run(mode, normalized, weights, (network, edges, x) =>
        {
            var features = network.Graph.Constant(GoldenGraph.Column(0.5f, -1, 2, 0, 1, -0.5f));
            var (nodes, states) = network.Interaction(edges, x, features, Plain with { Normalize = normalized });
            return new() { ["nodes"] = nodes, ["edges"] = states };
        });
        GoldenGraph.AreClose(normalized ?
                [1.5999184f, -1.0998368f, 0.5982316f, -0.0964633f, 2.5999433f, -2.0998866f, 1.5998889f, -0.0997779f]
            : [1.3f, -0.132f, 0.24f, 0.86f, 2.3f, -1.152f, 1.24f, 0.94f], results["nodes"]);
        GoldenGraph.AreClose(normalized ? [1, -0.5f, 2.5f, 0.5f, 1.5f, 0] : [0, -1.3f, 1.5f, -0.3f, 0.3f, -0.8f], results["edges"]);
    }
}
