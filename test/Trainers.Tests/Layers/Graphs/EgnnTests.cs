using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

[TestClass]
public class EgnnTests
{
    private const int Positions = 3;

    internal static Dictionary<string, GraphLayerCase> Cases => new()
    {
        ["egnn"] = new(g => Written(g, null, new() { Hidden = 5 })),
        ["egnn, features of edges, sums"] = new(g => Written(g, g.EdgeFeatures, new() { Residual = false, MeanOfMoves = false })),
    };

    // Positions are made of the nodes' features, so that gradients by them are checked too.
    private static Value Written(GraphLayerInput g, Value? edgeFeatures, EgnnOptions options)
    {
        var positions = Op.Slice(Op.Concat(1, g.X, g.X * 0.5), 1, 1, 1 + Positions);
        var (nodes, moved) = g.Network.Egnn(g.Edges, g.X, positions, SmallGraph.Features, edgeFeatures, options);
        return Op.Concat(1, nodes, moved);
    }

    [TestMethod]
    public void Rotated_and_shifted_positions_give_rotated_and_shifted_ones_and_the_same_features()
    {
        const int Nodes = 5, Features = 4;
        var random = new Random(4);
        float[] Random(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment, seed: 2);
        var x = network.Input("x", ElementType.Float, ["nodes", Features]);
        var edges = GraphEdges.Input(network, "nodes");
        // two layers, so that the second one reads moved positions
        var (h, p) = network.Egnn(edges, x, network.Input("positions", ElementType.Float, ["nodes", Positions]), Features);
        (h, p) = network.Egnn(edges, h, p, Features);
        network.Graph.Output("features", h);
        network.Graph.Output("moved", p);
        using var session = new OnnxSession(network.Graph);
        long[] pairs = [.. Enumerable.Range(0, Nodes * Nodes).Where(pair => pair / Nodes != pair % Nodes).Select(pair => (long)pair)];
        var positions = Random(Nodes * Positions);
        var features = TensorData.Create(Random(Nodes * Features), Nodes, Features);
        var index = TensorData.Create([.. pairs.Select(pair => pair / Nodes), .. pairs.Select(pair => pair % Nodes)], 2, pairs.Length);
        IReadOnlyDictionary<string, TensorData> Run(float[] at) => session.Run(new Dictionary<string, TensorData>
        {
            ["x"] = features, ["positions"] = TensorData.Create(at, Nodes, Positions), ["edge_index"] = index,
        });
        var (before, after) = (Run(positions), Run(Turned(positions)));
        AreClose(before["features"].As<float>(), after["features"].As<float>());
        AreClose(Turned(before["moved"].As<float>()), after["moved"].As<float>());
        Assert.IsTrue(before["moved"].As<float>().Zip(positions).Any(pair => Math.Abs(pair.First - pair.Second) > 0.01));
    }

    [TestMethod]
    public void A_residual_of_other_features_than_channels_is_refused()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var error = Assert.ThrowsExactly<GraphException>(() => network.Egnn(GraphEdges.Input(network, "nodes"),
            network.Input("x", ElementType.Float, ["nodes", 2]), network.Input("positions", ElementType.Float, ["nodes", 3]), 4));
        StringAssert.Contains(error.Message, "4 channels");
        StringAssert.Contains(error.Message, nameof(EgnnOptions.Residual));
    }

    // By 0.7 in the plane of the first two axes, then by 1.1 in that of the last two, mirrored in the first, and shifted.
    private static float[] Turned(float[] positions)
    {
        var turned = (float[])positions.Clone();
        for (var at = 0; at < turned.Length; at += Positions)
        {
            (turned[at], turned[at + 1]) = Plane(turned[at], turned[at + 1], 0.7f);
            (turned[at + 1], turned[at + 2]) = Plane(turned[at + 1], turned[at + 2], 1.1f);
            turned[at] = 3 - turned[at];
            turned[at + 2] -= 2;
        }
        return turned;

        static (float, float) Plane(float a, float b, float angle) =>
            (a * MathF.Cos(angle) - b * MathF.Sin(angle), a * MathF.Sin(angle) + b * MathF.Cos(angle));
    }

    private static void AreClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 2e-4f, $"element {i}");
    }
}
