namespace MLSeqGraph.Onnx;

// Elementwise operations on two operands that broadcast to one shape.
public static partial class Op
{
    /// <summary>Elementwise sum; shapes broadcast.</summary>
    public static Value Add(Value left, Value right) => Numeric("Add", left, right);

    /// <summary>Elementwise difference; shapes broadcast.</summary>
    public static Value Sub(Value left, Value right) => Numeric("Sub", left, right);

    /// <summary>Elementwise product; shapes broadcast.</summary>
    public static Value Mul(Value left, Value right) => Numeric("Mul", left, right);

    /// <summary>Elementwise quotient; shapes broadcast.</summary>
    public static Value Div(Value left, Value right) => Numeric("Div", left, right);

    /// <summary>Elementwise remainder of integers; shapes broadcast.</summary>
    public static Value Mod(Value left, Value right) =>
        left.Type.IsReal() ? throw Mismatch("Mod", "integers", left, right) : Numeric("Mod", left, right);

    /// <summary>Elementwise power; shapes broadcast. Where the base isn't positive the exponent's gradient is 0.</summary>
    public static Value Pow(Value @base, Value exponent) => Numeric("Pow", @base, exponent);

    /// <summary>Elementwise larger of two; shapes broadcast. Where both are equal the gradient goes to the left one.</summary>
    public static Value Max(Value left, Value right) => Numeric("Max", left, right);

    /// <summary>Elementwise smaller of two; shapes broadcast. Where both are equal the gradient goes to the left one.</summary>
    public static Value Min(Value left, Value right) => Numeric("Min", left, right);

    private static Value Numeric(string opType, Value left, Value right, ElementType? result = null) =>
        Binary(opType, Numbers(opType, left), Numbers(opType, right), result);

    private static Value Binary(string opType, Value left, Value right, ElementType? result = null)
    {
        if (left.Type != right.Type)
            throw Mismatch(opType, "operands of one type", left, right);
        var shape = Shape.Broadcast(left.Shape, right.Shape) ?? throw Mismatch(opType, "shapes that broadcast", left, right);
        return Single(opType, result ?? left.Type, shape, [left, right]);
    }

    /// <summary>Sums a gradient over the axes along which <paramref name="operand"/> was broadcast.</summary>
    internal static Value Unbroadcast(Value gradient, Value operand)
    {
        var more = gradient.Shape.Rank - operand.Shape.Rank;
        int[] extra = [.. Enumerable.Range(0, more)];
        int[] stretched = [.. Enumerable.Range(more, operand.Shape.Rank)
            .Where(axis => operand.Shape[axis - more] == 1 && gradient.Shape[axis] != 1)];
        if (operand.Shape.Rank == 1 && more > 0 && stretched.Length == 0 && gradient.Graph.Parent is null)
            return SumOfRows(gradient);
        return more == 0 && stretched.Length == 0 ? gradient
            : more == 0 ? ReduceSum(gradient, stretched)
            : stretched.Length == 0 ? ReduceSum(gradient, extra, keepDims: false)
            : Squeeze(ReduceSum(gradient, [.. extra, .. stretched]), extra);
    }

    internal static Value?[] AddGradient(GradientContext c) =>
        [c.For(0, () => Unbroadcast(c.Gradient, c.Input(0))), c.For(1, () => Unbroadcast(c.Gradient, c.Input(1)))];

    internal static Value?[] SubGradient(GradientContext c) =>
        [c.For(0, () => Unbroadcast(c.Gradient, c.Input(0))), c.For(1, () => Neg(Unbroadcast(c.Gradient, c.Input(1))))];

    internal static Value?[] MulGradient(GradientContext c) =>
    [
        c.For(0, () => Unbroadcast(c.Gradient * c.Input(1), c.Input(0))),
        c.For(1, () => Unbroadcast(c.Gradient * c.Input(0), c.Input(1))),
    ];

    internal static Value?[] DivGradient(GradientContext c) =>
    [
        c.For(0, () => Unbroadcast(c.Gradient / c.Input(1), c.Input(0))),
        c.For(1, () => Unbroadcast(Neg(c.Gradient * c.Output / c.Input(1)), c.Input(1))),
    ];

    internal static Value?[] PowGradient(GradientContext c)
    {
        Value x = c.Input(0), exponent = c.Input(1);
        // Of a base that isn't positive the power has no derivative by the exponent: it is taken for 0.
        var ofExponent = c.For(1, () => Unbroadcast(c.Gradient * c.Output * Log(Where(Greater(x, x.Number(0)), x, x.Number(1))),
            exponent));
        if (!c.Needs(0))
            return [null, ofExponent];
        var slope = exponent * Pow(x, exponent - 1);
        // 0 · x⁻¹ is NaN at 0, although x⁰ has slope 0 there.
        if (exponent.Constant is null || exponent.Constant.Elements.Cast<object>().Any(element => Convert.ToDouble(element) == 0))
            slope = Where(Equal(exponent, exponent.Number(0)), exponent.Number(0), slope);
        return [Unbroadcast(c.Gradient * slope, x), ofExponent];
    }

    internal static Value?[] MaxGradient(GradientContext c) => Selected(c, GreaterOrEqual(c.Input(0), c.Input(1)));

    internal static Value?[] MinGradient(GradientContext c) => Selected(c, LessOrEqual(c.Input(0), c.Input(1)));

    private static Value?[] Selected(GradientContext c, Value left)
    {
        var zero = c.Gradient.Number(0);
        return
        [
            c.For(0, () => Unbroadcast(Where(left, c.Gradient, zero), c.Input(0))),
            c.For(1, () => Unbroadcast(Where(left, zero, c.Gradient), c.Input(1))),
        ];
    }
}
