using MLSeqGraph.Onnx.Proto;
using static MLSeqGraph.Onnx.Tests.Files;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Files and options that can't be used: each an error that says what was found.</summary>
[TestClass]
public class BadModelTests
{
    private static readonly ValueInfoProto[] X = [Input("x", ElementType.Float, "n", 3)];

    private static void Refuses(byte[] model, params string[] expected)
    {
        var error = Assert.ThrowsExactly<OnnxFileException>(() => ImportedModel.Load(model).ToGraph());
        foreach (var part in expected)
            StringAssert.Contains(error.Message, part);
    }

    [TestMethod]
    public void A_file_that_is_cut_off()
    {
        var model = Encoder();
        for (var length = 0; length < model.Length; length += 97)
            Assert.ThrowsExactly<OnnxFileException>(() => ImportedModel.Load(model[..length]).ToGraph());
    }

    [TestMethod]
    [DataRow(6)]
    [DataRow(99)]
    public void Another_operator_set(long opset) =>
        Refuses(Model(opset, [Node("Relu", "x", "y")], X, ["y"]), $"operator set {opset}", "7 to 21");

    [TestMethod]
    public void An_operator_of_another_domain() =>
        Refuses(Model(13, [Node("org.example:Magic", "x", "y")], X, ["y"]), "org.example:Magic_y", "org.example:Magic",
            "domain 'org.example'");

    [TestMethod]
    public void An_operator_that_is_not_supported() =>
        Refuses(Model(13, [Node("Det", "x", "y")], X, ["y"]), "node 'Det_y' (Det)", "not supported");

    [TestMethod]
    public void Operators_that_are_not_needed_do_not_matter() => Assert.HasCount(1, ImportedModel.Load(Model(13, [Node("Det", "x", "d"),
        Node("Relu", "x", "y")], X, ["y", "d"])).ToGraph(["y"]).Nodes);

    [TestMethod]
    public void Shapes_that_contradict_each_other() => Refuses(Model(13, [Node("Add", "x w", "y")], X, ["y"],
        ("w", TensorData.Vector(1f, 2f))), "node 'Add_y' (Add)", "shapes that broadcast", "[n, 3]", "[2]");

    [TestMethod]
    public void A_shape_of_another_number_of_elements() => Refuses(Model(13, [Node("Reshape", "w to", "v"), Node("Add", "v x", "y")], X,
        ["y"],
        ("w", TensorData.Vector(1f, 2f, 3f)), ("to", TensorData.Vector(2L, 2L))), "Reshape_v", "[2, 2]");

    [TestMethod]
    public void A_cycle() => Refuses(Model(13, [Node("Add", "x b", "a"), Node("Neg", "a", "b"), Node("Relu", "b", "y")], X, ["y"]),
        "cycle");

    [TestMethod]
    public void A_value_that_nothing_gives() => Refuses(Model(13, [Node("Add", "x ghost", "y")], X, ["y"]), "Add_y", "'ghost'");

    [TestMethod]
    public void Sizes_that_overflow() => Refuses(Model(13, [Node("ConstantOfShape", "s", "c"), Node("Reshape", "c flat", "d"),
        Node("Add", "d x", "y")], X, ["y"], ("s", TensorData.Vector(1L << 40, 1L << 40, 3L)), ("flat", TensorData.Vector(-1L))),
            "ConstantOfShape_c", "more elements");

    [TestMethod]
    public void A_negative_size() => Refuses(Model(13, [Node("ConstantOfShape", "s", "c"), Node("Add", "c x", "y")], X, ["y"],
        ("s", TensorData.Vector(-5L))), "ConstantOfShape_c", "-5");

    [TestMethod]
    public void A_range_that_takes_memory_out_of_proportion() => Refuses(Model(13, [Node("Range", "a b c", "r"), Node("Cast", "r", "y",
        ("to",
        1))], X, ["y"], ("a", TensorData.Scalar(0L)), ("b", TensorData.Scalar(long.MaxValue)), ("c", TensorData.Scalar(1L))), "Range_r");

