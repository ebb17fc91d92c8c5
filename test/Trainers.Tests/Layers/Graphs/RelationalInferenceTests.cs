using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Layers that infer edges; what holds for every graph layer is in <see cref="GraphLayerTests"/>.</summary>
[TestClass]
public class RelationalInferenceTests
{
    /// <summary>What <see cref="GraphLayerTests"/> checks.</summary>
    internal static Dictionary<string, GraphLayerCase> Cases => new()
    {
        ["relation encoder"] = new(g => g.Edges.Sum(g.Network.RelationEncoder(g.Edges, Series(g), 3, 4))) { InBlocks = false },
        ["relation decoder"] = new(g => Flat(g.Network.RelationDecoder(g.Edges, Series(g), Op.Softmax(g.EdgeFeatures), 3)))
            { InBlocks = false },
        ["relation decoder, all kinds"] = new(g =>
            Flat(g.Network.RelationDecoder(g.Edges, Series(g), Op.Softmax(g.EdgeFeatures), 3, skipsFirst: false))) { InBlocks = false },
    };

    // Two steps of two features.
    private static Value Series(GraphLayerInput g) => Op.Reshape(g.X, [g.X.Shape[0], 2, 2], g.X);

    private static Value Flat(Value x) => Op.Reshape(x, [x.Shape[0], 4], x);

    /// <summary>Values of the equations, computed apart from this library.</summary>
    [TestMethod]
    [DataRow(NetworkMode.Training)]
    [DataRow(NetworkMode.Deployment)]
    public void Golden_values(NetworkMode mode)
    {
        Dictionary<string, TensorData> weights = new()
        {
            ["encoder/source/weight"] = GoldenGraph.Pattern(2, 2, 3, 7), ["encoder/target/weight"] = GoldenGraph.Pattern(2, 2, 5, 11),
            ["encoder/target/bias"] = GoldenGraph.Vector(0.3f, 0.1f), ["encoder/pair/weight"] = GoldenGraph.Pattern(2, 2, 4, 9),
            ["encoder/pair/bias"] = GoldenGraph.Vector(0.2f, 0.4f), ["encoder/gate/weight"] = GoldenGraph.Pattern(2, 2, 3, 5),
            ["encoder/gate/bias"] = GoldenGraph.Vector(0.5f, -0.5f), ["encoder/message/weight"] = GoldenGraph.Pattern(2, 2, 5, 9),
            ["encoder/message/bias"] = GoldenGraph.Vector(0.3f, 0.2f), ["encoder/rest/weight"] = GoldenGraph.Pattern(2, 2, 7, 11),
            ["encoder/rest/bias"] = GoldenGraph.Vector(0.4f, 0.3f), ["encoder/known_source/weight"] = GoldenGraph.Pattern(2, 2, 2, 7),
            ["encoder/known_target/weight"] = GoldenGraph.Pattern(2, 2, 5, 7),
            ["encoder/rest_pair/weight"] = GoldenGraph.Pattern(2, 2, 2, 9), ["encoder/rest_pair/bias"] = GoldenGraph.Vector(0.5f, 0.6f),
            ["encoder/node/weight"] = GoldenGraph.Pattern(2, 2, 2, 5),
            ["encoder/node/bias"] = GoldenGraph.Vector(0.1f, 0.2f), ["encoder/target_node/weight"] = GoldenGraph.Pattern(2, 2, 5, 7),
            ["encoder/source_node/weight"] = GoldenGraph.Pattern(2, 2, 3, 5), ["encoder/edge/weight"] = GoldenGraph.Pattern(2, 2, 7, 9),
            ["encoder/edge/bias"] = GoldenGraph.Vector(0.3f, 0.3f), ["encoder/type/weight"] = GoldenGraph.Pattern(2, 2, 7, 11),
            ["encoder/type/bias"] = GoldenGraph.Vector(0.1f, -0.1f),
            ["source_1/weight"] = GoldenGraph.Pattern(1, 2, 3, 7), ["target_1/weight"] = GoldenGraph.Pattern(1, 2, 5, 11),
            ["target_1/bias"] = GoldenGraph.Vector(0.6f, 0.5f), ["message_1/weight"] = GoldenGraph.Pattern(2, 2, 4, 9),
            ["message_1/bias"] = GoldenGraph.Vector(0.2f, 0.4f), ["node_hidden/weight"] = GoldenGraph.Pattern(3, 2, 2, 5),
            ["node_hidden/bias"] = GoldenGraph.Vector(0.2f, 0.5f), ["node/weight"] = GoldenGraph.Pattern(2, 1, 5, 7),
            ["node/bias"] = GoldenGraph.Vector(0.3f),
        };
        var results = GoldenGraph.Run(mode, false, weights, (network, edges, x) =>
        {
            // Two steps of one feature.
            var series = Op.Reshape(x, [4, 2, 1], x);
            var logits = network.RelationEncoder(edges, series, 2, 2, "encoder");
            var next = network.RelationDecoder(edges, series, Op.Softmax(logits), 2);
            return new() { ["logits"] = logits, ["next"] = Op.Reshape(next, [4, 2], next) };
        });
        GoldenGraph.AreClose([-0.0304317f, 0.1274196f, -0.0399999f, 0.1228564f, -0.0413945f, 0.1226997f,
            -0.0413479f, 0.1221462f, -0.029608f, 0.1334018f, -0.0413945f, 0.1226997f], results["logits"]);
        GoldenGraph.AreClose([1.3711847f, 0.3146447f, 0.3120552f, 1.3733565f, 2.3881028f, -0.7367102f, 1.4f, 1.4f], results["next"]);
    }

