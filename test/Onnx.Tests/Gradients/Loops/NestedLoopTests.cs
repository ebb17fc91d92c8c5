using static MLSeqGraph.Tests.FiniteDifferences;
using static MLSeqGraph.Onnx.Tests.GradientCase;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Loops within loops: weights from outside both, values of the outer body, sequences of either.</summary>
[TestClass]
public class NestedLoopTests
{
    private static readonly Shape[] Names = [["outer", "inner", "batch", 3], [3, 3], ["batch", 3]];

    private static TensorData[] Point => [X(3, 2, 2, 3), X(3, 3), X(2, 3)];

    private static void CheckBoth(Func<Value[], Value> function)
    {
        Check(function, Point);
        Check(function, Point, Names);
    }

    [TestMethod]
    public void A_weight_captured_through_both() => CheckBoth(v => Op.Scan([v[2]], [v[0]], (s, x) =>
    {
        var (inner, _) = Op.Scan([s[0]], [x[0]], (t, row) => ([Op.Tanh(Op.MatMul(t[0], v[1]) + row[0])], []));
        return ([inner[0] * 0.5 + s[0]], []);
    }).States[0]);

    [TestMethod]
    public void Values_of_the_outer_body_captured_by_the_inner_one() => CheckBoth(v => Op.Scan([v[2]], [v[0]], (s, x) =>
    {
        var query = Op.Tanh(Op.MatMul(s[0], v[1])); // [batch, 3]
        var (_, scores) = Op.Scan([], [x[0]], (_, row) => ([], [Op.ReduceSum(row[0] * query * s[0], [-1])]));
        return ([s[0] + Op.ReduceSum(Op.Softmax(scores[0], 0) * x[0], [0], keepDims: false)], [scores[0]]);
    }).States[0]);

    [TestMethod]
    public void An_outer_sequence_read_by_the_inner_loop_in_every_outer_step() => CheckBoth(v =>
    {
        var memory = Op.Reshape(v[0], [v[0].Shape[0] * v[0].Shape[1], v[0].Shape[2], 3]);
        return Op.Scan([v[2]], [v[0]], (s, x) =>
        {
            var (inner, _) = Op.Scan([s[0]], [memory], (t, row) => ([t[0] * 0.5 + Op.Tanh(row[0] * s[0])], []), reverse: true);
            return ([Op.MatMul(inner[0], v[1]) + Op.ReduceSum(x[0], [0], keepDims: false)], []);
        }).States[0];
    });

    [TestMethod]
    public void A_weight_made_of_the_outer_state() => CheckBoth(v => Op.Scan([v[1]], [v[0]], (s, x) =>
    {
        // The inner loop multiplies by a matrix that the outer loop changes.
        var (inner, steps) = Op.Scan([v[2]], [x[0]], (t, row) =>
        {
            var next = Op.Tanh(Op.MatMul(t[0], Op.Transpose(s[0], 1, 0)) + row[0]);
            return ([next], [next]);
        }, reverse: true);
        return ([s[0] * 0.9 + Op.Gemm(inner[0], inner[0], transA: true) * 0.1], [steps[0]]);
    }).States[0]);

    [TestMethod]
    public void Three_deep() => CheckBoth(v => Op.Scan([v[2]], [v[0]], (s, x) =>
    {
        var (middle, _) = Op.Scan([s[0]], [x[0]], (t, rows) =>
        {
            var (inner, _) = Op.Scan([Op.ReduceSum(t[0], [0], keepDims: false)], [rows[0]], (u, row) =>
                ([Op.Tanh(u[0] * row[0] + s[0].Graph.Scalar(0.1)) + Op.ReduceSum(s[0] * t[0], keepDims: false) * 0.1], []));
            return ([t[0] * 0.5 + Op.MatMul(t[0], v[1]) * Op.Unsqueeze(inner[0], 0)], []);
        });
        return ([middle[0]], []);
    }).States[0]);
}