    [TestMethod]
    public void A_name_used_twice()
    {
        Refuses(Model(13, [Node("Relu", "x", "y"), Node("Neg", "x", "y")], X, ["y"]), "'y'", "another value");
        Refuses(Model(13, [Node("Relu", "w", "y")], X, ["y"], ("w", TensorData.Vector(1f)), ("w", TensorData.Vector(2f))), "two tensors",
            "'w'");
        Refuses(Model(13, [Node("Relu", "x", "y")], [.. X, .. X], ["y"]), "two inputs", "'x'");
    }

    [TestMethod]
    public void A_quantized_model_is_read_but_not_trained()
    {
        var model = Model(13, [Node("DynamicQuantizeLinear", "x", "q s z"), Node("MatMulInteger", "q w z", "i"), Node("Cast", "i", "f",
            ("to",
            1)), Node("Mul", "f s", "y")], X, ["y"], ("w", TensorData.Create<byte>([1, 2, 3], 3, 1)));
        var imported = ImportedModel.Load(model);
        CollectionAssert.AreEqual(new[] { "DynamicQuantizeLinear", "MatMulInteger" }, imported.Report.Unsupported.Keys.ToArray());
        StringAssert.Contains(imported.Report.Problem!, "quantized");
        Refuses(model, "quantized", "single precision");
        using var session = OnnxSession.Load(model);
        Assert.AreEqual(6f, session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Create([1f, 1f, 1f], 1,
            3) })["y"].As<float>()[0],
            0.1f);
    }

    private static void RefusesUse(string expected, Dictionary<string, Func<NetworkBuilder, Value>> inputs, FineTuning? tuning = null,
        string[]? outputs = null)
    {
        var network = new NetworkBuilder(new(), NetworkMode.Training);
        StringAssert.Contains(Assert.ThrowsExactly<OnnxFileException>(() => ImportedModel.Load(Encoder()).Write(network,
            inputs.ToDictionary(input => input.Key, input => input.Value(network)), outputs, tuning)).Message, expected);
    }

    private static Dictionary<string, Func<NetworkBuilder, Value>> Both => new()
    {
        ["ids"] = network => network.Input("ids", ElementType.Int64, ["batch", "time"]),
        ["mask"] = network => network.Input("mask", ElementType.Int64, ["batch", "time"]),
    };

    [TestMethod]
    public void Inputs_that_are_missing_unknown_or_of_another_type()
    {
        RefusesUse("its input mask", new() { ["ids"] = Both["ids"] });
        RefusesUse("it has no input 'x'", new(Both) { ["x"] = network => network.Input("x", ElementType.Float, ["batch"]) });
        RefusesUse("is given Float", new(Both) { ["mask"] = network => network.Input("m", ElementType.Float, ["batch", "time"]) });
        RefusesUse("it has no output 'other'", Both, outputs: ["other"]);
    }

    [TestMethod]
    public void An_output_that_does_not_depend_on_an_input()
    {
        var model = ImportedModel.Load(Model(13, [Node("Relu", "x", "y")], [.. X, Input("z", ElementType.Float, "n")], ["y"]));
        var network = new NetworkBuilder(new(), NetworkMode.Training);
        StringAssert.Contains(Assert.ThrowsExactly<OnnxFileException>(() => model.Write(network, new Dictionary<string, Value>
        {
            ["x"] = network.Input("x", ElementType.Float, ["batch", 3]), ["z"] = network.Input("z", ElementType.Float, ["batch"]),
        })).Message, "does not depend on its input 'z'");
    }

    [TestMethod]
    public void Options_that_fit_no_weight()
    {
        RefusesUse("'decoder.*' matches no weight", Both, new() { Frozen = ["decoder.*"] });
        RefusesUse("'*.nothing' matches no weight", Both, new() { Lora = new() { Targets = ["*.nothing"] } });
        RefusesUse("Targets is empty", Both, new() { Lora = new() { Targets = [] } });
        RefusesUse("Rank is 0", Both, new() { Lora = new() { Rank = 0 } });
        RefusesUse("FrozenLayers is 9; expected 0 to", Both, new() { FrozenLayers = 9 });
    }

    [TestMethod]
    public void A_network_without_trained_parameters()
    {
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => TrainingModel.Build(network => new(Op.ReduceMean(
            ImportedModel.Load(Encoder()).Write(network, Both.ToDictionary(input => input.Key, input => input.Value(network)),
                tuning: FineTuning.None)["last"], keepDims: false)), new Adam())).Message, "no parameter to train");
    }
}