    [TestMethod]
    public void Draws_follow_the_logits_and_gradients_are_those_of_the_softmax()
    {
        const int Rows = 4000;
        float[] logits = [.. Enumerable.Range(0, Rows).SelectMany(_ => (float[])[0, 1])];
        foreach (var straightThrough in (bool[])[false, true])
        {
            var outputs = Drawn(NetworkMode.Training, straightThrough);
            var first = Enumerable.Range(0, Rows).Count(row => outputs[2 * row] > outputs[2 * row + 1]) / (double)Rows;
            Assert.AreEqual(1 / (1 + Math.E), first, 0.03);
            for (var row = 0; row < Rows; row++)
                Assert.AreEqual(1, outputs[2 * row] + outputs[2 * row + 1], 1e-5);
            Assert.AreEqual(straightThrough, outputs.All(share => share is < 1e-6f or > 1 - 1e-6f));
        }
        Assert.AreEqual(1 / (1 + Math.E), Drawn(NetworkMode.Evaluation, true)[0], 1e-6);
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Training);
        var input = network.Input("logits", ElementType.Float, ["rows", 2]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => network.GumbelSoftmax(input, 0));
        // The same noise is fed to both, so that gradients of the choice are those of the mixture.
        CollectionAssert.AreEqual(Gradient(false), Gradient(true));

        float[] Drawn(NetworkMode mode, bool straightThrough)
        {
            var builder = new NetworkBuilder(new ParameterSet(), mode);
            var x = builder.Input("logits", ElementType.Float, ["rows", 2]);
            builder.Graph.Output("y", builder.GumbelSoftmax(x, straightThrough: straightThrough));
            return Run(builder.Graph, logits, "y");
        }

        float[] Gradient(bool straightThrough)
        {
            var builder = new NetworkBuilder(new ParameterSet(), NetworkMode.Training);
            var x = builder.Input("logits", ElementType.Float, ["rows", 2]);
            var y = builder.GumbelSoftmax(x, straightThrough: straightThrough);
            builder.Graph.Output("gradient", Gradients.Of(Op.ReduceSum(Op.Slice(y, 1, 0, 1), keepDims: false), [x])[0]!);
            return Run(builder.Graph, logits[..20], "gradient");
        }

        static float[] Run(Graph graph, float[] elements, string output)
        {
            DeadCode.Remove(graph);
            using var session = new OnnxSession(graph, ExecutionTarget.Cpu(1));
            var random = new Random(5);
            return session.Run(graph.Inputs.ToDictionary(input => input.Name, input => input.Name == "logits"
                ? TensorData.Create(elements, elements.Length / 2, 2)
                : TensorData.Create([.. elements.Select(_ => (float)-Math.Log(-Math.Log(1 - random.NextDouble())))],
                    elements.Length / 2, 2)))[output].As<float>();
        }
    }

    [TestMethod]
    public void What_does_not_fit_is_refused()
    {
        static void Fails(Action<NetworkBuilder, GraphEdges, Value> write, params string[] parts)
        {
            var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
            var x = network.Input("x", ElementType.Float, ["nodes", 4]);
            var error = Assert.ThrowsExactly<GraphException>(() => write(network, GraphEdges.Input(network, "nodes"), x));
            foreach (var part in parts)
                StringAssert.Contains(error.Message, part);
        }
        Fails((network, edges, x) => network.RelationEncoder(edges, Op.Reshape(x, [x.Shape[0], 1, 4], x), 2, 3), "two steps or more");
        Fails((network, edges, x) => network.RelationDecoder(edges, x, x, 3), "[nodes, cases, features]");
        var infer = GraphNetwork.RelationalInference(new() { FeaturesPerStep = 2 });
        Fails((network, edges, x) => infer.Write(new(network, x, edges), 4), "4 features and 4 targets", "but the first");
        Fails((network, edges, x) => GraphNetwork.RelationalInference(new() { FeaturesPerStep = 3 }).Write(new(network, x, edges), 1),
            "steps of 3");
        foreach (var (options, name) in ((RelationalInferenceOptions, string)[])[(new(), "FeaturesPerStep is 0"),
            (new() { FeaturesPerStep = 1, EdgeTypes = 1 }, "EdgeTypes is 1"),
            (new() { FeaturesPerStep = 1, Temperature = float.NaN }, "Temperature is NaN"),
            (new() { FeaturesPerStep = 1, Prior = [1, 0] }, "Prior is [1, 0]")])
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => GraphNetwork.RelationalInference(options)).Message, name);
    }
}
