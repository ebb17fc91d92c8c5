using static MLSeqGraph.Onnx.Tests.Evaluation;

namespace MLSeqGraph.Onnx.Tests;

[TestClass]
public class GradientsTests
{
    private readonly Graph _graph = new("test");

    [TestMethod]
    public void A_target_that_has_no_influence_has_no_gradient()
    {
        Value x = _graph.Input("x", ElementType.Float, []), y = _graph.Input("y", ElementType.Float, [3]);
        var gradients = Gradients.Of(x * x, [x, y]);
        Assert.IsNotNull(gradients[0]);
        Assert.IsNull(gradients[1]);
    }

    [TestMethod]
    public void The_value_itself_has_the_gradient_one()
    {
        var x = _graph.Input("x", ElementType.Float, []);
        _graph.Output("gradient", Gradients.Of(x, [x])[0]!);
        Is(Run(_graph, TensorData.Scalar(5f))[0], [], 1f);
    }

    [TestMethod]
    public void A_target_on_the_way()
    {
        var x = _graph.Input("x", ElementType.Double, []);
        var y = x * x;
        var gradients = Gradients.Of(y * y, [x, y]);
        _graph.Output("of_x", gradients[0]!);
        _graph.Output("of_y", gradients[1]!);
        var results = Run(_graph, TensorData.Scalar(3.0));
        Is(results[0], [], 4 * 27.0);
        Is(results[1], [], 2 * 9.0);
    }

    [TestMethod]
    public void A_seed_stands_for_the_gradient_of_the_value()
    {
        var x = _graph.Input("x", ElementType.Double, [2]);
        var seed = _graph.Vector(10f, 100f); // of another real type
        _graph.Output("gradient", Gradients.Of(x * x, [x], seed)[0]!);
        Is(Run(_graph, Tensor([2], 1.0, 2))[0], [2], 20.0, 400);
    }

    [TestMethod]
    public void Constants_can_be_targets_and_stay_apart_though_equal()
    {
        Value a = _graph.Constant(TensorData.Vector(0f, 0f), "a"), b = _graph.Constant(TensorData.Vector(0f, 0f), "b");
        Assert.AreNotSame(a, b);
        Assert.AreNotSame(a, _graph.Vector(0f, 0f));
        var x = _graph.Input("x", ElementType.Float, [2]);
        var gradients = Gradients.Of(Op.ReduceSum(a * x + b, keepDims: false), [a, b]);
        _graph.Output("of_a", gradients[0]!);
        _graph.Output("of_b", gradients[1]!);
        var results = Run(_graph, TensorData.Vector(5f, 6f));
        Is(results[0], [2], 5f, 6);
        Is(results[1], [2], 1f, 1);
    }

    [TestMethod]
    public void Second_derivatives() =>
        FiniteDifferences.Check(v =>
            Gradients.Of(Op.ReduceSum(Op.Tanh(v[0]) * v[0] * v[0], keepDims: false), [v[0]])[0]!, [Tensor([2], 0.3, -0.8)]);

    [TestMethod]
    public void Second_derivatives_of_parts_with_sizes_known_by_name() => FiniteDifferences.Check(v =>
    {
        var y = Op.Softmax(Op.Concat(0, Op.Pad(Op.Slice(v[0], 0, 1, -1), 0, 1, 0), v[1] * v[1]));
        return Gradients.Of(Op.ReduceSum(y * y, keepDims: false), [v[0]])[0]!;
    }, [Tensor([4], 0.3, -0.8, 0.5, 1), Tensor([2], 0.5, 1)], [["n"], ["m"]]);

    [TestMethod]
    public void Second_derivatives_of_loops() => FiniteDifferences.Check(v =>
    {
        var (states, _) = Op.Scan([v[1]], [v[0]], (s, x) => ([Op.Tanh(Op.MatMul(s[0], v[2]) + x[0])], []));
        return Gradients.Of(Op.ReduceSum(states[0] * states[0], keepDims: false), [v[2]])[0]!;
    }, [GradientCase.X(3, 2, 2), GradientCase.X(2, 2), GradientCase.Positive(2, 2)]);

    [TestMethod]
    public void Second_derivatives_of_layer_normalization_are_refused()
    {
        Value x = _graph.Input("x", ElementType.Float, [2, 3]), scale = _graph.Input("scale", ElementType.Float, [3]);
        var y = Op.LayerNormalization(x, scale, null);
        var first = Gradients.Of(Op.ReduceSum(y * y, keepDims: false), [x])[0]!;
        var error = Assert.ThrowsExactly<GraphException>(() => Gradients.Of(Op.ReduceSum(first * first, keepDims: false), [x]));
        StringAssert.Contains(error.Message, "LayerNormalization");
    }

    [TestMethod]
    public void Wrong_arguments_are_named()
    {
        Value x = _graph.Input("x", ElementType.Float, [2]), number = _graph.Input("number", ElementType.Int64, []);
        var foreign = new Graph("other").Input("z", ElementType.Float, []);
        StringAssert.Contains(Error(() => Gradients.Of(x, [x])), "one element; got x [2]");
        StringAssert.Contains(Error(() => Gradients.Of(Op.ReduceSum(x, keepDims: false), [number])), "Int64 number []");
        StringAssert.Contains(Error(() => Gradients.Of(Op.ReduceSum(x, keepDims: false), [foreign])), "graph 'other'");
        StringAssert.Contains(Error(() => Gradients.Of(x, [x], _graph.Vector(1f, 2f, 3f))), "[3]");
    }

    [TestMethod]
    public void A_rule_can_be_added_but_not_replaced() =>
        Assert.ThrowsExactly<ArgumentException>(() => GradientRules.Add("Add", _ => []));

    private static string Error(Action action) => Assert.ThrowsExactly<GraphException>(action).Message;
}
