namespace MLSeqGraph.Onnx.Tests;

[TestClass]
public class OnnxSessionTests
{
    [TestMethod]
    public void Inputs_outputs_and_metadata_are_described()
    {
        using var session = OnnxSession.Load(OnnxFile.ToBytes(Masked(), new Dictionary<string, string> { ["task"] = "mask" }));
        Assert.AreEqual("x: Float [batch, 3]; ids: Int64 [batch]; scale: Float [] (optional)", string.Join("; ", session.Inputs));
        Assert.AreEqual("y: Float [batch, 3]", session.Outputs.Single().ToString());
        Assert.AreEqual("mask", session.Metadata["task"]);
        Assert.AreEqual(ExecutionTarget.Cpu(), session.Target);
    }

    [TestMethod]
    public void An_optional_input_has_its_default()
    {
        using var session = new OnnxSession(Masked());
        var inputs = Feed();
        CollectionAssert.AreEqual(new float[] { 2, 4, 6, 8, 10, 12 }, session.Run(inputs)["y"].As<float>());
        inputs["scale"] = TensorData.Scalar(10f);
        CollectionAssert.AreEqual(new float[] { 10, 20, 30, 40, 50, 60 }, session.Run(inputs)["y"].As<float>());
    }

    [TestMethod]
    public void Wrong_inputs_are_named_with_what_came_and_what_is_expected()
    {
        using var session = new OnnxSession(Masked());
        void Fails(Action<Dictionary<string, TensorData>> spoil, params string[] parts)
        {
            var inputs = Feed();
            spoil(inputs);
            var exception = Assert.ThrowsExactly<ArgumentException>(() => session.Run(inputs));
            foreach (var part in parts)
                StringAssert.Contains(exception.Message, part);
        }
        Fails(inputs => inputs.Remove("ids"), "'ids' is missing", "Int64 [batch]");
        Fails(inputs => inputs["z"] = TensorData.Scalar(1f), "no input 'z'", "x: Float [batch, 3]");
        Fails(inputs => inputs["x"] = TensorData.Create(new double[6], 2, 3), "'x'", "Float [batch, 3]", "Double [2, 3]");
        Fails(inputs => inputs["x"] = TensorData.Create(new float[6], 6), "'x'", "Float [batch, 3]", "Float [6]");
        Fails(inputs => inputs["x"] = TensorData.Create(new float[4], 2, 2), "'x'", "[2, 2]", "axis 1 has 2 where 3 belong");
        Fails(inputs => inputs["ids"] = TensorData.Vector(1L), "'ids'", "axis 0 has 1", "'batch' is 2 in input 'x'");
        Fails(inputs => inputs["scale"] = TensorData.Vector(1f), "'scale'", "Float [1]");
    }

    [TestMethod]
    public void Empty_batches_are_refused_before_they_end_the_process()
    {
        // a layer of gated recurrent units, as an exported file has it: ONNX Runtime crashes on batches of no rows
        var graph = new Graph("recurrent");
        var x = Op.Transpose(graph.Input("features", ElementType.Float, ["batch", "time", 2]), 1, 0, 2);
        Value Weights(params long[] sizes) => graph.Constant(TensorData.Zeros(ElementType.Float, sizes));
        graph.Output("y", Op.Gru(x, Weights(1, 12, 2), Weights(1, 12, 4), Weights(1, 24))[1]);
        using var session = OnnxSession.Load(OnnxFile.ToBytes(graph));
        foreach (var (batch, time, name) in ((long, long, string)[])[(0, 4, "'batch'"), (1, 0, "'time'")])
        {
            var exception = Assert.ThrowsExactly<ArgumentException>(() => session.Run(new Dictionary<string, TensorData>
            {
                ["features"] = TensorData.Zeros(ElementType.Float, batch, time, 2),
            }));
            StringAssert.Contains(exception.Message, $"{name}, is empty");
        }
    }

