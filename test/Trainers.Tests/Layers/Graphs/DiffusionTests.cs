using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>
/// Diffusion along given and learned edges, and networks over series of nodes; what holds for every graph layer is in
/// <see cref="GraphLayerTests"/>.
/// </summary>
[TestClass]
public class DiffusionTests
{
    private static readonly SequenceNetwork Convolved = SequenceNetwork.Custom("convolution", (network, x) =>
        new(x, x.With(Op.Tanh(x.Convolution(3, 2).Steps)).MeanPooling()));

    /// <summary>What <see cref="GraphLayerTests"/> checks.</summary>
    internal static Dictionary<string, GraphLayerCase> Cases => new()
    {
        ["diffusion"] = new(g => g.Network.Diffusion(g.Edges, g.X, 3)) { InBlocks = false },
        ["diffusion, weights"] = new(g => g.Network.Diffusion(g.Edges, g.X, 2, 1)) { InBlocks = false, IsWeighted = true },
        ["diffusion network"] = new(g => GraphNetwork.Diffusion(4, 2, 1).Write(new(g.Network, g.X, g.Edges), 2)) { InBlocks = false },
        ["series of nodes, convolution"] = new(g => GraphNetwork.OverSeries(Convolved, GraphNetwork.Sage(4, 1, 0)).Write(
            new(g.Network, g.X, g.Edges), 2)) { Precision = ElementType.Float },
        ["series of nodes, lstm"] = new(g => GraphNetwork.OverSeries(SequenceNetwork.Lstm(3), GraphNetwork.Gin(4, 1, batchNorm: false), 2)
            .Write(new(g.Network, g.X, g.Edges), 2)) { Precision = ElementType.Float },
        ["series of nodes and further features"] = new(g => GraphNetwork.OverSeries(SequenceNetwork.Custom("mean", (_, x) =>
            new(x, x.MeanPooling())), GraphNetwork.Diffusion(3, 1, 1), 1, 3).Write(new(g.Network, g.X, g.Edges), 2)) { InBlocks = false },
    };

    [TestMethod]
    [DataRow(NetworkMode.Training)]
    [DataRow(NetworkMode.Deployment)]
    public void Golden_values_of_a_diffusion(NetworkMode mode)
    {
        // Columns of x, P x, P² x, R x, R² x, each of two features, one behind the other.
        Dictionary<string, TensorData> weights = new()
        {
            ["diffusion/output/weight"] = TensorData.Create([.. Enumerable.Range(0, 100).Select(i => i / 10 == i % 10 ? 1f : 0)], 10, 10),
            ["diffusion/output/bias"] = TensorData.Create(new float[10], 10),
        };
        var y = GoldenGraph.Run(mode, false, weights, (network, edges, x) => new()
            { ["y"] = network.Diffusion(edges, x, 10, 2), })["y"].As<float>();
        // Edges 0→1, 1→0, 2→1, 1→2, 3→1, 2→1; rows (1, 0), (0, 1), (2, -1), (1, 1).
        float[][] p = [[0, 1], [1.5f, -0.25f], [0, 1], [0, 0]], r = [[0, 1], [1.5f, -0.5f], [0, 1], [0, 1]];
        Same(p, 2);
        Same(r, 6);
        Same([[1.5f, -0.25f], [0, 0.75f], [1.5f, -0.25f], [0, 0]], 4);
        Same([[1.5f, -0.5f], [0, 1], [1.5f, -0.5f], [1.5f, -0.5f]], 8);

        void Same(float[][] expected, int column)
        {
            for (var node = 0; node < 4; node++)
                for (var feature = 0; feature < 2; feature++)
                    Assert.AreEqual(expected[node][feature], y[node * 10 + column + feature], 1e-6f, $"node {node}, column {column}");
        }
    }

    [TestMethod]
    public void Golden_values_of_a_learned_adjacency()
    {
        Dictionary<string, TensorData> weights = new()
        {
            ["learned_adjacency/targets"] = TensorData.Create([1f, 0, 0, 2], 2, 2),
            ["learned_adjacency/sources"] = TensorData.Create([-1f, 0, 0.5f, 1], 2, 2),
        };
        var results = GoldenGraph.Run(NetworkMode.Training, false, weights, (network, _, x) =>
        {
            var adjacency = network.LearnedAdjacency(2, 2);
            return new() { ["a"] = adjacency, ["y"] = Layers.PassedBy(adjacency, x) };
        });
        // ReLU of [[-1, 0.5], [0, 2]]
        float low = 1 / (1 + MathF.Exp(0.5f)), none = 1 / (1 + MathF.Exp(2));
        GoldenGraph.AreClose([low, 1 - low, none, 1 - none], results["a"]);
        // Two graphs of two nodes each.
        GoldenGraph.AreClose([low, 1 - low, none, 1 - none, 2 * low + (1 - low), -low + (1 - low), 2 * none + (1 - none),
            -none + (1 - none)], results["y"]);
    }

