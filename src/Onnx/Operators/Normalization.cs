namespace MLSeqGraph.Onnx;

// Softmax and normalization.
public static partial class Op
{
    /// <summary>exp(x) / Σ exp(x) along an axis.</summary>
    public static Value Softmax(Value x, int axis = -1) => Single("Softmax", x.Type, x.Shape, [x], ("axis", (long)Axis("Softmax", x, axis)));

    /// <summary>The logarithm of <see cref="Softmax"/>, computed without overflow.</summary>
    public static Value LogSoftmax(Value x, int axis = -1) => Single("LogSoftmax", x.Type, x.Shape, [x], ("axis", (long)Axis("LogSoftmax", x, axis)));

    /// <summary>(x - mean) / sqrt(variance + epsilon) · scale + bias over the last axis (Ba et al. 2016).</summary>
    /// <param name="x">[.., features].</param>
    /// <param name="scale">[features].</param>
    /// <param name="bias">[features], or null for none.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static Value LayerNormalization(Value x, Value scale, Value? bias, float epsilon = 1e-5f)
    {
        if (scale.Shape.Rank != 1 || scale.Shape[0] != x.Shape[^1] || (bias is not null && !bias.Shape.Equals(scale.Shape)))
            throw Mismatch("LayerNormalization", $"a scale and a bias of shape [{x.Shape[^1]}]", x, scale, bias);
        ReadOnlySpan<Value?> inputs = bias is null ? [x, scale] : [x, scale, bias];
        var node = Graph.Emit("LayerNormalization", inputs);
        node.SetAttribute("axis", -1L);
        node.SetAttribute("epsilon", epsilon);
        var y = node.AddOutput(x.Type, x.Shape);
        node.AddOutput(x.Type, x.Shape.With(-1, 1), "mean");
        node.AddOutput(x.Type, x.Shape.With(-1, 1), "inverse_deviation");
        return y;
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
        Value x = c.Input(0), scale = c.Input(1), mean = c.Node.Outputs[1], inverse = c.Node.Outputs[2];
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
