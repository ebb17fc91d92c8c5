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

    private static (Value[], Value[]) Next(Value state) => ([state], [state]);
}
