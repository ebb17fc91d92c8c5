using static MLSeqGraph.Onnx.Tests.Evaluation;

namespace MLSeqGraph.Onnx.Tests.Graphs;

[TestClass]
public class DeadCodeTests
{
    private readonly Graph _graph = new("test");

    [TestMethod]
    public void Nodes_and_constants_that_no_output_needs_go()
    {
        var x = _graph.Input("x", ElementType.Float, [2]);
        var unused = Op.Exp(x * _graph.Constant(TensorData.Vector(5f, 6f)));
        _graph.Output("y", Op.Relu(x) + 1);
        DeadCode.Remove(_graph);
        CollectionAssert.AreEqual(new[] { "Relu", "Add" }, _graph.Nodes.Select(node => node.OpType).ToArray());
        Assert.HasCount(1, _graph.Constants);
        Assert.HasCount(1, _graph.Inputs);
        Assert.AreEqual("Exp", unused.Producer!.OpType);
    }

    [TestMethod]
    public void Outputs_of_loops_that_nothing_reads_go_with_what_they_need()
    {
        Value x = _graph.Input("x", ElementType.Float, [3, 2]), w = Op.Exp(_graph.Input("w", ElementType.Float, [2]));
        var (states, outputs) = Op.Scan([_graph.Vector(0f, 0f)], [x], (s, slice) =>
        {
            var next = s[0] + slice[0];
            return ([next], [next * w, Op.Tanh(next), Op.Sigmoid(next)]);
        });
        _graph.Output("last", states[0]);
        _graph.Output("steps", outputs[1]);
        DeadCode.Remove(_graph);
        var loop = _graph.Nodes.Single();
        Assert.HasCount(2, loop.Outputs);
        CollectionAssert.AreEqual(new[] { "Add", "Tanh" }, loop.Attribute<Graph>("body").Nodes.Select(node => node.OpType).ToArray());
        var results = Run(_graph, Tensor([3, 2], 1f, 2, 3, 4, 5, 6), TensorData.Vector(0f, 0f));
        Is(results[0], [2], 9f, 12);
        Is(results[1], [3, 2], MathF.Tanh(1), MathF.Tanh(2), MathF.Tanh(4), MathF.Tanh(6), MathF.Tanh(9), MathF.Tanh(12));
    }

    [TestMethod]
    public void Constants_that_only_a_body_reads_stay()
    {
        var x = _graph.Input("x", ElementType.Float, [3]);
        _graph.Output("y", Op.Scan([], [x], (_, slice) => ([], [slice[0] * 7])).Outputs[0]);
        DeadCode.Remove(_graph);
        Is(Run(_graph, TensorData.Vector(1f, 2f, 3f))[0], [3], 7f, 14, 21);
    }

    [TestMethod]
    public void A_constant_asked_for_again_after_it_went_is_a_new_one()
    {
        var x = _graph.Input("x", ElementType.Float, []);
        var gone = _graph.Scalar(42f);
        DeadCode.Remove(_graph);
        _graph.Output("y", x + 42.0);
        Assert.AreNotSame(gone, _graph.Constants.Single());
        Is(Run(_graph, TensorData.Scalar(1f))[0], [], 43f);
    }
}
