using static MLSeqGraph.Onnx.Tests.GradientCase;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Operations on one operand, element by element or along one axis.</summary>
internal static class FunctionCases
{
    internal static IEnumerable<GradientCase> All =>
    [
        .. Unary("Abs", Op.Abs, Distinct),
        .. Unary("Neg", Op.Neg, X),
        .. Unary("Reciprocal", Op.Reciprocal, Positive),
        .. Unary("Sqrt", Op.Sqrt, Positive),
        .. Unary("Exp", Op.Exp, X),
        .. Unary("Log", Op.Log, Positive),
        .. Unary("Sigmoid", Op.Sigmoid, X),
        .. Unary("Tanh", Op.Tanh, X),
        .. Unary("Relu", Op.Relu, Distinct),
        .. Unary("Softplus", Op.Softplus, Single),
        .. Unary("Erf", Op.Erf, Single),
        .. Unary("Erf", x => Op.Gelu(x), Single, ", as part of GELU"),
        .. Unary("LeakyRelu", x => Op.LeakyRelu(x, 0.2f), DistinctSingle),
        .. Unary("Elu", x => Op.Elu(x, 1.3f), DistinctSingle),
        .. Unary("HardSigmoid", x => Op.HardSigmoid(x, 1, 0.5f), DistinctSingle),
        .. Unary("Sin", Op.Sin, X),
        .. Unary("Cos", Op.Cos, Single),
        .. Unary("Identity", Op.Identity, X),
        .. Unary("Clip", x => Op.Clip(x, -0.5, 0.4), Distinct, ", both bounds"),
        .. Unary("Clip", x => Op.Clip(x, min: 0), Distinct, ", a lower bound"),
        .. Unary("Clip", x => Op.Clip(x, max: 0), Distinct, ", an upper bound"),
        .. Unary("Cast", x => Op.Cast(Op.Cast(x, ElementType.Double) * 2, ElementType.Float), Single),
        new("Softmax", "the last axis", v => Op.Softmax(v[0]), X(2, 4)),
        new("Softmax", "a middle axis", v => Op.Softmax(v[0], 1), X(2, 3, 2)),
        new("Softmax", "the first axis, from the end", v => Op.Softmax(v[0], -2), X(3, 2)),
        new("Softmax", "an axis of one element", v => Op.Softmax(v[0]), X(3, 1)),
        new("Softmax", "no rows", v => Op.Softmax(v[0]), X(0, 3)),
        new("LogSoftmax", "the last axis", v => Op.LogSoftmax(v[0]), X(2, 4)),
        new("LogSoftmax", "a middle axis", v => Op.LogSoftmax(v[0], -2), X(2, 3, 2)),
        new("LogSoftmax", "an axis of one element", v => Op.LogSoftmax(v[0], 0), X(1, 3)),
        new("LayerNormalization", "scale and bias", v => Op.LayerNormalization(v[0], v[1], v[2]), X(2, 3, 4), X(4), Positive(4)),
        new("LayerNormalization", "no bias", v => Op.LayerNormalization(v[0], v[1], null, 1e-3f), X(3, 5), Positive(5)),
        new("LayerNormalization", "one row", v => Op.LayerNormalization(v[0], v[1], v[2]), X(4), X(4), Positive(4)),
        new("LayerNormalization", "no rows", v => Op.LayerNormalization(v[0], v[1], v[2]), X(0, 4), X(4), Positive(4)),
        new("CumSum", "forward", v => Op.CumSum(v[0], 0), X(4, 2)),
        new("CumSum", "exclusive, a negative axis", v => Op.CumSum(v[0], -1, exclusive: true), X(2, 4)),
        new("CumSum", "reverse", v => Op.CumSum(v[0], 1, reverse: true), X(2, 3, 2)),
        new("CumSum", "exclusive and reverse", v => Op.CumSum(v[0], 0, exclusive: true, reverse: true), X(4)),
        new("CumSum", "one element", v => Op.CumSum(v[0], 0), X(1, 2)),
    ];

    private static TensorData DistinctSingle(params long[] sizes) =>
        TensorData.Create(Array.ConvertAll(Distinct(sizes).As<double>(), x => (float)x), sizes);

    private static IEnumerable<GradientCase> Unary(string operation, Func<Value, Value> write, Func<long[], TensorData> at,
        string name = "") =>
    [
        new(operation, "a matrix" + name, v => write(v[0]), at([2, 3])),
        new(operation, "a scalar" + name, v => write(v[0]), at([])),
        new(operation, "nothing" + name, v => write(v[0]), at([0, 2])),
    ];
}
