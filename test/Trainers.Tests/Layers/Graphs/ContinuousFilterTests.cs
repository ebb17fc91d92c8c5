using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

[TestClass]
public class ContinuousFilterTests
{
    private static readonly ContinuousFilterOptions Small = new() { Gaussians = 3, Cutoff = 2 };

    /// <summary>What <see cref="GraphLayerTests"/> checks; lengths are made of the edges' features, below and above the cutoff.</summary>
    internal static Dictionary<string, GraphLayerCase> Cases => new()
    {
        ["continuous filter"] = new(g => g.Network.ContinuousFilter(g.Edges, g.X, Lengths(g), 3, Small)),
        ["continuous filter, weights"] = new(g => g.Network.ContinuousFilter(g.Edges, g.X, Lengths(g), 3, Small with { Filters = 5 }))
            { IsWeighted = true },
    };

    private static Value Lengths(GraphLayerInput g) => Op.ReduceSumSquare(g.EdgeFeatures, [1]);

    [TestMethod]
    [DataRow(NetworkMode.Training, false)]
    [DataRow(NetworkMode.Training, true)]
    [DataRow(NetworkMode.Deployment, false)]
    [DataRow(NetworkMode.Deployment, true)]
    public void Golden_values(NetworkMode mode, bool weighted)
    {
        const string Name = "continuous_filter/";
        Dictionary<string, TensorData> weights = new()
        {
            [Name + "input/weight"] = GoldenGraph.Pattern(2, 2, 3, 7),
            [Name + "filter_hidden/weight"] = GoldenGraph.Pattern(3, 2, 5, 11),
            [Name + "filter_hidden/bias"] = GoldenGraph.Vector(0.1f, -0.1f),
            [Name + "filter/weight"] = GoldenGraph.Pattern(2, 2, 4, 9), [Name + "filter/bias"] = GoldenGraph.Vector(0.2f, 0.3f),
            [Name + "output/weight"] = GoldenGraph.Pattern(2, 2, 2, 5), [Name + "output/bias"] = GoldenGraph.Vector(-0.2f, 0.1f),
        };
        var y = GoldenGraph.Run(mode, weighted, weights, (network, edges, x) =>
        {
            var lengths = network.Graph.Constant(GoldenGraph.Column(0.5f, 1, 1.5f, 0.2f, 2.5f, 1.9f));
            return new() { ["y"] = network.ContinuousFilter(edges, x, lengths, 2, Small) };
        });
        GoldenGraph.AreClose(weighted ? [-0.2074139f, 0.1031478f, -0.1947305f, 0.0997584f, -0.2147848f, 0.1030246f, -0.2f, 0.1f]
            : [-0.2037069f, 0.1015739f, -0.1947847f, 0.0995169f, -0.2147848f, 0.1030246f, -0.2f, 0.1f], y["y"]);
    }

    [TestMethod]
    public void Distances_of_another_shape_a_single_Gaussian_and_a_cutoff_of_0_are_refused()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var x = network.Input("x", ElementType.Float, ["nodes", 2]);
        var edges = GraphEdges.Input(network, "nodes");
        var distances = network.Input("distances", ElementType.Float, [edges.Count, 1]);
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => network.ContinuousFilter(edges, x, x, 2)).Message,
            "expected distances [edges, 1]");
        foreach (var options in (ContinuousFilterOptions[])[new() { Gaussians = 1 }, new() { Cutoff = 0 }, new() { Cutoff = float.NaN }])
            Assert.ThrowsExactly<ArgumentException>(() => network.ContinuousFilter(edges, x, distances, 2, options));
    }
}
