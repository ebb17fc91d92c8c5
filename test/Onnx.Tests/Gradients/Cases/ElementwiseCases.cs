using static MLSeqGraph.Onnx.Tests.GradientCase;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Operations on two operands that broadcast.</summary>
internal static class ElementwiseCases
{
    internal static IEnumerable<GradientCase> All =>
    [
        .. Binary("Add", Op.Add, X, X),
        .. Binary("Sub", Op.Sub, X, X),
        .. Binary("Mul", Op.Mul, X, X),
        .. Binary("Div", Op.Div, X, Positive),
        // Shifted by half a multiple of what Distinct's elements are multiples of: never equal, whichever two meet.
        .. Binary("Max", (a, b) => Op.Max(a, b + 0.185), Distinct, Distinct),
        .. Binary("Min", (a, b) => Op.Min(a, b + 0.185), Distinct, Distinct),
        .. Binary("Where", (a, b) => Op.Where(Op.Less(a, b + 0.185), a * 2, b * 3), Distinct, Distinct),
        new("Where", "a condition that broadcasts", v =>
            Op.Where(Op.Equal(v[2], v[2].Number(1)), v[0], v[1]), X(2, 1, 4), X(3, 1), Indices([3, 4], 1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0)),
        new("Where", "a condition of more axes than the choices", v =>
            Op.Where(Op.Equal(v[2], v[2].Number(1)), v[0], v[1]), X(3), X(), Indices([2, 3], 1, 0, 0, 1, 1, 1)),
        new("Add", "one operand twice", v => v[0] + v[0], X(2, 3)),
        new("Mul", "one operand twice", v => v[0] * v[0], X(2, 3)),
        new("Div", "by itself", v => v[0] / (v[0] * v[0]), Positive(2, 3)),
        new("Add", "nothing", v => v[0] + v[1], X(0, 3), X(3)),
        new("Mul", "nothing", v => v[0] * v[1], X(2, 0), X(2, 1)),
        new("Pow", "by base and exponent", v => Op.Pow(v[0], v[1]), Positive(2, 3), X(3)),
        new("Pow", "to a number", v => Op.Pow(v[0], v[0].Number(2.5)), Positive(2, 3)),
        new("Pow", "of negative numbers to a whole one", v => Op.Pow(v[0], v[0].Number(3)), X(2, 3)),
        new("Pow", "to several exponents, 0 and 1 among them, at 0 too",
            v => Op.Pow(v[0], v[0].Graph.Vector(0.0, 1.0, 2.0)),
                TensorData.Create([0.3, 0.5, 0.7, 0.0, 0.0, 0.0], 2, 3)) { IsFixed = true },
        new("Pow", "with an exponent that broadcasts over the base", v =>
            Op.Pow(v[0], v[0].Graph.Constant(TensorData.Create([1.5, 2.0], 2, 1))), Positive(3)),
    ];

    private static IEnumerable<GradientCase> Binary(string operation, Func<Value, Value, Value> write, Func<long[], TensorData> left,
        Func<long[], TensorData> right)
    {
        (string Name, long[] Left, long[] Right)[] broadcasts =
        [
            ("equal shapes", [2, 3], [2, 3]),
            ("the right one lacks an axis", [2, 3], [3]),
            ("the left one lacks axes", [3], [2, 4, 3]),
            ("the right one is stretched", [2, 3, 4], [2, 1, 4]),
            ("the left one is stretched", [1, 3], [2, 3]),
            ("both are stretched", [2, 1, 3], [4, 1]),
            ("a scalar on the right", [2, 3], []),
            ("a scalar on the left", [], [2, 3]),
            ("single elements", [1, 1], [1]),
            ("two scalars", [], []),
        ];
        return broadcasts.Select(b => new GradientCase(operation, b.Name, v => write(v[0], v[1]), left(b.Left), right(b.Right)));
    }
}