    [TestMethod]
    public void Gradients_of_a_learned_adjacency()
    {
        var at = FiniteDifferences.Random(ElementType.Double, 3, 6, 2);
        FiniteDifferences.Check(values => Layers.PassedBy(Op.Softmax(Op.Relu(Op.MatMul(values[1], Op.Transpose(values[2], 1, 0)))),
            values[0]), [at, FiniteDifferences.Random(ElementType.Double, 4, 3, 2), FiniteDifferences.Random(ElementType.Double, 5, 3, 2)]);
    }

    [TestMethod]
    public void Steps_of_a_node_are_read_in_their_order_with_what_stands_behind_them()
    {
        // Rows (1, 0), (0, 1), (2, -1), (1, 1) as one step and a further feature.
        var weigher = SequenceNetwork.Custom("first less last", (_, x) =>
            new(x, Op.Squeeze(Op.Slice(x.Steps, 0, 0, 1), 0) - Op.Squeeze(Op.Slice(x.Steps, 0, -1), 0) * 3.0));
        var itself = GraphNetwork.Custom("itself", (x, _) => x.Features);
        float[] Of(GraphNetwork network) => GoldenGraph.Run(NetworkMode.Deployment, false, [], (builder, edges, x) =>
            new() { ["y"] = network.Write(new(builder, x, edges), 1) })["y"].As<float>();
        CollectionAssert.AreEqual((float[])[1, -3, 5, -2], Of(GraphNetwork.OverSeries(weigher, itself)));
        CollectionAssert.AreEqual((float[])[-2, 0, 0, 1, -4, -1, -2, 1], Of(GraphNetwork.OverSeries(weigher, itself, 1, 1)));
    }

    [TestMethod]
    public void What_does_not_fit_is_refused()
    {
        static void Fails<TError>(Action act, string part) where TError : Exception =>
            StringAssert.Contains(Assert.ThrowsExactly<TError>(act).Message, part);
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var x = network.Input("x", ElementType.Float, ["nodes", 5]);
        GraphInput input = new(network, x, GraphEdges.Input(network, "nodes"));
        var gru = SequenceNetwork.Gru(3);
        Fails<GraphException>(() => GraphNetwork.OverSeries(gru, GraphNetwork.Gcn(), 2).Write(input, 1), "5 features; expected one");
        Fails<GraphException>(() => GraphNetwork.OverSeries(gru, GraphNetwork.Gcn(), 2, 3).Write(input, 1), "at least 3 steps of 2");
        Fails<ArgumentException>(() => GraphNetwork.OverSeries(SequenceNetwork.MiniRocket(), GraphNetwork.Gcn()),
            "from the rows of a trainer of sequences");
        Fails<ArgumentException>(() => GraphNetwork.OverSeries(SequenceNetwork.Multimodal(), GraphNetwork.Gcn()), "reads further inputs");
        Fails<ArgumentException>(() => GraphNetwork.OverSeries(gru, GraphNetwork.RelationalInference(new() { FeaturesPerStep = 1 })),
            "reads series itself");
        Fails<ArgumentException>(() => GraphNetwork.LearnedGraph(new()), "Nodes is 0");
        Fails<ArgumentException>(() => GraphNetwork.LearnedGraph(new() { Nodes = 2, Steps = 0 }), "Steps is 0");
        Fails<ArgumentException>(() => GraphNetwork.LearnedGraph(new() { Nodes = 2, Dropout = float.NaN }), "Dropout is NaN");
        Fails<GraphException>(() => Layers.PassedBy(x, x), "expected an adjacency [nodes, nodes]");
        Fails<GraphException>(() => Layers.PassedBy(network.LearnedAdjacency(3), network.Graph.Constant(
            TensorData.Create(new float[8], 4, 2))), "no multiple of the adjacency's 3 nodes");
        Fails<GraphException>(() => _ = GraphEdges.Block(network, "block", "sources", "targets").Reversed, "expected a whole graph");
    }
}
