using MLSeqGraph.Onnx.Proto;
using static MLSeqGraph.Onnx.Tests.Files;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Branches and loops of imported models: the file's numbers, names that inner graphs share, gradients, refusals.</summary>
[TestClass]
public class ControlFlowTests
{
    private static readonly ValueInfoProto[] X = [Input("x", ElementType.Float, "n", 3)];

    private static Dictionary<string, TensorData> At(params float[] elements) => new() { ["x"] = TensorData.Create(elements,
        elements.Length / 3, 3) };

    private static GraphProto Body(NodeProto[] nodes, ValueInfoProto[] inputs, string[] outputs, params (string, TensorData)[] tensors)
    {
        var body = Graph(nodes, outputs, tensors);
        body.Input.AddRange(inputs);
        foreach (var output in body.Output.Where(output => output.Name == "go"))
            output.Type.TensorType.ElemType = (int)ElementType.Bool;
        return body;
    }

    // Where the sum is above 0 a product with a weight, else the negative; "w" and "t" are names inside both branches.
    private static byte[] Choice(string condition = "c") => Model(13, [Node("Relu", "x", "r"), Node("ReduceSum", "x", "s", ("keepdims", 0)),
        Node("Greater", "s zero", "c"), Node("If", condition, "y", ("then_branch", Graph([Node("MatMul", "r w", "t"), Node("Add", "t big",
            "u")], ["u"], ("w", TensorData.Create([1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f], 3, 3)))), ("else_branch", Graph([Node("Mul", "x v",
                "t"), Node("Neg", "t", "e")], ["e"], ("v", TensorData.Vector(2f, 3f, 4f)))))], X, ["y"], ("zero", TensorData.Scalar(0f)),
        ("big", TensorData.Vector(0.5f, 0.25f, 0.125f)));

    [TestMethod]
    public void A_branch_is_chosen_when_the_model_runs()
    {
        ImportedModelTests.Compare(Choice(), At(1, 2, 3));
        ImportedModelTests.Compare(Choice(), At(-1, -2, -3, 1, 1, 1));
        var graph = ImportedModel.Load(Choice()).ToGraph();
        Assert.AreEqual("[n, 3]", $"{graph.Outputs[0].Value.Shape}");
        Assert.DoesNotContain("Neg", graph.Nodes.Select(node => node.OpType), "what only a branch needs stays in it");
    }

    [TestMethod]
    public void Weights_of_branches_are_trained()
    {
        var model = ImportedModel.Load(Choice());
        CollectionAssert.AreEquivalent(new[] { "w", "v", "big" }, model.Weights.Select(weight => weight.Name).ToArray());
        foreach (var x in (TensorData[])[TensorData.Create([0.3f, 0.2f, 0.9f], 1, 3), TensorData.Create([-0.3f, 0.2f, -0.9f], 1, 3)])
            FiniteDifferences.Check(v => model.Write(new NetworkBuilder(v[0].Graph, NetworkMode.Training, [KeyValuePair.Create("w", v[1]),
                KeyValuePair.Create("v", v[2]), KeyValuePair.Create("big", v[3])]), new Dictionary<string, Value> { ["x"] = v[0] })["y"],
                [x, FiniteDifferences.Random(ElementType.Float, 1, 3, 3), FiniteDifferences.Random(ElementType.Float, 2, 3),
                    FiniteDifferences.Random(ElementType.Float, 3, 3)]);
    }

    [TestMethod]
    public void A_branch_that_turns_out_not_to_fit_does_not_run() => ImportedModelTests.Compare(Model(13, [Node("ReduceSum", "x", "s",
        ("keepdims", 0)), Node("Greater", "s zero", "c"), Node("If", "c", "y", ("then_branch", Graph([Node("Gather", "x nine", "t",
            ("axis", 1))], ["t"])), ("else_branch", Graph([Node("Neg", "x", "e")], ["e"])))], X, ["y"], ("zero", TensorData.Scalar(9f)),
        ("nine", TensorData.Vector(9L, 9L, 9L))), At(1, 2, 3));

