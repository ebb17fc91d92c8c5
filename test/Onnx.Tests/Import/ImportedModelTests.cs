using static MLSeqGraph.Onnx.Tests.Files;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Models of other programs as graphs: the same outputs, parameters, gradients.</summary>
[TestClass]
public class ImportedModelTests
{
    /// <summary>Runs the file and its import, exported again, on the same inputs.</summary>
    internal static void Compare(byte[] model, Dictionary<string, TensorData> inputs, double tolerance = 1e-5)
    {
        var graph = ImportedModel.Load(model).ToGraph();
        using var original = OnnxSession.Load(model);
        using var imported = OnnxSession.Load(OnnxFile.ToBytes(graph));
        var (expected, actual) = (original.Run(inputs), imported.Run(inputs));
        CollectionAssert.AreEqual(expected.Keys.ToArray(), actual.Keys.ToArray());
        foreach (var (name, tensor) in expected)
        {
            CollectionAssert.AreEqual(tensor.Sizes.ToArray(), actual[name].Sizes.ToArray(), name);
            for (var i = 0; i < tensor.Count; i++)
                Assert.AreEqual(Convert.ToDouble(tensor.Elements.GetValue(i)), Convert.ToDouble(actual[name].Elements.GetValue(i)),
                    tolerance,
                    $"{name}[{i}]");
        }
    }

    [TestMethod]
    [DataRow(11)]
    [DataRow(13)]
    public void An_encoder_gives_the_same_for_batches_of_any_size(long opset)
    {
        foreach (var (batch, time) in ((int, int)[])[(1, 1), (3, 5), (2, 12)])
            Compare(Encoder(opset), Sentences(batch, time));
    }

    [TestMethod]
    public void Shapes_are_followed_through_sizes_that_the_model_computes()
    {
        var report = ImportedModel.Load(Encoder()).Report;
        Assert.IsNull(report.Problem);
        Assert.AreEqual("[batch, seq, 6]", $"{report.Outputs[0].Shape}");
        StringAssert.Contains($"{report}", "operator set 13");
    }

    [TestMethod]
    public void Weights_have_names_and_depths()
    {
        var weights = ImportedModel.Load(Encoder()).Weights;
        Assert.AreEqual("layer.0.q.weight", weights.Single(weight => weight.FileName == "11").Name);
        Assert.AreEqual(0, weights.Single(weight => weight.Name == "table").Layer);
        Assert.AreEqual(1, weights.Single(weight => weight.Name == "layer.0.f.w").Layer);
        Assert.AreEqual(8 * 20 + 8 * 12 + 16 + 4 * 72 + 54, weights.Sum(weight => weight.Count));
    }

    [TestMethod]
    public void Gradients_of_every_weight_agree_with_finite_differences()
    {
        var model = ImportedModel.Load(Encoder());
        var parsed = model.Weights.ToDictionary(weight => weight.Name, weight => TensorOf(model, weight.Name));
        var names = parsed.Keys.Where(name => name != "table").ToArray(); // whose step reads and updates rows, with a rule of its own
        FiniteDifferences.Check(v =>
        {
            var graph = v[0].Graph;
            var values = names.Select((name, i) => KeyValuePair.Create(name, v[i]));
            var network = new NetworkBuilder(graph, NetworkMode.Training, values);
            return model.Write(network, new Dictionary<string, Value>
            {
                ["ids"] = graph.Constant(TensorData.Create<long>([3, 1, 4, 7, 5, 0], 2, 3)),
                ["mask"] = graph.Constant(TensorData.Create<long>([1, 1, 1, 1, 1, 0], 2, 3)),
            }, tuning: new() { Frozen = ["table"] })["last"];
        }, [.. names.Select(name => parsed[name])], tolerance: 2e-2);
    }

    private static TensorData TensorOf(ImportedModel model, string name)
    {
        var network = new NetworkBuilder(new(), NetworkMode.Evaluation);
        model.Write(network, Inputs(network));
        return network.Parameters[name].Value;
    }

    private static Dictionary<string, Value> Inputs(NetworkBuilder network) => new()
    {
        ["ids"] = network.Input("ids", ElementType.Int64, ["batch", "time"]),
        ["mask"] = network.Input("mask", ElementType.Int64, ["batch", "time"]),
    };

    // The mean square of the outputs falls; returns the trained model's parameters.
    private static ParameterSet Train(FineTuning tuning, out float first, out float last)
    {
        var model = ImportedModel.Load(Encoder());
        var training = TrainingModel.Build(network =>
        {
            var y = model.Write(network, Inputs(network), tuning: tuning)["last"];
            return new(Op.ReduceMean(y * y, keepDims: false));
        }, new Adam());
        using var session = new TrainingSession(training, ExecutionTarget.Cpu(1));
        var data = Sentences(3, 5);
        (first, last) = (0, 0);
        for (var step = 0; step < 20; step++)
        {
            session.Feed("ids", data["ids"].As<long>(), 3, 5);
            session.Feed("mask", data["mask"].As<long>(), 3, 5);
            last = session.Step(0.01f).Loss;
            first = step == 0 ? last : first;
        }
        session.SaveParameters();
        return training.Parameters;
    }

    [TestMethod]
    public void Training_changes_what_is_not_frozen()
    {
        var all = Train(FineTuning.All, out var first, out var last);
        Assert.IsLessThan(first / 2, last);
        Assert.HasCount(14, all.All);
        var some = Train(new() { Frozen = ["table", "*.bias"] }, out first, out last);
        Assert.IsLessThan(first, last);
        Assert.IsNull(some.Find("table"));
        Assert.IsNull(some.Find("norm.bias"));
        Assert.IsNotNull(some.Find("layer.0.q.weight"));
        CollectionAssert.AreEqual(all.All.Where(one => one.Name.StartsWith("layer", StringComparison.Ordinal)).Select(one =>
            one.Name).ToArray(),
            Train(new() { FrozenLayers = 0, Frozen = ["table", "positions", "norm*"] }, out _, out _).All.Select(one =>
                one.Name).ToArray());
    }

