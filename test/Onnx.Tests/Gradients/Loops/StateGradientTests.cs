using static MLSeqGraph.Tests.FiniteDifferences;
using static MLSeqGraph.Onnx.Tests.GradientCase;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>What may be a state or an output of a loop, and which of them are used.</summary>
[TestClass]
public class StateGradientTests
{
    // [time, batch, width], [batch, width], [width]
    private static TensorData[] Point => [X(4, 2, 3), X(2, 3), Positive(3)];

    private static Value All((Value[] States, Value[] Outputs) loop) =>
        Op.Concat(0, [.. loop.States.Concat(loop.Outputs).Where(value => value.Type.IsReal())
            .Select(value => Op.Reshape(value, [value.Shape.Elements]))]);

    private static void CheckBoth(Func<Value[], bool, Value> function, params TensorData[] at)
    {
        Check(v => function(v, false), at);
        Check(v => function(v, true), at);
        Check(v => function(v, false), at, [.. at.Select(Named)]);
    }

    // The width stays a number: as in a network, where a layer's size is one and batch and time are not.
    private static Shape Named(TensorData tensor) => tensor.Sizes.Count switch
    {
        3 => ["time", "batch", tensor.Sizes[2]],
        2 => ["batch", tensor.Sizes[1]],
        _ => Shape.Of(tensor.Sizes),
    };

    [TestMethod]
    public void Several_states() => CheckBoth((v, reverse) => All(Op.Scan([v[1], v[1] * 0.5], [v[0]], (s, x) =>
    {
        var gate = Op.Sigmoid(s[0] * v[2] + x[0]);
        var cell = gate * s[1] + (1 - gate) * Op.Tanh(x[0] - s[0]);
        return ([gate * Op.Tanh(cell), cell], [gate]);
    }, reverse)), Point);

    [TestMethod]
    public void One_value_starts_two_states_and_one_sequence_is_read_twice() => CheckBoth((v, reverse) =>
        All(Op.Scan([v[1], v[1]], [v[0], v[0]], (s, x) => ([s[0] * x[0], s[1] + x[1] * s[0]], []), reverse)), Point[..2]);

    [TestMethod]
    public void The_initial_state_is_captured_too() => CheckBoth((v, reverse) =>
        All(Op.Scan([v[1]], [v[0]], (s, x) => ([Op.Tanh(s[0] * v[1] + x[0])], []), reverse)), Point[..2]);

    [TestMethod]
    public void A_counter_among_the_states() => CheckBoth((v, reverse) => All(Op.Scan([v[0].Graph.Scalar(1L), v[1]], [v[0]], (s, x) =>
    {
        var step = Op.Cast(s[0], ElementType.Double);
        return ([s[0] + 1, Op.Tanh(s[1] + x[0] / step)], [s[0], s[1] * step]);
    }, reverse, truncation: 0)), Point[..2]);

    [TestMethod]
    public void A_counter_with_truncation_does_not_upset_the_other_states() =>
        Check(v => Op.Scan([v[0].Graph.Scalar(1L), v[1]], [v[0]], (s, x) =>
        ([s[0] + 1, s[1] + x[0] * x[0] / Op.Cast(s[0], ElementType.Double)], []), truncation: 100).States[1], Point[..2]);

    [TestMethod]
    public void Outputs_without_states() =>
        CheckBoth((v, reverse) => All(Op.Scan([], [v[0]], (_, x) => ([], [Op.Tanh(x[0] * v[1]), x[0] * v[2]]), reverse)), Point);

    [TestMethod]
    public void Outputs_that_nothing_reads() => CheckBoth((v, reverse) => Op.Scan([v[1]], [v[0]], (s, x) =>
    {
        var next = Op.Tanh(s[0] + x[0]);
        return ([next], [Op.Exp(next), next * v[2], Op.Log(v[2] + 0 * next)]);
    }, reverse).Outputs[1], Point);

    [TestMethod]
    public void The_last_state_alone() => CheckBoth((v, reverse) => Op.Scan([v[1]], [v[0]], (s, x) =>
        ([Op.Tanh(s[0] * v[2] + x[0])], [x[0]]), reverse).States[0], Point);

    [TestMethod]
    public void The_last_state_of_a_linear_loop_whose_gradient_reads_nothing_of_the_forward_pass() => CheckBoth((v, reverse) =>
        Op.Scan([v[1]], [v[0]], (s, x) => ([s[0] * 0.5 + x[0]], []), reverse).States[0], Point[..2]);

    [TestMethod]
    public void A_state_that_no_other_depends_on() => CheckBoth((v, reverse) => Op.Scan([v[1], v[1]], [v[0]], (s, x) =>
        ([Op.Tanh(s[0] + x[0]), s[1] * x[0]], [s[0]]), reverse).Outputs[0] * v[2], Point);