    [TestMethod]
    public void An_axis_that_is_removed_where_its_size_is_one()
    {
        var model = Model(13, [Node("Shape", "x", "s"), Node("Gather", "s zero", "n"), Node("Equal", "n one", "c"), Node("If", "c", "q",
            ("then_branch", Graph([Node("Squeeze", "x first", "t")], ["t"])), ("else_branch", Graph([Node("Identity", "x", "e")], ["e"]))),
            Node("Relu", "q", "y")], X, ["y"], ("zero", TensorData.Scalar(0L)), ("one", TensorData.Scalar(1L)), ("first",
                TensorData.Vector(0L)));
        ImportedModelTests.Compare(model, At(1, -2, 3));
        Assert.AreEqual("[3]", $"{ImportedModel.Load(model).Report.Outputs[0].Shape}");
        using var session = OnnxSession.Load(OnnxFile.ToBytes(ImportedModel.Load(model).ToGraph()));
        Assert.Throws<Exception>(() => session.Run(At(1, -2, 3, 4, 5, 6)), "another size isn't passed in silence");
    }

    [TestMethod]
    public void An_axis_that_is_removed_by_what_the_data_say_is_refused()
    {
        var model = Model(13, [Node("ReduceSum", "x", "s", ("keepdims", 0)), Node("Greater", "s zero", "c"), Node("If", "c", "y",
            ("then_branch", Graph([Node("Squeeze", "x first", "t")], ["t"])), ("else_branch", Graph([Node("Identity", "x", "e")], ["e"])))],
            X, ["y"], ("zero", TensorData.Scalar(0f)), ("first", TensorData.Vector(0L)));
        StringAssert.Contains(ImportedModel.Load(model).Report.Problem, "its branches differ in what they give");
    }

    [TestMethod]
    public void Branches_of_different_ranks_are_refused_by_name()
    {
        var model = Model(13, [Node("ReduceSum", "x", "s", ("keepdims", 0)), Node("Greater", "s zero", "c"), Node("If", "c", "y",
            ("then_branch", Graph([Node("Neg", "x", "t")], ["t"])), ("else_branch", Graph([Node("ReduceSum", "x", "e", ("keepdims", 0))],
                ["e"])))], X, ["y"], ("zero", TensorData.Scalar(0f)));
        var error = Assert.ThrowsExactly<OnnxFileException>(() => ImportedModel.Load(model).ToGraph());
        foreach (var part in (string[])["If_y", "condition", "[n, 3]", "give the input"])
            StringAssert.Contains(error.Message, part);
    }

    // The state doubles until it is above a limit; each value before is an output. "w" is a name outside, too.
    private static byte[] Doubling(string most = "most") => Model(13, [Node("Add", "x w", "a"), Node("Loop", $"{most} yes a", "last all",
        ("body", Body([Node("Add", "old old", "new"), Node("ReduceMax", "new", "m", ("keepdims", 0)), Node("Less", "m w2", "go"),
            Node("Mul", "old w", "each"), Node("Identity", "new", "new2")],
            [Input("i", ElementType.Int64), Input("going", ElementType.Bool),
                Input("old", ElementType.Float, "n", 3)], ["go", "new2", "each"], ("w2", TensorData.Scalar(20f))))), Node("ReduceSum",
                    "all first", "sum", ("keepdims", 0)), Node("Add", "last sum", "y")], X, ["y", "all"],
        ("w", TensorData.Vector(1f, 2f, 3f)), ("most", TensorData.Scalar(10L)), ("yes", TensorData.Scalar(true)),
        ("first", TensorData.Vector(0L)));

    [TestMethod]
    public void A_loop_that_ends_by_what_it_computes()
    {
        ImportedModelTests.Compare(Doubling(), At(1, 2, 3));
        ImportedModelTests.Compare(Doubling("-"), At(0.1f, 0.2f, 0.3f, 0, 0, 0));
        StringAssert.Contains($"{ImportedModel.Load(Doubling()).Report.Outputs[0].Shape}", "[n, 3]");
    }

    [TestMethod]
    public void A_loop_whose_state_grows()
    {
        ImportedModelTests.Compare(Growing, At(1, -2, 3));
        Assert.AreNotEqual("[n, 3]", $"{ImportedModel.Load(Growing).Report.Outputs[0].Shape}", "the size isn't that before the loop");
    }

    private static byte[] Growing => Model(13, [Node("Loop", "most - x", "last", ("body", Body([Node("Concat", "old x", "new", ("axis",
        0)), Node("Identity", "going", "go")], [Input("i", ElementType.Int64), Input("going", ElementType.Bool), Input("old",
            ElementType.Float, "k", 3)], ["go", "new"]))), Node("Relu", "last", "y")], X, ["y"], ("most", TensorData.Scalar(3L)));