    [TestMethod]
    public void Files_of_others_with_recurrent_operators_take_nothing_empty_whatever_axes_are_called()
    {
        byte[] Foreign(bool isRecurrent)
        {
            var graph = new Graph("foreign");
            var x = graph.Input("x", ElementType.Float, ["n", "m", 2]);
            Value Weights(params long[] sizes) => graph.Constant(TensorData.Zeros(ElementType.Float, sizes));
            graph.Output("y", isRecurrent ? Op.Gru(x, Weights(1, 12, 2), Weights(1, 12, 4), Weights(1, 24))[1] : x + x);
            var model = Proto.ModelProto.Parser.ParseFrom(OnnxFile.ToBytes(graph));
            model.MetadataProps.Clear();
            return Google.Protobuf.MessageExtensions.ToByteArray(model);
        }
        using OnnxSession recurrent = OnnxSession.Load(Foreign(true)), other = OnnxSession.Load(Foreign(false));
        foreach (var (n, m) in ((long, long)[])[(0, 2), (2, 0), (0, 0)])
        {
            Dictionary<string, TensorData> inputs = new() { ["x"] = TensorData.Zeros(ElementType.Float, n, m, 2) };
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => recurrent.Run(inputs)).Message, "is empty");
            CollectionAssert.AreEqual(new[] { n, m, 2 }, other.Run(inputs)["y"].Sizes.ToArray());
        }
        Assert.HasCount(1, recurrent.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Zeros(ElementType.Float, 1, 2, 2) }));
    }

    [TestMethod]
    public void Chosen_outputs_alone_are_computed()
    {
        var graph = new Graph("two");
        var x = graph.Input("x", ElementType.Float, ["n"]);
        graph.Output("double", x * 2.0);
        graph.Output("triple", x * 3.0);
        using var session = new OnnxSession(graph);
        var inputs = new Dictionary<string, TensorData> { ["x"] = TensorData.Vector(1f) };
        CollectionAssert.AreEqual(new[] { "triple" }, session.Run(inputs, ["triple"]).Keys.ToArray());
        var exception = Assert.ThrowsExactly<ArgumentException>(() => session.Run(inputs, ["half"]));
        StringAssert.Contains(exception.Message, "'half'");
        StringAssert.Contains(exception.Message, "triple");
    }

    [TestMethod]
    public void Every_element_type_goes_in_and_comes_out()
    {
        TensorData[] tensors =
            [TensorData.Vector(1.5f), TensorData.Vector(2.5), TensorData.Vector(-3), TensorData.Vector(-4L), TensorData.Vector(true, false),
            TensorData.Vector<byte>(5, 255), TensorData.Vector(6u, uint.MaxValue), TensorData.Vector("", "naïve 文字"),
                TensorData.Create(Array.Empty<float>(), 0, 3)];
        var graph = new Graph("identity");
        foreach (var (tensor, i) in tensors.Select((tensor, i) => (tensor, i)))
            graph.Output($"y{i}", graph.Input($"x{i}", tensor.Type, tensor.Sizes.Count == 1 ? [$"n{i}"] : ["rows", 3]));
        using var session = new OnnxSession(graph);
        var outputs = session.Run(tensors.Select((tensor, i) => ($"x{i}", tensor)).ToDictionary());
        for (var i = 0; i < tensors.Length; i++)
            Assert.IsTrue(tensors[i].SameAs(outputs[$"y{i}"]), $"{tensors[i]} came back as {outputs[$"y{i}"]}");
    }

    [TestMethod]
    public void Threads_share_a_session()
    {
        using var session = new OnnxSession(Masked(), ExecutionTarget.Cpu(2));
        Parallel.For(0, 400, new() { MaxDegreeOfParallelism = 4 }, i =>
        {
            var rows = 1 + i % 7;
            var x = Enumerable.Range(0, rows * 3).Select(element => (float)(element + i)).ToArray();
            var y = session.Run(new Dictionary<string, TensorData>
            {
                ["x"] = TensorData.Create(x, rows, 3),
                ["ids"] = TensorData.Create(Enumerable.Range(1, rows).Select(id => (long)id).ToArray(), rows),
            })["y"].As<float>();
            CollectionAssert.AreEqual(x.Select(element => element * 2).ToArray(), y);
        });
    }

    [TestMethod]
    public void A_run_can_be_cancelled()
    {
        // h' = tanh(h U), a million times: takes far longer than the test waits
        var graph = new Graph("long");
        var u = graph.Input("u", ElementType.Float, [64, 64]);
        var (states, _) = Op.Scan([graph.Input("h", ElementType.Float, [1, 64])], [graph.Input("steps", ElementType.Float, ["time", 1])],
            (s, step) => ([Op.Tanh(Op.MatMul(s[0], u) + step[0])], []));
        graph.Output("y", states[0]);
        using var session = new OnnxSession(graph);
        Dictionary<string, TensorData> Inputs(int steps) => new()
        {
            ["u"] = TensorData.Zeros(ElementType.Float, 64, 64),
            ["h"] = TensorData.Zeros(ElementType.Float, 1, 64),
            ["steps"] = TensorData.Zeros(ElementType.Float, steps, 1),
        };
        using var source = new CancellationTokenSource(millisecondsDelay: 50);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var exception = Assert.ThrowsExactly<OperationCanceledException>(() => session.Run(Inputs(1_000_000), cancellation: source.Token));
        Assert.AreEqual(source.Token, exception.CancellationToken);
        Assert.IsGreaterThan(40, watch.ElapsedMilliseconds);
        Assert.AreEqual(64, session.Run(Inputs(3))["y"].Count, "the session stays usable");
    }

    [TestMethod]
    public void A_graph_the_runtime_rejects_is_named()
    {
        var graph = new Graph("odd one");
        var node = graph.Append("NoSuchOperation", [graph.Input("x", ElementType.Float, ["n"])]);
        graph.Output("y", node.AddOutput(ElementType.Float, ["n"]));
        var exception = Assert.ThrowsExactly<GraphException>(() => new OnnxSession(graph));
        StringAssert.Contains(exception.Message, "'odd one'");
        StringAssert.Contains(exception.Message, "NoSuchOperation");
    }

    private static Dictionary<string, TensorData> Feed() => new()
    {
        ["x"] = TensorData.Create(new float[] { 1, 2, 3, 4, 5, 6 }, 2, 3),
        ["ids"] = TensorData.Vector(1L, 2L),
    };

    // y = x * scale in rows with an id above 0
    private static Graph Masked()
    {
        var graph = new Graph("masked");
        var x = graph.Input("x", ElementType.Float, ["batch", 3]);
        var ids = graph.Input("ids", ElementType.Int64, ["batch"]);
        var scale = graph.OptionalInput("scale", Shape.Scalar, TensorData.Scalar(2f));
        graph.Output("y", Op.Where(Op.Greater(Op.Unsqueeze(ids, 1), graph.Scalar(0L)), x * scale, x));
        return graph;
    }
}
