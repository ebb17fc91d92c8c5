namespace MLSeqGraph.Onnx;

// Softmax and normalization.
public static partial class Op
{
    /// <summary>exp(x) / Σ exp(x) along an axis.</summary>
    public static Value Softmax(Value x, int axis = -1) =>
        Single("Softmax", x.Type, x.Shape, [Reals("Softmax", x)], ("axis", (long)Axis("Softmax", x, axis)));

    /// <summary>The logarithm of <see cref="Softmax"/>, computed without overflow.</summary>
    public static Value LogSoftmax(Value x, int axis = -1) =>
        Single("LogSoftmax", x.Type, x.Shape, [Reals("LogSoftmax", x)], ("axis", (long)Axis("LogSoftmax", x, axis)));

    /// <summary>(x - mean) / sqrt(variance + epsilon) · scale + bias over the last axis (Ba et al. 2016).</summary>
    /// <param name="x">[.., features].</param>
    /// <param name="scale">[features].</param>
    /// <param name="bias">[features], or null for none.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static Value LayerNormalization(Value x, Value scale, Value? bias, float epsilon = 1e-5f)
    {
        if (Reals("LayerNormalization", x).Shape.Rank == 0)
            throw Mismatch("LayerNormalization", "a tensor with features", x);
        Shape features = [x.Shape[^1]];
        if (!scale.Shape.Equals(features) || scale.Type != x.Type
            || (bias is not null && (!bias.Shape.Equals(features) || bias.Type != x.Type)))
            throw Mismatch("LayerNormalization", $"a scale and a bias {x.Type} {features}", x, scale, bias);
        ReadOnlySpan<Value?> inputs = bias is null ? [x, scale] : [x, scale, bias];
        var node = Graph.Emit("LayerNormalization", inputs);
        node.SetAttribute("axis", -1L);
        node.SetAttribute("epsilon", epsilon);
        var y = node.AddOutput(x.Type, x.Shape);
        node.AddOutput(ElementType.Float, x.Shape.With(-1, 1), "mean");
        node.AddOutput(ElementType.Float, x.Shape.With(-1, 1), "inverse_deviation");
        return y;
    }

    /// <summary>
    /// (x - mean) / sqrt(variance + epsilon) over the last axis, in elementary operations: faster to train with than
    /// <see cref="LayerNormalization"/>, whose normalized rows aren't available to the gradient.
    /// </summary>
    /// <param name="x">[.., features].</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static Value Standardize(Value x, float epsilon = 1e-5f)
    {
        if (Reals("Standardize", x).Shape.Rank == 0)
            throw Mismatch("Standardize", "a tensor with features", x);
        var centered = x - ReduceMean(x, [-1]);
        var inverse = Reciprocal(Sqrt(ReduceMean(centered * centered, [-1]) + epsilon));
        var normalized = centered * inverse;
        // With x̂ the result: dx = (dy - mean(dy) - x̂ · mean(dy · x̂)) / deviation.
        return WithGradient(normalized, context =>
        {
            var g = context.Gradient;
            return [(g - ReduceMean(g, [-1]) - normalized * ReduceMean(g * normalized, [-1])) * inverse];
        }, x);
    }

    internal static Value?[] SoftmaxGradient(GradientContext c)
    {
        int[] axis = [(int)c.Node.Attribute<long>("axis")];
        var weighted = c.Gradient * c.Output;
        return [weighted - c.Output * ReduceSum(weighted, axis)];
    }

    internal static Value?[] LogSoftmaxGradient(GradientContext c) =>
        [c.Gradient - Exp(c.Output) * ReduceSum(c.Gradient, [(int)c.Node.Attribute<long>("axis")])];

    // With x̂ the normalized input and g = dy · scale: dx = (g - mean(g) - x̂ · mean(g · x̂)) / deviation.
    internal static Value?[] LayerNormalizationGradient(GradientContext c)
    {
        Value x = c.Input(0), scale = c.Input(1), mean = Cast(c.Node.Outputs[1], x.Type), inverse = Cast(c.Node.Outputs[2], x.Type);
        if (c.GradientOf(1) is not null || c.GradientOf(2) is not null)
            throw new GraphException(
                $"LayerNormalization: no gradient of its mean and deviation, which a second derivative needs ({c.Node}).");
        var normalized = (x - mean) * inverse;
        var dx = c.For(0, () =>
        {
            var g = c.Gradient * scale;
            return (g - ReduceMean(g, [-1]) - normalized * ReduceMean(g * normalized, [-1])) * inverse;
        });
        var dScale = c.For(1, () => Unbroadcast(c.Gradient * normalized, scale));
        return c.Node.Inputs.Count == 2 ? [dx, dScale] : [dx, dScale, c.For(2, () => Unbroadcast(c.Gradient, c.Input(2)))];
    }
}