    [TestMethod]
    public void A_loop_of_a_known_number_of_iterations_tells_its_outputs_size()
    {
        var model = Model(13, [Node("Loop", "most - x", "last all", ("body", Body([Node("Add", "old old", "new"), Node("Identity", "going",
            "go"), Node("Cast", "i", "f", ("to", 1)), Node("Mul", "f old", "each")], [Input("i", ElementType.Int64), Input("going",
                ElementType.Bool), Input("old", ElementType.Float, "k", 3)], ["go", "new", "each"])))], X, ["all"],
            ("most", TensorData.Scalar(3L)));
        ImportedModelTests.Compare(model, At(1, -2, 3));
        Assert.AreEqual("[3, n, 3]", $"{ImportedModel.Load(model).Report.Outputs[0].Shape}");
    }

    // w of the body and of outside is one weight.
    [TestMethod]
    [DataRow("most")]
    [DataRow("-")]
    public void Gradients_of_loops_agree_with_finite_differences(string most)
    {
        foreach (var output in (string[])["y", "all"])
            FiniteDifferences.Check(v => ImportedModel.Load(Doubling(most)).Write(new NetworkBuilder(v[0].Graph, NetworkMode.Training,
                [KeyValuePair.Create("w", v[1])]), new Dictionary<string, Value> { ["x"] = v[0] }, [output])[output],
                [TensorData.Create([0.3f, 0.2f, 0.5f], 1, 3), TensorData.Vector(1f, 2f, 0.7f)], [["n", 3], [3]]);
    }

    // The weight that a fixed or a given number of iterations multiplies by is found from what the iterations give.
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_weight_inside_a_loop_is_trained(bool isKnown)
    {
        var model = ImportedModel.Load(Model(13, [Node("Loop", "most - x", "last all", ("body", Body([Node("Mul", "old w", "new"), Node(
            "Identity", "going", "go"), Node("Identity", "new", "each")], [Input("i", ElementType.Int64), Input("going",
                ElementType.Bool), Input("old", ElementType.Float, "k", 3)], ["go", "new", "each"])))], isKnown ? X
                    : [.. X, Input("most", ElementType.Int64)], ["all"], [("w", TensorData.Vector(0.5f, 1.5f, 1f)), .. isKnown
                        ? [("most", TensorData.Scalar(3L))] : ((string, TensorData)[])[]]));
        Assert.AreEqual("w", model.Weights.Single().Name);
        var training = TrainingModel.Build(network =>
        {
            var inputs = new Dictionary<string, Value> { ["x"] = network.Input("x", ElementType.Float, ["n", 3]) };
            if (!isKnown)
                inputs["most"] = network.Input("most", ElementType.Int64, []);
            var last = Op.Squeeze(Op.Slice(model.Write(network, inputs)["all"], 0, -1), 0);               // x · w³
            return new(Op.ReduceMean((last - 8.0 * inputs["x"]) * (last - 8.0 * inputs["x"]), keepDims: false));
        }, new Adam());
        using var session = new TrainingSession(training, ExecutionTarget.Cpu(1));
        for (var step = 0; step < 300; step++)
        {
            session.Feed("x", [1f, -1f, 0.5f], 1, 3);
            if (!isKnown)
                session.Feed<long>("most", [3L]);
            session.Step(0.05f);
        }
        session.SaveParameters();
        foreach (var weight in training.Parameters.All.Single().Value.As<float>())
            Assert.AreEqual(2, weight, 0.02);
    }

