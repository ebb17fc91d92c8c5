using static MLSeqGraph.Onnx.Tests.Evaluation;

namespace MLSeqGraph.Onnx.Tests.Deployment;

[TestClass]
public class ConstantFoldingTests
{
    private readonly Graph _graph = new("test");

    private Value Weight(string name, params long[] sizes) =>
        _graph.Constant(TensorData.Create([.. Enumerable.Range(0, (int)Shape.Of(sizes).Elements.Size).Select(i => i % 7 - 3f)], sizes),
            name);

    private string[] Operations => [.. _graph.Nodes.Select(node => node.OpType)];

    // Runs the graph before and after; the results must be the same.
    private void FoldAndCompare(params TensorData[] at)
    {
        var before = Run(_graph, at);
        ConstantFolding.Fold(_graph);
        var after = Run(_graph, at);
        for (var i = 0; i < before.Length; i++)
            Assert.IsTrue(before[i].SameAs(after[i]), $"{_graph.Outputs[i].Name}: {before[i]} became {after[i]}");
    }

    [TestMethod]
    public void Work_on_weights_is_done_beforehand()
    {
        var x = _graph.Input("x", ElementType.Float, ["batch", 3]);
        Value a = Weight("a", 2, 3), b = Weight("b", 2, 3);
        var joined = Op.Transpose(Op.Concat(0, a, b), 1, 0);
        _graph.Output("y", Op.MatMul(x, joined) + Op.ReduceSum(joined * joined, [0]));
        FoldAndCompare(Tensor([2, 3], 1f, 2, 3, 4, 5, 6));
        CollectionAssert.AreEqual(new[] { "MatMul", "Add" }, Operations);
        CollectionAssert.AreEqual(new[] { "[3, 4]", "[1, 4]" }, _graph.Constants.Select(constant => constant.Shape.ToString()).ToArray());
    }

    [TestMethod]
    public void Equal_results_are_kept_once_also_where_a_body_reads_them()
    {
        var x = _graph.Input("x", ElementType.Float, ["time", 2]);
        var w = Weight("w", 2, 2);
        Value outside = Op.Transpose(w, 1, 0), inside = Op.Transpose(w, 1, 0), other = Weight("other", 2, 2) * 2f;
        var state = Op.Scan([_graph.Constant(TensorData.Zeros(ElementType.Float, 1, 2))], [Op.MatMul(x, outside)], (s, slice) =>
            ([Op.Tanh(Op.MatMul(s[0], inside) + slice[0])], [])).States[0];
        _graph.Output("y", Op.MatMul(state, other));
        FoldAndCompare(Tensor([3, 2], 1f, 2, 3, 4, 5, 6));
        Assert.AreEqual(2, _graph.Constants.Count(constant => constant.Shape.ToString() == "[2, 2]"));
    }

    [TestMethod]
    public void All_outputs_of_a_node()
    {
        var x = _graph.Input("x", ElementType.Float, [2]);
        var parts = Op.Split(Weight("w", 6), 0, 2, 2, 2);
        _graph.Output("y", x * parts[0] + parts[2]);
        _graph.Output("part", parts[2]);
        FoldAndCompare(TensorData.Vector(1f, 2f));
        CollectionAssert.AreEqual(new[] { "Mul", "Add" }, Operations);
        Assert.HasCount(2, _graph.Constants);
    }

    [TestMethod]
    public void Constants_inside_a_body_are_read_from_outside_it()
    {
        var x = _graph.Input("x", ElementType.Float, ["time", 2]);
        var w = Weight("w", 2, 2);
        _graph.Output("y", Op.Scan([_graph.Constant(TensorData.Zeros(ElementType.Float, 1, 2))], [x], (s, slice) =>
            ([Op.Tanh(Op.MatMul(s[0], Op.Transpose(w, 1, 0)) + slice[0])], [])).States[0]);
        FoldAndCompare(Tensor([3, 2], 1f, 2, 3, 4, 5, 6));
        CollectionAssert.AreEqual(new[] { "Scan" }, Operations);
    }

