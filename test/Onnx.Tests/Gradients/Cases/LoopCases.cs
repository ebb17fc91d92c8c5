using static MLSeqGraph.Onnx.Tests.GradientCase;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>A loop as an operation like others; its own tests are in <see cref="ScanGradientTests"/>
/// and <see cref="LoopGradientTests"/>.</summary>
internal static class LoopCases
{
    internal static IEnumerable<GradientCase> All =>
    [
        new("Scan", "a recurrence", v =>
            Op.Scan([v[1]], [v[0]], (s, x) => Next(Op.Tanh(Op.MatMul(s[0], v[2]) + x[0]))).Outputs[0], X(3, 2, 4), X(2, 4), X(4, 4)),
        new("Scan", "backwards, the last state", v =>
            Op.Scan([v[1]], [v[0]], (s, x) => Next(s[0] * v[2] + x[0]), reverse: true).States[0], X(3, 2), X(2), X(2)),
    ];

    internal static IEnumerable<GradientCase> Repetitions =>
    [
        new("Loop", "a recurrence, the last state", v => Repeat(v[0], s => Op.Tanh(Op.MatMul(s, v[1]))).States[0], X(2, 4), X(4, 4)),
        new("Loop", "what every iteration gives, and the last state", v =>
            Repeat(v[0], s => s * v[1]) is var (states, steps) ? states[0] + Op.ReduceSum(steps[0], [0], keepDims: false) : v[0],
            X(2, 3), X(3)),
        new("Loop", "as many iterations as its state says", v => Repeat(v[0], s => s + s * v[1], most: 100, below: 9).States[0],
            Positive(2, 3), Positive(3)),
        new("Loop", "two states, of which one counts", v => Op.Loop(v[0].Graph.Scalar(4L), [v[0], v[0].Graph.Scalar(2L)], "taken",
            (i, s) => (Yes(v[0]), [Op.Sin(s[0] * v[1]) * Op.Cast(s[1] + i, v[0].Type), s[1] + 1L], [])).States[0], X(2, 3), X(3)),
        new("Loop", "a loop and a choice in it", v => Repeat(v[0], s => Repeat(s, t => Op.Tanh(t * v[1] + s)).States[0]
            + Choose(s, 0, () => Op.Cos(s), () => v[1] * s)).States[0], X(2, 3), X(3)),
    ];

    private static (Value[] States, Value[] Outputs) Repeat(Value first, Func<Value, Value> next, long most = 3, double? below = null) =>
        Op.Loop(first.Graph.Scalar(most), [first], "taken", (_, states) =>
        {
            var after = next(states[0]);
            var goesOn = below is { } limit ? Op.Less(Op.ReduceSum(after, keepDims: false), after.Number(limit)) : Yes(first);
            return (goesOn, [after], [states[0] * after]);
        });

    private static Value Yes(Value x) => x.Graph.Scalar(true);

    internal static IEnumerable<GradientCase> Choices =>
    [
        new("If", "the first body, which reads two values", v => Choose(v[0], -100, () => Op.Tanh(v[0]) * v[1], () => v[0]), X(2, 3), X(3)),
        new("If", "the second body, which reads another value than the first", v =>
            Choose(v[0], 100, () => Op.Exp(v[0]), () => Op.MatMul(v[1], v[0]) * 2), X(2, 3), X(2, 2)),
        new("If", "a loop in a body", v => Choose(v[0], -100, () => Op.Scan([v[1]], [v[0]],
            (s, x) => Next(Op.Tanh(s[0] * v[1] + x[0]))).Outputs[0], () => v[0]), X(3, 2), X(2)),
        new("If", "a choice in a body", v => Choose(v[0], -100, () => Choose(v[1], 100, () => v[0], () => Op.Sin(v[0] * v[1])),
            () => v[0]), X(2, 3), X(3)),
        new("If", "two results, one of which is a value from outside", v =>
        {
            var two = Op.If(Op.Greater(Op.ReduceSum(v[0], keepDims: false), v[0].Number(-100)), () => [Op.Exp(v[0]), v[1]],
                () => [v[0], v[1] * 3]);
            return two[0] * two[1];
        }, X(2, 3), X(3)),
    ];

    // The first body where the sum is above the limit.
    private static Value Choose(Value x, double limit, Func<Value> then, Func<Value> otherwise) =>
        Op.If(Op.Greater(Op.ReduceSum(x, keepDims: false), x.Number(limit)), () => [then()], () => [otherwise()])[0];

    private static (Value[], Value[]) Next(Value state) => ([state], [state]);
}