    [TestMethod]
    public void What_a_growing_loop_depends_on_has_no_gradient_but_the_rest_learns()
    {
        var model = ImportedModel.Load(Growing);
        Value Write(NetworkBuilder network, bool through)
        {
            var x = network.Input("x", ElementType.Float, ["n", 3]);
            var scale = network.Parameter("scale", [3], Initializers.Constant(1));
            var y = model.Write(network, new Dictionary<string, Value> { ["x"] = through ? x * scale : x })["y"];
            return Op.ReduceMean(y * scale, keepDims: false);
        }
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => TrainingModel.Build(network => new(Write(network, true)),
            new Adam())).Message, "may change its sizes");
        using var session = new TrainingSession(TrainingModel.Build(network => new(Write(network, false)), new Adam()),
            ExecutionTarget.Cpu(1));
        float Step()
        {
            session.Feed("x", [1f, 2f, 3f], 1, 3);
            return session.Step(0.1f).Loss;
        }
        Assert.AreNotEqual(Step(), Step(), "what comes after the loop learns");
    }

    // The sum of a sequence's steps, each step's product with the sum so far as output.
    private static byte[] Running(params (string, object)[] attributes) => Model(13, [Node("Scan", "h x", "last all", [("body",
        Body([Node("Mul", "s w", "sw"), Node("Add", "sw e", "next"), Node("Mul", "next e", "out"), Node("Identity", "next", "next2")],
            [Input("s", ElementType.Float), Input("e", ElementType.Float)], ["next2", "out"])), ("num_scan_inputs", 1), .. attributes]),
        Node("Unsqueeze", "last zero", "u"), Node("Concat", "all u", "y", ("axis", 0))], [Input("x", ElementType.Float, "n")], ["y"],
        ("h", TensorData.Scalar(0.5f)), ("w", TensorData.Scalar(0.7f)), ("zero", TensorData.Vector(0L)));

    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(1, 1)]
    [DataRow(1, 0)]
    [DataRow(0, 1)]
    public void A_scan_in_any_direction(int inward, int outward)
    {
        var model = Running(("scan_input_directions", new long[] { inward }), ("scan_output_directions", new long[] { outward }));
        ImportedModelTests.Compare(model, new() { ["x"] = TensorData.Vector(1f, -2f, 0.5f, 3f) });
        FiniteDifferences.Check(v => ImportedModel.Load(model).Write(new NetworkBuilder(v[0].Graph, NetworkMode.Training, []),
            new Dictionary<string, Value> { ["x"] = v[0] })["y"], [TensorData.Vector(1f, -2f, 0.5f, 3f)]);
    }

    [TestMethod]
    public void A_scan_along_another_axis()
    {
        var model = Model(13, [Node("Scan", "h x", "last y", ("body", Body([Node("Add", "s e", "next"), Node("Mul", "next e", "out")],
            [Input("s", ElementType.Float, "n"), Input("e", ElementType.Float, "n")], ["next", "out"])), ("num_scan_inputs", 1),
            ("scan_input_axes", new[] { 1L }), ("scan_output_axes", new[] { -1L }))], X, ["y", "last"], ("h", TensorData.Vector(0f, 0f)));
        ImportedModelTests.Compare(model, At(1, 2, 3, 4, 5, 6));
    }

    [TestMethod]
    public void Loops_that_cannot_be_read()
    {
        void Refuses(byte[] model, params string[] parts)
        {
            var error = Assert.ThrowsExactly<OnnxFileException>(() => ImportedModel.Load(model).ToGraph());
            foreach (var part in parts)
                StringAssert.Contains(error.Message, part);
        }
        Refuses(Model(13, [Node("Loop", "most - x", "y", ("body", Body([Node("Identity", "going", "go")], [Input("i", ElementType.Int64),
            Input("going", ElementType.Bool)], ["go"])))], X, ["y"], ("most", TensorData.Scalar(3L))), "Loop_y", "1 states", "expected 3");
        Refuses(Model(13, [Node("Loop", "most - x", "y", ("body", Body([Node("Identity", "going", "go"), Node("ReduceSum", "old", "new",
            ("keepdims", 0))], [Input("i", ElementType.Int64), Input("going", ElementType.Bool), Input("old", ElementType.Float, "n", 3)],
                ["go", "new"])))], X, ["y"], ("most", TensorData.Scalar(3L))), "Loop_y", "number of axes");
        Refuses(Model(8, [Node("Scan", "x", "y", ("body", Body([Node("Neg", "e", "o")], [Input("e", ElementType.Float, 3)], ["o"])),
            ("num_scan_inputs", 1))], X, ["y"]), "Scan_y", "operator set 8");
        Refuses(Model(13, [Node("Scan", "x", "y", ("body", Body([Node("Det", "e", "o")], [Input("e", ElementType.Float, 3)], ["o"])),
            ("num_scan_inputs", 1))], X, ["y"]), "Det_o", "not supported");
    }
}
