namespace MLSeqGraph.Onnx;

// Reductions over axes.
public static partial class Op
{
    /// <summary>Sum over axes (null: all).</summary>
    public static Value ReduceSum(Value x, int[]? axes = null, bool keepDims = true) => Reduce("ReduceSum", x, axes, keepDims);

    /// <summary>
    /// Sum over all axes but the last: for real numbers a product with ones, which is three to five times as fast as ONNX Runtime's sum
    /// and bitwise equal on any number of threads.
    /// </summary>
    internal static Value SumOfRows(Value x)
    {
        if (x.Type is not (ElementType.Float or ElementType.Double))
            return ReduceSum(x, [.. Enumerable.Range(0, x.Shape.Rank - 1)], keepDims: false);
        var rows = AsMatrix(x);
        Shape ones = [1, rows.Shape[0]];
        return Squeeze(MatMul(x.Type == ElementType.Double ? Filled(1.0, ones, rows) : Filled(1f, ones, rows), rows), 0);
    }

    /// <summary>Mean over axes (null: all).</summary>
    public static Value ReduceMean(Value x, int[]? axes = null, bool keepDims = true) => Reduce("ReduceMean", x, axes, keepDims);

    /// <summary>Largest element over axes (null: all). Elements that tie share the gradient equally.</summary>
    public static Value ReduceMax(Value x, int[]? axes = null, bool keepDims = true) => Reduce("ReduceMax", x, axes, keepDims);

    /// <summary>Smallest element over axes (null: all). Elements that tie share the gradient equally.</summary>
    public static Value ReduceMin(Value x, int[]? axes = null, bool keepDims = true) => Reduce("ReduceMin", x, axes, keepDims);

    /// <summary>Sum of squares over axes (null: all).</summary>
    public static Value ReduceSumSquare(Value x, int[]? axes = null, bool keepDims = true) => Reduce("ReduceSumSquare", x, axes, keepDims);

    /// <summary>Index of the largest element along an axis; the first one where several tie.</summary>
    public static Value ArgMax(Value x, int axis, bool keepDims = true)
    {
        axis = Axis("ArgMax", x, axis);
        return Single("ArgMax", ElementType.Int64, keepDims
            ? x.Shape.With(axis, 1) : x.Shape.Remove(axis), [x], ("axis", (long)axis), ("keepdims", keepDims ? 1L : 0L));
    }

    /// <summary>
    /// Cumulative sums along an axis.
    /// </summary>
    /// <param name="x">The elements.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="exclusive">Whether each element is left out of its own sum.</param>
    /// <param name="reverse">Whether sums go from each element to the end.</param>
    public static Value CumSum(Value x, int axis, bool exclusive = false, bool reverse = false)
    {
        axis = Axis("CumSum", Numbers("CumSum", x), axis);
        return Single("CumSum", x.Type, x.Shape, [x, x.Graph.Scalar((long)axis)], ("exclusive", exclusive ? 1L : 0L),
            ("reverse", reverse ? 1L : 0L));
    }

    private static Value Reduce(string opType, Value x, int[]? axes, bool keepDims)
    {
        Numbers(opType, x);
        int[] over = axes is null ? [.. Enumerable.Range(0, x.Shape.Rank)] : [.. axes.Select(axis => Axis(opType, x, axis)).Order()];
        if (over.Distinct().Count() != over.Length)
            throw Mismatch(opType, $"different axes, not {string.Join(", ", over)}", x);
        if (over.Length == 0)
            return opType == "ReduceSumSquare" ? x * x : Identity(x);
        var shape = x.Shape;
        foreach (var axis in Enumerable.Reverse(over))
            shape = keepDims ? shape.With(axis, 1) : shape.Remove(axis);
        return Single(opType, x.Type, shape, [x, x.Graph.Vector(Longs(over))], ("keepdims", keepDims ? 1L : 0L));
    }

    internal static Value?[] ReduceSumGradient(GradientContext c) => [Expand(Kept(c, c.Gradient), c.Input(0))];

    internal static Value?[] ReduceMeanGradient(GradientContext c)
    {
        var x = c.Input(0);
        var kept = Kept(c, c.Gradient);
        Dim count = 1;
        foreach (var axis in Reduced(c))
            count *= x.Shape[axis];
        var divisor = count.IsKnown ? x.Number(count.Size) : Cast(Squeeze(SizeOf(count, x), 0), x.Type);
        return [Expand(kept / divisor, x)];
    }

    internal static Value?[] ReduceSumSquareGradient(GradientContext c) => [Kept(c, c.Gradient) * 2.0 * c.Input(0)];

    internal static Value?[] ReduceExtremumGradient(GradientContext c)
    {
        int[] axes = [.. Reduced(c)];
        var chosen = Cast(Equal(c.Input(0), Kept(c, c.Output)), c.Gradient.Type);
        return [chosen * (Kept(c, c.Gradient) / ReduceSum(chosen, axes))];
    }

    // An element is part of all later sums, so the gradient sums from the other end.
    internal static Value?[] CumSumGradient(GradientContext c) =>
    [
        CumSum(c.Gradient, (int)c.Input(1).Constant!.As<long>()[0], c.Node.Attribute<long>("exclusive") == 1, c.Node
            .Attribute<long>("reverse") == 0),
        null,
    ];

    private static IEnumerable<int> Reduced(GradientContext c) => c.Input(1).Constant!.As<long>().Select(axis => (int)axis);

    // Inserts the axes that a reduction without keepdims removed.
    private static Value Kept(GradientContext c, Value reduced) =>
        c.Node.Attribute<long>("keepdims") == 1 ? reduced : Unsqueeze(reduced, [.. Reduced(c)]);
}
