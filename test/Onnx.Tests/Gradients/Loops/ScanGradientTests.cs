using static MLSeqGraph.Tests.FiniteDifferences;

namespace MLSeqGraph.Onnx.Tests;

[TestClass]
public class ScanGradientTests
{
    // h' = tanh(x W + h U + b), weights captured from outside the loop, all steps' states returned
    private static Value Recurrence(Value[] v, bool reverse, int truncation = 0, bool last = false)
    {
        Value x = v[0], w = v[1], u = v[2], b = v[3], h0 = v[4];
        var (states, outputs) = Op.Scan([h0], [x], (s, slices) =>
        {
            var h = Op.Tanh(Op.MatMul(slices[0], w) + Op.MatMul(s[0], u) + b);
            return ([h], [h]);
        }, reverse, truncation);
        return last ? states[0] : outputs[0];
    }

    private static TensorData[] Point => [
        Random(ElementType.Double, 1, 4, 2, 3), Random(ElementType.Double, 2, 3, 5), Random(ElementType.Double, 3, 5, 5),
        Random(ElementType.Double, 4, 5), Random(ElementType.Double, 5, 2, 5)];

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(true, true)]
    public void Recurrence_with_captured_weights(bool reverse, bool last) => Check(v => Recurrence(v, reverse, last: last), Point);

    [TestMethod]
    public void Symbolic_shapes() => Check(v => Recurrence(v, false), Point,
        [["time", "batch", 3], [3, 5], [5, 5], [5], ["batch", 5]]);

    [TestMethod]
    public void Captured_value_used_elementwise_and_twice() => Check(v =>
    {
        var (states, outputs) = Op.Scan([v[1]], [v[0]], (s, x) =>
        {
            var next = Op.Sigmoid(x[0] * v[2] + s[0] * v[2] * v[2]);
            return ([next], [next * v[2]]);
        });
        return Op.Concat(0, Op.Unsqueeze(states[0], 0), outputs[0]);
    }, [Random(ElementType.Double, 1, 5, 2, 3), Random(ElementType.Double, 2, 2, 3), Random(ElementType.Double, 3, 2, 3)]);
}
