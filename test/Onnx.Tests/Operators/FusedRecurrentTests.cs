using static MLSeqGraph.Onnx.Tests.Evaluation;

namespace MLSeqGraph.Onnx.Tests.Operators;

/// <summary>Shapes, ragged lengths and directions on a network that can be computed by hand: h ← relu(x + h / 2).</summary>
[TestClass]
public class FusedRecurrentTests
{
    private static readonly TensorData X = Tensor([3, 2, 1], 8f, 4, 6, 2, 2, 5), Lengths = Tensor([2], 3, 1);

    private static TensorData[] Run(string direction, bool ragged)
    {
        var directions = direction == "bidirectional" ? 2 : 1;
        return All(v =>
        {
            var graph = v[0].Graph;
            var ones = graph.Constant(Tensor([directions, 1, 1], Enumerable.Repeat(1f, directions).ToArray()));
            return Op.Rnn(v[0], ones, ones * 0.5, graph.Constant(TensorData.Zeros(ElementType.Float, directions, 2)), ragged
                ? v[1] : null, "Relu", direction);
        }, [X, Lengths], [["time", "batch", 1], ["batch"]]);
    }

    [TestMethod]
    public void Forward()
    {
        var results = Run("forward", ragged: false);
        Is(results[0], [3, 1, 2, 1], 8f, 4, 10, 4, 7, 7);
        Is(results[1], [1, 2, 1], 7f, 7);
    }

    [TestMethod]
    public void Steps_past_a_length_are_zero_and_the_last_state_is_that_of_the_last_valid_step()
    {
        var results = Run("forward", ragged: true);
        Is(results[0], [3, 1, 2, 1], 8f, 4, 10, 0, 7, 0);
        Is(results[1], [1, 2, 1], 7f, 4);
    }

    [TestMethod]
    public void The_backward_direction_starts_at_the_last_valid_step()
    {
        var results = Run("reverse", ragged: true);
        Is(results[0], [3, 1, 2, 1], 11.5f, 4, 7, 0, 2, 0);
        Is(results[1], [1, 2, 1], 11.5f, 4);
        Is(Run("bidirectional", ragged: true)[0], [3, 2, 2, 1], 8f, 4, 11.5f, 4, 10, 0, 7, 0, 7, 0, 2, 0);
    }

    [TestMethod]
    public void Has_no_gradient()
    {
        var graph = new Graph("test");
        var x = graph.Input("x", ElementType.Float, [3, 2, 1]);
        var ones = graph.Constant(Tensor([1, 1, 1], 1f));
        var states = Op.Rnn(x, ones, ones, graph.Constant(TensorData.Zeros(ElementType.Float, 1, 2)))[0];
        var error = Assert.ThrowsExactly<GraphException>(() => Gradients.Of(Op.ReduceSum(states, keepDims: false), [x]));
        StringAssert.Contains(error.Message, "RNN has no gradient rule");
    }
}
