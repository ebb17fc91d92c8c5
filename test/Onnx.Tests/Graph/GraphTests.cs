using static MLSeqGraph.Onnx.Tests.Evaluation;

namespace MLSeqGraph.Onnx.Tests.Graphs;

[TestClass]
public class GraphTests
{
    private readonly Graph _graph = new("test");

    [TestMethod]
    public void Equal_small_constants_are_one()
    {
        Assert.AreSame(_graph.Vector(1L, 2L), _graph.Vector(1L, 2L));
        Assert.AreNotSame(_graph.Vector(1L), _graph.Vector(1));
        Assert.AreNotSame(_graph.Vector(1L), _graph.Scalar(1L));
        Assert.AreNotSame(_graph.Constant(TensorData.Vector(1L), "a"), _graph.Vector(1L));
        Assert.HasCount(5, _graph.Constants);
    }

    [TestMethod]
    public void Names_of_inputs_and_outputs_go_before_made_up_ones()
    {
        var x = _graph.Input("x", ElementType.Float, [2]);
        Value relu = Op.Relu(x), again = Op.Relu(relu), exp = Op.Exp(again);
        var (states, _) = Op.Scan([x], [Op.Unsqueeze(x, 0)], (s, slice) => ([Op.Tanh(s[0] + slice[0])], []));
        var late = _graph.Input("exp", ElementType.Float, [2]);
        var step = _graph.Input("step", ElementType.Float, []);
        _graph.Output("relu", exp + late + step);
        _graph.Output("tanh", states[0]);
        _graph.Output("state", again);
        _graph.Output("x_again", x);
        var results = Run(_graph, TensorData.Vector(-1f, 1f), TensorData.Vector(10f, 10f), TensorData.Scalar(100f));
        Is(results[0], [2], 111f, MathF.E + 110);
        Is(results[1], [2], MathF.Tanh(-2), MathF.Tanh(2));
        Is(results[2], [2], 0f, 1);
        Is(results[3], [2], -1f, 1);
    }

    [TestMethod]
    public void A_name_is_given_once()
    {
        var x = _graph.Input("x", ElementType.Float, [2]);
        _graph.Output("y", x);
        StringAssert.Contains(Error(() => _graph.Input("x", ElementType.Float, [2])), "'x'");
        StringAssert.Contains(Error(() => _graph.Input("y", ElementType.Float, [2])), "'y'");
        StringAssert.Contains(Error(() => _graph.Output("y", x + x)), "'y'");
        StringAssert.Contains(Error(() => _graph.Output("x", x + x)), "'x'");
        StringAssert.Contains(Error(() => _graph.OptionalInput("x", [], TensorData.Scalar(1f))), "'x'");
    }

    [TestMethod]
    public void An_optional_input_has_its_default()
    {
        var x = _graph.Input("x", ElementType.Float, [2]);
        _graph.Output("y", x * _graph.OptionalInput("scale", [], TensorData.Scalar(3f)));
        Is(Run(_graph, TensorData.Vector(1f, 2f))[0], [2], 3f, 6);
        Is(Run(_graph, TensorData.Vector(1f, 2f), TensorData.Scalar(10f))[0], [2], 10f, 20);
    }

    [TestMethod]
    public void Values_of_two_models_do_not_mix()
    {
        Value x = _graph.Input("x", ElementType.Float, [2]), other = new Graph("other").Input("z", ElementType.Float, [2]);
        StringAssert.Contains(Error(() => Op.Add(x, other)), "z [2] of graph 'other' can't be seen from graph 'test'");
        StringAssert.Contains(Error(() => _graph.Output("y", other)), "z [2] belongs to graph 'other'");
    }

    [TestMethod]
    public void What_a_body_computes_from_outer_values_stands_outside()
    {
        Value x = _graph.Input("x", ElementType.Float, [3, 2]), w = _graph.Input("w", ElementType.Float, [2]);
        Op.Scan([], [x], (_, slice) => ([], [slice[0] * Op.Exp(w)]));
        Assert.AreEqual("Exp", _graph.Nodes[0].OpType);
        Assert.AreEqual("Mul", _graph.Nodes[1].Attribute<Graph>("body").Nodes.Single().OpType);
    }

    [TestMethod]
    public void A_loop_stands_in_the_innermost_loop_whose_values_it_uses()
    {
        Value x = _graph.Input("x", ElementType.Float, [3]), y = _graph.Input("y", ElementType.Float, [4]);
        var (_, outputs) = Op.Scan([], [x], (_, outer) =>
        {
            // Both run over an outer sequence; only the first uses this loop's step.
            var (_, products) = Op.Scan([], [y], (_, inner) => ([], [inner[0] * outer[0]]));
            var (_, squares) = Op.Scan([], [y], (_, inner) => ([], [inner[0] * inner[0]]));
            return ([], [products[0] + squares[0]]);
        });
        _graph.Output("sums", outputs[0]);
        Assert.AreEqual(2, _graph.Nodes.Count(node => node.OpType == "Scan"));
        Assert.AreEqual(1, _graph.Nodes[^1].Attribute<Graph>("body").Nodes.Count(node => node.OpType == "Scan"));
        Is(Run(_graph, TensorData.Vector(1f, 2f, 3f), TensorData.Vector(0f, 1f, 2f, 3f))[0], [3, 4], 0f, 2, 6, 12, 0, 3, 8, 15, 0, 4, 10,
            18);
    }

    [TestMethod]
    public void A_body_that_fails_leaves_the_graph_usable()
    {
        var x = _graph.Input("x", ElementType.Float, [3]);
        Assert.ThrowsExactly<GraphException>(() => Op.Scan([], [x], (_, slice) => ([], [slice[0] + _graph.Vector(1L)])));
        var (_, outputs) = Op.Scan([], [x], (_, slice) => ([], [slice[0] + slice[0]]));
        _graph.Output("doubled", outputs[0]);
        Is(Run(_graph, TensorData.Vector(1f, 2f, 3f))[0], [3], 2f, 4, 6);
    }

    private static string Error(Action action) => Assert.ThrowsExactly<GraphException>(action).Message;
}
