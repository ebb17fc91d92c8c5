namespace MLSeqGraph.Onnx.Tests.Operators;

[TestClass]
public class LoopTests
{
    [TestMethod]
    [DataRow(100L, 5)]
    [DataRow(3L, 3)]
    [DataRow(0L, 0)]
    public void A_loop_ends_by_its_condition_or_its_limit(long limit, int expected)
    {
        // doubles a state while it is below 20, and captures a value from outside
        var graph = new Graph("doubling");
        var one = graph.Input("one", ElementType.Float, [1]);
        var (last, outputs) = Op.Loop(graph.Scalar(limit), [one], "taken", (step, states) =>
        {
            var next = states[0] + states[0] * one;
            return (Op.Less(Op.Squeeze(next, 0), next.Number(20)), [next], [states[0] * 10.0 + Op.Cast(step, ElementType.Float)]);
        });
        graph.Output("last", last[0]);
        graph.Output("outputs", outputs[0]);
        Assert.AreEqual("[taken, 1]", outputs[0].Shape.ToString());
        var results = Evaluation.Run(graph, TensorData.Vector(1f));
        Evaluation.Is(results[0], [1], (float)Math.Pow(2, expected));
        Evaluation.Is(results[1], [expected, 1], Enumerable.Range(0, expected).Select(step => 10f * (1 << step) + step).ToArray());
    }

    [TestMethod]
    public void Errors_name_the_loop_and_what_was_given()
    {
        var graph = new Graph("bad");
        Value x = graph.Input("x", ElementType.Float, [3]), yes = graph.Scalar(true);
        void Fails(Action write, params string[] parts)
        {
            var exception = Assert.ThrowsExactly<GraphException>(write);
            foreach (var part in parts)
                StringAssert.Contains(exception.Message, part);
        }
        Fails(() => Op.Loop(x, [x], "n", (_, states) => (yes, states, [])), "Loop", "number of iterations Int64 []", "x Float [3]");
        Fails(() => Op.Loop(graph.Scalar(3L), [x], "n", (_, states) => (x, states, [])), "Loop", "a Bool []");
        Fails(() => Op.Loop(graph.Scalar(3L), [x], "n", (_, states) => (yes, [Op.Slice(states[0], 0, 1)], [])), "Loop", "state 0", "[3]",
            "[2]");
        Fails(() => Op.Loop(graph.Scalar(3L), [x], "n", (_, states) => (yes, [], [])), "Loop", "0 states", "expected 1");
    }
}
