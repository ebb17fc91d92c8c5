using static MLSeqGraph.Onnx.Tests.GradientCase;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>A loop as an operation like others; its own tests are in <see cref="ScanGradientTests"/>.</summary>
internal static class LoopCases
{
    internal static IEnumerable<GradientCase> All =>
    [
        new("Scan", "a recurrence", v =>
            Op.Scan([v[1]], [v[0]], (s, x) => Next(Op.Tanh(Op.MatMul(s[0], v[2]) + x[0]))).Outputs[0], X(3, 2, 4), X(2, 4), X(4, 4)),
        new("Scan", "backwards, the last state", v =>
            Op.Scan([v[1]], [v[0]], (s, x) => Next(s[0] * v[2] + x[0]), reverse: true).States[0], X(3, 2), X(2), X(2)),
    ];

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
