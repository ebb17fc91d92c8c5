namespace MLSeqGraph.Onnx;

// Elementwise functions of one operand.
public static partial class Op
{
    /// <summary>The elementwise negative.</summary>
    public static Value Neg(Value x) => Unary("Neg", x);

    /// <summary>Elementwise 1 / x.</summary>
    public static Value Reciprocal(Value x) => Unary("Reciprocal", Reals("Reciprocal", x));

    /// <summary>Elementwise square root.</summary>
    public static Value Sqrt(Value x) => Unary("Sqrt", Reals("Sqrt", x));

    /// <summary>Elementwise exponential.</summary>
    public static Value Exp(Value x) => Unary("Exp", Reals("Exp", x));

    /// <summary>Elementwise natural logarithm.</summary>
    public static Value Log(Value x) => Unary("Log", Reals("Log", x));

    /// <summary>Elementwise magnitude; its gradient at 0 is 0.</summary>
    public static Value Abs(Value x) => Unary("Abs", x);

    /// <summary>Elementwise sign: -1, 0 or 1. Its gradient is 0.</summary>
    public static Value Sign(Value x) => Unary("Sign", x);

    /// <summary>Elementwise largest whole number not above x. Its gradient is 0.</summary>
    public static Value Floor(Value x) => Unary("Floor", Reals("Floor", x));

    /// <summary>Elementwise logistic function, 1 / (1 + exp(-x)).</summary>
    public static Value Sigmoid(Value x) => Unary("Sigmoid", Reals("Sigmoid", x));

    /// <summary>Elementwise hyperbolic tangent.</summary>
    public static Value Tanh(Value x) => Unary("Tanh", Reals("Tanh", x));

    /// <summary>Elementwise max(x, 0); its gradient at 0 is 0.</summary>
    public static Value Relu(Value x) => Unary("Relu", x);

    /// <summary>Elementwise log(1 + exp(x)).</summary>
    public static Value Softplus(Value x) => Unary("Softplus", Reals("Softplus", x));

    /// <summary>Elementwise error function.</summary>
    public static Value Erf(Value x) => Unary("Erf", Reals("Erf", x));

    /// <summary>Elementwise x for x ≥ 0, slope · x below.</summary>
    public static Value LeakyRelu(Value x, float slope = 0.01f) =>
        Single("LeakyRelu", x.Type, x.Shape, [Reals("LeakyRelu", x)], ("alpha", slope));

    /// <summary>Elementwise x for x ≥ 0, alpha · (exp(x) - 1) below (Clevert et al. 2016).</summary>
    public static Value Elu(Value x, float alpha = 1) => Single("Elu", x.Type, x.Shape, [Reals("Elu", x)], ("alpha", alpha));

    /// <summary>Elementwise alpha · x + beta within [0, 1]; its gradient is 0 where it is one of them.</summary>
    public static Value HardSigmoid(Value x, float alpha = 0.2f, float beta = 0.5f) =>
        Single("HardSigmoid", x.Type, x.Shape, [Reals("HardSigmoid", x)], ("alpha", alpha), ("beta", beta));

    /// <summary>The exact Gaussian error linear unit, x · Φ(x) (Hendrycks and Gimpel 2016).</summary>
    public static Value Gelu(Value x) => x * 0.5 * (Erf(x * Math.Sqrt(0.5)) + 1);

    /// <summary>Elementwise sine; x in radians.</summary>
    public static Value Sin(Value x) => Unary("Sin", Reals("Sin", x));

    /// <summary>Elementwise cosine; x in radians.</summary>
    public static Value Cos(Value x) => Unary("Cos", Reals("Cos", x));

    /// <summary>Elementwise nearest number within [min, max]; null for no bound. The gradient is 0 outside the bounds.</summary>
    /// <exception cref="GraphException">The lower bound is above the upper one.</exception>
    public static Value Clip(Value x, double? min = null, double? max = null) =>
        min > max
            ? throw Mismatch("Clip", $"a lower bound that is not above the upper one, not {min} and {max}", x)
            : Single("Clip", x.Type, x.Shape,
                [Numbers("Clip", x), min is null ? null : x.Number(min.Value), max is null ? null : x.Number(max.Value)]);

    private static Value Unary(string opType, Value x) => Single(opType, x.Type, x.Shape, [Numbers(opType, x)]);

    internal static Value?[] NegGradient(GradientContext c) => [-c.Gradient];

    internal static Value?[] ReciprocalGradient(GradientContext c) => [-(c.Gradient * (c.Output * c.Output))];

    internal static Value?[] SqrtGradient(GradientContext c) => [c.Gradient * 0.5 / c.Output];

    internal static Value?[] ExpGradient(GradientContext c) => [c.Gradient * c.Output];

    internal static Value?[] LogGradient(GradientContext c) => [c.Gradient / c.Input(0)];

    internal static Value?[] AbsGradient(GradientContext c) => [c.Gradient * Sign(c.Input(0))];

    internal static Value?[] SigmoidGradient(GradientContext c) => [c.Gradient * (c.Output * (1 - c.Output))];

    internal static Value?[] TanhGradient(GradientContext c) => [c.Gradient * (1 - c.Output * c.Output)];

    internal static Value?[] ReluGradient(GradientContext c) => [c.Gradient * Cast(Greater(c.Output, c.Output.Number(0)), c.Gradient.Type)];

    internal static Value?[] SoftplusGradient(GradientContext c) => [c.Gradient * Sigmoid(c.Input(0))];

    // d erf(x) / dx = 2 / sqrt(pi) * exp(-x²)
    internal static Value?[] ErfGradient(GradientContext c) => [c.Gradient * (2 / Math.Sqrt(Math.PI)) * Exp(-(c.Input(0) * c.Input(0)))];

    internal static Value?[] LeakyReluGradient(GradientContext c) =>
        [Where(GreaterOrEqual(c.Input(0), c.Input(0).Number(0)), c.Gradient, c.Gradient * c.Node.Attribute<float>("alpha"))];

    // Below zero the output is alpha * (exp(x) - 1), so the derivative is the output plus alpha.
    internal static Value?[] EluGradient(GradientContext c) =>
        [Where(GreaterOrEqual(c.Input(0), c.Input(0).Number(0)), c.Gradient, c.Gradient * (c.Output + c.Node.Attribute<float>("alpha")))];

    internal static Value?[] HardSigmoidGradient(GradientContext c)
    {
        var inside = And(Greater(c.Output, c.Output.Number(0)), Less(c.Output, c.Output.Number(1)));
        return [Where(inside, c.Gradient * (double)c.Node.Attribute<float>("alpha"), c.Gradient.Number(0))];
    }

    internal static Value?[] SinGradient(GradientContext c) => [c.Gradient * Cos(c.Input(0))];

    internal static Value?[] CosGradient(GradientContext c) => [-(c.Gradient * Sin(c.Input(0)))];

    internal static Value?[] ClipGradient(GradientContext c)
    {
        var gradient = c.Gradient;
        if (c.Node.Inputs[1] is { } min)
            gradient = Where(GreaterOrEqual(c.Input(0), min), gradient, gradient.Number(0));
        if (c.Node.Inputs[2] is { } max)
            gradient = Where(LessOrEqual(c.Input(0), max), gradient, gradient.Number(0));
        return [gradient, null, null];
    }
}
