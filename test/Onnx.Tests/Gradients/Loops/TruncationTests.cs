using static MLSeqGraph.Onnx.Tests.GradientCase;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>
/// Truncated back-propagation through time against the same steps written one after the other, the states cut every so many steps.
/// </summary>
[TestClass]
public class TruncationTests
{
    private const int Steps = 7;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(6)]
    [DataRow(7)]
    [DataRow(50)]
    public void Cuts_the_gradient_of_the_states(int every)
    {
        foreach (var reverse in (bool[])[false, true])
        {
            TensorData[] at = [X(Steps, 2, 3), X(2, 3), Positive(2, 3), X(3, 3), X(3)];
            var written = Run(at, v => Op.Scan([v[1], v[2]], [v[0]], (s, x) => Step(s, x[0], v), reverse, every));
            var unrolled = Run(at, v => Unroll(v, reverse, every));
            for (var i = 0; i < written.Length; i++)
                Evaluation.Is(written[i], unrolled[i].Sizes.ToArray(), unrolled[i].As<double>());
        }
    }

    [TestMethod]
    public void A_truncation_is_not_the_whole_gradient()
    {
        TensorData[] at = [X(Steps, 2, 3), X(2, 3), Positive(2, 3), X(3, 3), X(3)];
        var whole = Run(at, v => Unroll(v, false, int.MaxValue))[^2].As<double>();
        var cut = Run(at, v => Unroll(v, false, 2))[^2].As<double>();
        Assert.IsGreaterThan(1e-3, whole.Zip(cut, (a, b) => Math.Abs(a - b)).Max());
    }

    // Two states, of which the second depends on the first; an output a step.
    private static (Value[] States, Value[] Outputs) Step(Value[] states, Value x, Value[] v)
    {
        var hidden = Op.Tanh(Op.MatMul(states[0], v[3]) + x + v[4]);
        var sum = states[1] * 0.9 + hidden * states[0];
        return ([hidden, sum], [hidden * sum]);
    }

    private static (Value[] States, Value[] Outputs) Unroll(Value[] v, bool reverse, int every)
    {
        Value[] states = [v[1], v[2]];
        var outputs = new Value[Steps];
        for (var step = 0; step < Steps; step++)
        {
            var at = reverse ? Steps - 1 - step : step;
            if (step > 0 && step % every == 0)
                states = Array.ConvertAll(states, Op.StopGradient);
            (states, var output) = Step(states, Op.Squeeze(Op.Slice(v[0], 0, at, at + 1), 0), v);
            outputs[at] = Op.Unsqueeze(output[0], 0);
        }
        return (states, [Op.Concat(0, outputs)]);
    }

    // All results, and the gradients of a function of all of them.
    private static TensorData[] Run(TensorData[] at, Func<Value[], (Value[] States, Value[] Outputs)> function) => Evaluation.All(v =>
    {
        var (states, outputs) = function(v);
        Value[] all = [.. states, .. outputs];
        var loss = all.Select(value => Op.ReduceSum(Op.Sin(value) * value, keepDims: false)).Aggregate(Op.Add);
        return [.. all, .. Gradients.Of(loss, v)!];
    }, at);
}