    [TestMethod]
    public void A_loop_over_constants()
    {
        var (states, outputs) =
            Op.Scan([_graph.Vector(0f, 1f)], [Weight("w", 4, 2)], (s, x) => ([s[0] + x[0]], [s[0] * x[0], Op.Exp(x[0])]));
        var y = _graph.Input("x", ElementType.Float, [2]) * states[0];
        _graph.Output("y", y);
        _graph.Output("steps", outputs[0]);
        FoldAndCompare(TensorData.Vector(1f, 2f));
        CollectionAssert.AreEqual(new[] { "Mul" }, Operations);
    }

    [TestMethod]
    public void Large_results_of_small_constants_stay_computed()
    {
        var x = _graph.Input("x", ElementType.Float, [1000, 1000]);
        var small = Op.Exp(Weight("w", 1000, 1)); // 4 kB, spread to 4 MB
        var large = Op.Filled(2f, [1000, 1000], x) * small;
        _graph.Output("y", x + large);
        _graph.Output("sum", Op.ReduceSum(large)); // small again
        FoldAndCompare(TensorData.Zeros(ElementType.Float, 1000, 1000));
        CollectionAssert.AreEqual(new[] { "ConstantOfShape", "Mul", "Add" }, Operations);
        Assert.IsTrue(_graph.Constants.All(constant => constant.Constant!.Count <= 1000));
    }

    [TestMethod]
    public void Large_results_of_large_constants_are_stored()
    {
        var x = _graph.Input("x", ElementType.Float, [600]);
        _graph.Output("y", Op.ReduceSum(Op.Transpose(Weight("w", 600, 600), 1, 0) * x, [0]));
        FoldAndCompare(TensorData.Zeros(ElementType.Float, 600));
        CollectionAssert.AreEqual(new[] { "Mul", "ReduceSum" }, Operations);
    }

    [TestMethod]
    public void Inputs_with_a_default_are_no_constants()
    {
        var scale = _graph.OptionalInput("scale", [], TensorData.Scalar(2f));
        _graph.Output("y", Op.Exp(scale) * Op.Exp(_graph.Scalar(1f)));
        ConstantFolding.Fold(_graph);
        CollectionAssert.AreEqual(new[] { "Exp", "Mul" }, Operations);
        Is(Run(_graph, TensorData.Scalar(0f))[0], [], MathF.E);
        Is(Run(_graph)[0], [], MathF.Exp(3));
    }

    [TestMethod]
    public void A_model_without_inputs_becomes_constants()
    {
        _graph.Output("y", Op.Relu(Weight("w", 3)));
        _graph.Output("sizes", Op.Concat(0, _graph.Vector(1L), _graph.Vector(2L)));
        ConstantFolding.Fold(_graph);
        Assert.IsEmpty(_graph.Nodes);
        var results = Run(_graph);
        Is(results[0], [3], 0f, 0, 0);
        Is(results[1], [2], 1L, 2);
    }

    [TestMethod]
    public void Nothing_to_fold()
    {
        var x = _graph.Input("x", ElementType.Float, [2]);
        _graph.Output("y", x * Weight("w", 2));
        FoldAndCompare(TensorData.Vector(1f, 2f));
        CollectionAssert.AreEqual(new[] { "Mul" }, Operations);
    }

    [TestMethod]
    public void A_folded_graph_can_still_be_written_on()
    {
        var x = _graph.Input("x", ElementType.Float, [2]);
        var w = Op.Exp(Weight("w", 2));
        _graph.Output("y", x * w);
        ConstantFolding.Fold(_graph);
        _graph.Output("z", x + w);
        Is(Run(_graph, TensorData.Vector(0f, 0f))[1], [2], MathF.Exp(-3), MathF.Exp(-2));
    }
}
