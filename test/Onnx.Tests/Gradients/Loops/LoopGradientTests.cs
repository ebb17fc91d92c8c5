using static MLSeqGraph.Onnx.Tests.GradientCase;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Gradients of loops whose body says when they end.</summary>
[TestClass]
public class LoopGradientTests
{
    private static readonly Shape[] Shapes = [["batch", 3], [3], []];

    private static TensorData[] At(long most) => [X(2, 3), X(3), TensorData.Scalar(most)];

    [TestMethod]
    [DataRow(0L)]
    [DataRow(1L)]
    [DataRow(4L)]
    public void The_number_of_iterations_is_an_input(long most) => FiniteDifferences.Check(v =>
    {
        var (states, _) = Op.Loop(v[2], [v[0]], "taken", (_, s) => (v[0].Graph.Scalar(true), [Op.Tanh(s[0] * v[1]) + v[0]], []));
        return states[0] * v[1];
    }, At(most), Shapes);

    [TestMethod]
    public void The_number_of_iterations_depends_on_what_they_compute() => FiniteDifferences.Check(v => Op.Loop(v[2], [v[0]], "taken",
        (_, s) => (Op.Less(Op.ReduceSum(s[0], keepDims: false), v[0].Number(100)), [s[0] + s[0] * v[1]], [])).States[0],
        [Positive(2, 3), Positive(3), TensorData.Scalar(1000L)], Shapes);

    [TestMethod]
    public void A_loop_without_states() => FiniteDifferences.Check(v => Op.Loop(v[2], [], "taken", (i, _) =>
        (v[0].Graph.Scalar(true), [], [Op.Exp(v[0]) * v[1] * Op.Cast(i, v[0].Type)])).Outputs[0], At(3), Shapes);

    [TestMethod]
    public void Only_what_iterations_give_reaches_the_result() => FiniteDifferences.Check(v => Op.Loop(v[2], [v[0]], "taken", (_, s) =>
        Op.Sin(s[0] * v[1]) is var next ? (v[0].Graph.Scalar(true), [next], [next * s[0], s[0]]) : default) is var (_, outputs)
            ? outputs[0] * 2 + outputs[1] : v[0], At(3), Shapes);

    [TestMethod]
    public void A_list_that_grows_beside_what_is_differentiated() => FiniteDifferences.Check(v => Op.Loop(v[2],
        [v[0], Op.Renamed(v[0], [v[0].Shape[0] + "further", 3])], "taken", (_, s) => (v[0].Graph.Scalar(true), [Op.Tanh(s[0] * v[1]),
            Op.Renamed(Op.Concat(0, s[1], s[0]), s[1].Shape)], [])).States[0], At(3), Shapes);

    [TestMethod]
    public void A_list_that_grows_has_no_gradient()
    {
        var graph = new Graph("grows");
        var x = graph.Input("x", ElementType.Float, ["n", 3]);
        var (states, _) = Op.Loop(graph.Scalar(3L), [Op.Renamed(x, [x.Shape[0] + "further", 3])], "taken", (_, s) =>
            (graph.Scalar(true), [Op.Renamed(Op.Concat(0, s[0], x), [x.Shape[0] + "more", 3])], []));
        var error = Assert.ThrowsExactly<GraphException>(() => Gradients.Of(Op.ReduceSum(states[0], keepDims: false), [x]));
        foreach (var part in (string[])["Loop", "state 1", "may change its sizes", "further", "more"])
            StringAssert.Contains(error.Message, part);
    }
}