    [TestMethod]
    public void An_adapter_is_merged_into_the_deployed_weights()
    {
        var tuning = new FineTuning { Lora = new() { Rank = 2, Targets = ["*.q.weight", "*.f.w"] } };
        var parameters = Train(tuning, out var first, out var last);
        Assert.IsLessThan(first, last);
        CollectionAssert.AreEquivalent(new[] { "layer.0.q.weight/lora_a", "layer.0.q.weight/lora_b", "layer.0.f.w/lora_a",
            "layer.0.f.w/lora_b" },
            parameters.All.Select(one => one.Name).ToArray());
        Dictionary<string, TensorData> Run(NetworkMode mode)
        {
            var network = new NetworkBuilder(parameters, mode);
            network.Graph.Output("y", ImportedModel.Load(Encoder()).Write(network, Inputs(network), tuning: tuning)["last"]);
            ConstantFolding.Fold(network.Graph);
            using var session = new OnnxSession(network.Graph);
            if (mode == NetworkMode.Deployment)
                Assert.AreEqual(6, network.Graph.Nodes.Count(node => node.OpType == "MatMul") - 1, "the adapter's products are computed");
            return session.Run(Sentences(2, 4).Concat(mode == NetworkMode.Deployment ? []
                : parameters.All.Select(one => KeyValuePair.Create(one.Name, one.Value))).ToDictionary()).ToDictionary();
        }
        var (trained, deployed) = (Run(NetworkMode.Evaluation)["y"], Run(NetworkMode.Deployment)["y"]);
        for (var i = 0; i < trained.Count; i++)
            Assert.AreEqual(trained.As<float>()[i], deployed.As<float>()[i], 1e-4);
    }

    private static byte[] Recurrent(string op, int gates, string direction, params (string, object)[] attributes)
    {
        long directions = direction == "bidirectional" ? 2 : 1;
        TensorData W(int seed, params long[] sizes) => FiniteDifferences.Random(ElementType.Float, seed, sizes);
        var isRagged = attributes.Any(attribute => attribute.Item1 == "ragged");
        if (isRagged)
            attributes = [.. attributes.Where(attribute => attribute.Item1 != "ragged")];
        var inputs = $"x W R B {(isRagged ? "lengths" : "-")} h{(gates == 4 ? isRagged ? " c P" : " c" : "")}";
        string[] outputs = gates == 4 ? ["y", "yh", "yc"] : ["y", "yh"];
        return Model(14, [Node(op, inputs, string.Join(' ', outputs), [("hidden_size", 3), ("direction", direction), .. attributes])],
            [Input("x", ElementType.Float, "time", "batch", 2)], outputs,
            ("W", W(1, directions, gates * 3, 2)), ("R", W(2, directions, gates * 3, 3)), ("B", W(3, directions, gates * 6)),
            ("h", W(4, directions, 2, 3)), ("c", W(5, directions, 2, 3)), ("P", W(6, directions, 9)),
            ("lengths", TensorData.Vector(2, 4)));
    }

    [TestMethod]
    [DataRow("LSTM", 4, "forward", 0)]
    [DataRow("LSTM", 4, "bidirectional", 0)]
    [DataRow("GRU", 3, "reverse", 0)]
    [DataRow("GRU", 3, "bidirectional", 1)]
    [DataRow("RNN", 1, "bidirectional", 0)]
    [DataRow("LSTM", 4, "bidirectional", 2)]
    [DataRow("GRU", 3, "reverse", 2)]
    public void Recurrent_operators_run_as_they_are_and_train_as_loops(string op, int gates, string direction, int linear)
    {
        // 2: rows of different lengths, and peepholes of an LSTM.
        var file = Recurrent(op, gates, direction, linear == 1 ? [("linear_before_reset", 1)] : linear == 2 ? [("ragged", 1)] : []);
        var inputs = new Dictionary<string, TensorData> { ["x"] = FiniteDifferences.Random(ElementType.Float, 7, 4, 2, 2) };
        Compare(file, inputs);
        var model = ImportedModel.Load(file);
        var network = new NetworkBuilder(new(), NetworkMode.Evaluation);
        var written = model.Write(network, new Dictionary<string, Value> { ["x"] = network.Input("x", ElementType.Float, ["time", "batch",
            2]) });
        foreach (var (name, value) in written)
            network.Graph.Output(name, value);
        using var original = OnnxSession.Load(file);
        using var loops = new OnnxSession(network.Graph);
        var actual = loops.Run(inputs.Concat(network.Parameters.All.Select(one => KeyValuePair.Create(one.Name,
            one.Value))).ToDictionary());
        foreach (var (name, expected) in original.Run(inputs))
            for (var i = 0; i < expected.Count; i++)
                Assert.AreEqual(expected.As<float>()[i], actual[name].As<float>()[i], 1e-5, name);
        string[] weights = [.. model.Weights.Select(weight => weight.Name)];
        FiniteDifferences.Check(v => model.Write(new NetworkBuilder(v[0].Graph, NetworkMode.Training, weights.Select((name, i) =>
            KeyValuePair.Create(name, v[i + 1]))), new Dictionary<string, Value> { ["x"] = v[0] })["y"],
            [inputs["x"], .. weights.Select(name => network.Parameters[name].Value)]);
    }
}