    [TestMethod]
    public void A_state_that_is_constant_at_first() =>
        CheckBoth((v, reverse) => All(Op.Scan([Op.ZerosLike(v[1]), Op.ZerosLike(v[1]) + 1], [v[0]], (s, x) =>
        ([s[1] + s[0] * x[0], Op.Tanh(s[0] + x[0])], []), reverse)) * Op.ReduceSum(v[1]), Point[..2]);

    [TestMethod]
    public void A_slice_passed_through_as_output_and_as_state() => CheckBoth((v, reverse) => All(Op.Scan([v[1]], [v[0]], (s, x) =>
        ([x[0]], [x[0], s[0] * x[0], x[0]]), reverse)), Point[..2]);

    [TestMethod]
    public void A_state_passed_through() => CheckBoth((v, reverse) => All(Op.Scan([v[1], v[1] * 2], [v[0]], (s, x) =>
        ([s[0], s[1] + s[0] * x[0]], [s[0]]), reverse)), Point[..2]);

    [TestMethod]
    public void States_that_change_places() => CheckBoth((v, reverse) => All(Op.Scan([v[1], v[1] * v[1]], [v[0]], (s, x) =>
        ([s[1], s[0]], [s[0] * x[0]]), reverse)), Point[..2]);

    [TestMethod]
    public void One_value_as_state_and_as_several_outputs() => CheckBoth((v, reverse) => All(Op.Scan([v[1], v[1]], [v[0]], (s, x) =>
    {
        var next = Op.Sigmoid(s[0] + x[0] * s[1]);
        return ([next, next], [next, next]);
    }, reverse)), Point[..2]);

    [TestMethod]
    public void A_captured_value_as_output_and_as_next_state() => CheckBoth((v, reverse) =>
    {
        var wide = v[1] * v[2];
        return All(Op.Scan([v[1]], [v[0]], (s, x) => ([wide], [v[2], s[0] * x[0]]), reverse));
    }, Point);

    [TestMethod]
    public void A_constant_as_output_and_as_next_state() => CheckBoth((v, reverse) =>
    {
        var zeros = Op.ZerosLike(v[1]);
        return All(Op.Scan([v[1]], [v[0]], (s, x) => ([zeros], [zeros, s[0] * x[0]]), reverse));
    }, Point[..2]);

    [TestMethod]
    public void A_scalar_state() => CheckBoth((v, reverse) => All(Op.Scan([Op.ReduceSum(v[1], keepDims: false)], [v[0]], (s, x) =>
        ([s[0] * 0.9 + Op.ReduceMean(x[0], keepDims: false)], [x[0] * s[0]]), reverse)), Point[..2]);

    [TestMethod]
    public void Two_losses_over_one_loop()
    {
        var graph = new Graph("test");
        Value x = graph.Input("x", ElementType.Double, [4, 2, 3]), h = graph.Input("h", ElementType.Double, [2, 3]), w =
            graph.Input("w", ElementType.Double, [3]);
        var loop = Op.Scan([h], [x], (s, slice) => ([Op.Tanh(s[0] * w + slice[0])], [s[0] * w]));
        Value first = Op.ReduceSum(loop.States[0], keepDims: false), second =
            Op.ReduceSum(loop.Outputs[0] * loop.Outputs[0], keepDims: false);
        foreach (var (name, loss) in new[] { ("first", first), ("second", second), ("sum", first + second) })
            graph.Output(name, Gradients.Of(loss, [w])[0]!);
        var results = Evaluation.Run(graph, Point);
        Evaluation.Is(results[2], [3], results[0].As<double>().Zip(results[1].As<double>(), (a, b) => a + b).ToArray());
    }

    [TestMethod]
    public void A_single_step()
    {
        foreach (var reverse in (bool[])[false, true])
            foreach (var truncation in (int[])[0, 1, 2])
                Check(v => All(Op.Scan([v[1]], [v[0]], (s, x) =>
                {
                    var next = Op.Tanh(Op.MatMul(s[0], v[3]) * v[2] + x[0]);
                    return ([next], [next * v[2]]);
                }, reverse, truncation)), [X(1, 2, 3), X(2, 3), Positive(3), X(3, 3)], [["time", "batch", 3], ["batch", 3], [3], [3, 3]]);
    }

    [TestMethod]
    public void An_empty_batch() => Check(v => All(Op.Scan([v[1]], [v[0]], (s, x) =>
    {
        var next = Op.Tanh(Op.MatMul(s[0], v[2]) + x[0]);
        return ([next], [next]);
    })), [X(3, 0, 3), X(0, 3), X(3, 3)], [["time", "batch", 3], ["batch", 3], [3, 3]]);

    // ONNX Runtime's Scan needs a first step; it says so rather than giving back the initial state.
    [TestMethod]
    public void No_step_is_an_error_of_the_run() => Assert.Throws<Exception>(() =>
        Evaluation.Of(v => Op.Scan([v[1]], [v[0]], (s, x) => ([s[0] + x[0]], [])).States[0], [["time", 2], [2]],
            TensorData.Zeros(ElementType.Float, 0, 2), TensorData.Vector(1f, 2f)));
}
