namespace MLSeqGraph.Onnx;

// Normalization of channels, which are axis 1.
public static partial class Op
{
    /// <summary>
    /// (x - mean) / sqrt(variance + epsilon) · scale + bias for each channel, with given statistics (Ioffe and Szegedy 2015).
    /// </summary>
    /// <param name="x">[batch, channels, ..].</param>
    /// <param name="scale">[channels].</param>
    /// <param name="bias">[channels].</param>
    /// <param name="mean">[channels].</param>
    /// <param name="variance">[channels].</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static Value BatchNormalization(Value x, Value scale, Value bias, Value mean, Value variance, float epsilon = 1e-5f)
    {
        if (Reals("BatchNormalization", x).Shape.Rank < 2 || new[] { scale, bias, mean, variance }
            .Any(value => value.Type != x.Type || !value.Shape.Equals([x.Shape[1]])))
            throw Mismatch("BatchNormalization", "[batch, channels, ..] and scale, bias, mean and variance [channels] of its type",
                x, scale, bias, mean, variance);
        return Single("BatchNormalization", x.Type, x.Shape, [x, scale, bias, mean, variance], ("epsilon", epsilon));
    }

    /// <summary>(x - mean) / sqrt(variance + epsilon) for each channel, with mean and variance over the batch.</summary>
    /// <param name="x">[batch, channels, ..].</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>The normalized x; mean and variance (that of a population) [channels], through which no gradient flows.</returns>
    public static (Value Normalized, Value Mean, Value Variance) StandardizeChannels(Value x, float epsilon = 1e-5f)
    {
        if (Reals("StandardizeChannels", x).Shape.Rank < 2)
            throw Mismatch("StandardizeChannels", "[batch, channels, ..]", x);
        int[] axes = [.. Enumerable.Range(0, x.Shape.Rank).Where(axis => axis != 1)];
        var mean = ReduceMean(x, axes);
        var centered = x - mean;
        var variance = ReduceMean(centered * centered, axes);
        var inverse = Reciprocal(Sqrt(variance + (double)epsilon));
        var normalized = centered * inverse;
        // With x̂ the result: dx = (dy - mean(dy) - x̂ · mean(dy · x̂)) / deviation.
        var result = WithGradient(normalized, context =>
        {
            var g = context.Gradient;
            return [(g - ReduceMean(g, axes) - normalized * ReduceMean(g * normalized, axes)) * inverse];
        }, x);
        return (result, StopGradient(Squeeze(mean, axes)), StopGradient(Squeeze(variance, axes)));
    }

    /// <summary>
    /// The same with mean and variance over some rows; the others come out as numbers of no meaning, and have no gradient.
    /// </summary>
    /// <param name="x">[rows, channels].</param>
    /// <param name="counted">1 for rows that count, otherwise 0, [rows, 1].</param>
    /// <param name="epsilon">Added to the variance.</param>
    internal static (Value Normalized, Value Mean, Value Variance) StandardizeRows(Value x, Value counted, float epsilon = 1e-5f)
    {
        var count = OrOne(ReduceSum(counted, [0]));                                                      // [1, 1]
        var mean = ReduceSum(x * counted, [0]) / count;
        var centered = x - mean;
        var variance = ReduceSum(centered * centered * counted, [0]) / count;
        var inverse = Reciprocal(Sqrt(variance + (double)epsilon));
        var normalized = centered * inverse;
        var result = WithGradient(normalized, context =>
        {
            var g = context.Gradient * counted;
            return [(g - counted * (ReduceSum(g, [0]) + normalized * ReduceSum(g * normalized, [0])) / count) * inverse];
        }, x);
        return (result, StopGradient(Squeeze(mean, 0)), StopGradient(Squeeze(variance, 0)));
    }

    /// <summary>A vector [channels] under the channels of [batch, channels, ..].</summary>
    public static Value PerChannel(Value vector, Value x) =>
        x.Shape.Rank == 2 ? vector : Unsqueeze(vector, [.. Enumerable.Range(1, x.Shape.Rank - 2)]);

    internal static Value?[] BatchNormalizationGradient(GradientContext c)
    {
        Value x = c.Input(0), scale = c.Input(1), mean = c.Input(3), dy = c.Gradient;
        int[] axes = [.. Enumerable.Range(0, x.Shape.Rank).Where(axis => axis != 1)];
        var inverse = Reciprocal(Sqrt(c.Input(4) + (double)c.Node.Attribute<float>("epsilon")));
        return
        [
            c.For(0, () => dy * PerChannel(scale * inverse, x)),
            c.For(1, () => Centered() * inverse),
            c.For(2, () => Sum(dy)),
            c.For(3, () => -(Sum(dy) * scale * inverse)),
            c.For(4, () => Centered() * scale * (inverse * inverse * inverse) * -0.5),
        ];

        Value Sum(Value value) => ReduceSum(value, axes, keepDims: false);

        Value Centered() => Sum(dy * (x - PerChannel(mean, x)));
    }
}
