namespace MLSeqGraph.Onnx;

// Poolings over windows of the spatial axes, and over all of them.
public static partial class Op
{
    /// <summary>The largest element of each window; padding never wins. Where several tie the first gets the gradient.</summary>
    /// <param name="x">[batch, channels, ..].</param>
    /// <param name="kernel">Sizes of the window.</param>
    /// <param name="window">Strides (1 by default), dilations and padding.</param>
    /// <param name="ceiling">Whether a window that reaches past the padded end counts, if it begins before it.</param>
    /// <returns>[batch, channels, ..].</returns>
    public static Value MaxPool(Value x, IReadOnlyList<long> kernel, WindowOptions? window = null, bool ceiling = false)
    {
        var over = PoolingWindow("MaxPool", Reals("MaxPool", x), kernel, window, ceiling);
        Shape shape = [x.Shape[0], x.Shape[1], .. over.Outputs("MaxPool", x)];
        var node = Graph.Emit("MaxPool", [x]);
        over.Write(node);
        var largest = node.AddOutput(x.Type, shape);
        node.AddOutput(ElementType.Int64, shape, "places"); // removed again where no gradient reads it
        return largest;
    }

    /// <summary>The mean of each window.</summary>
    /// <param name="x">[batch, channels, ..], Float.</param>
    /// <param name="kernel">Sizes of the window.</param>
    /// <param name="window">Strides (1 by default) and padding.</param>
    /// <param name="countPadding">Whether the zeros of the padding count as elements.</param>
    /// <param name="ceiling">
    /// Whether a window that reaches past the padded end counts, if it begins before it; what is past it never counts as elements.
    /// </param>
    /// <returns>[batch, channels, ..].</returns>
    public static Value AveragePool(Value x, IReadOnlyList<long> kernel, WindowOptions? window = null, bool countPadding = false,
        bool ceiling = false)
    {
        var over = PoolingWindow("AveragePool", Reals("AveragePool", x), kernel, window, ceiling);
        if (over.Dilations.Any(dilation => dilation != 1))
            throw Mismatch("AveragePool", $"dilations of 1, not [{string.Join(", ", over.Dilations)}]", x);
        var node = Graph.Emit("AveragePool", [x]);
        over.Write(node);
        node.RemoveAttribute("dilations"); // opset 18 has none
        node.SetAttribute("count_include_pad", countPadding ? 1L : 0L);
        var mean = node.AddOutput(x.Type, [x.Shape[0], x.Shape[1], .. over.Outputs("AveragePool", x)]);
        if (!countPadding || !ceiling)
            return mean;
        // Positions past the padded end were counted as zeros.
        var padded = PoolingWindow("AveragePool", x, kernel, window, ceiling: false);
        for (var axis = 0; axis < over.Axes; axis++)
            if (over.Ends[axis] > padded.Ends[axis])
                mean *= Repaired(axis);
        return mean;

        Value Repaired(int axis)
        {
            var windows = mean.Shape[axis + 2].Size;
            var end = x.Shape[axis + 2].Size + over.Begins[axis] + padded.Ends[axis];
            var factors = TensorData.Create([.. Enumerable.Range(0, (int)windows).Select(at => (float)over.Kernel[axis]
                / Math.Min(over.Kernel[axis], end - at * over.Strides[axis]))],
                [.. Enumerable.Range(0, over.Axes).Select(other => other == axis ? windows : 1)]);
            return Cast(x.Graph.Constant(factors), x.Type);
        }
    }

    /// <summary>The mean over all spatial axes: [batch, channels, ..] → [batch, channels, 1, ..].</summary>
    public static Value GlobalAveragePool(Value x)
    {
        if (Reals("GlobalAveragePool", x).Shape.Rank < 3)
            throw Mismatch("GlobalAveragePool", "[batch, channels, ..] with one or more spatial axes", x);
        return Single("GlobalAveragePool", x.Type, [x.Shape[0], x.Shape[1], .. Enumerable.Repeat((Dim)1, x.Shape.Rank - 2)], [x]);
    }

    // A window past the end is one over more padding at the end.
    private static Window PoolingWindow(string opType, Value x, IReadOnlyList<long> kernel, WindowOptions? options, bool ceiling)
    {
        var window = Window.Of(opType, x, [.. kernel], options);
        for (var axis = 0; axis < window.Axes; axis++)
        {
            if (window.Begins[axis] >= window.Extent(axis) || window.Ends[axis] >= window.Extent(axis))
                throw Mismatch(opType, $"less padding than the window's {window.Extent(axis)} positions, not {window.Begins[axis]} and "
                    + $"{window.Ends[axis]}", x);
            var stride = window.Strides[axis];
            if (!ceiling || stride == 1)
                continue;
            if (!x.Shape[axis + 2].IsKnown)
                throw Mismatch(opType, $"an axis {axis + 2} of known size for windows past its end", x);
            var room = x.Shape[axis + 2].Size + window.Begins[axis] + window.Ends[axis] - window.Extent(axis);
            var last = Math.Max(0, room + stride - 1) / stride;
            if (last * stride >= x.Shape[axis + 2].Size + window.Begins[axis])
                last--; // it would begin in the padding at the end
            window.Ends[axis] += Math.Max(0, last * stride - room);
        }
        return window;
    }

    internal static Value?[] MaxPoolGradient(GradientContext c)
    {
        var x = c.Input(0);
        Shape places = [c.Gradient.Shape.Elements], all = [x.Shape.Elements];
        var zeros = Reshape(ZerosLike(x), all, x);
        var sum = ScatterElements(zeros, Reshape(c.Node.Outputs[1], places, c.Output), Reshape(c.Gradient, places, c.Output), 0, add: true);
        return [Reshape(sum, x.Shape, x)];
    }

    // Every element of a window gets the same share: a transposed convolution with a kernel of ones, each channel for itself.
    internal static Value?[] AveragePoolGradient(GradientContext c)
    {
        Value x = c.Input(0), dy = c.Gradient;
        var window = Window.Of(c.Node);
        Shape kernel = [1, 1, .. Shape.Of(window.Kernel)];
        var ones = x.Type == ElementType.Double ? Filled(1.0, kernel, x) : Filled(1f, kernel, x);
        Dim[] sizes = [.. x.Shape.Skip(2)];
        if (c.Node.Attribute<long>("count_include_pad") == 1 || window.Pads.All(pad => pad == 0))
            dy /= (double)window.Kernel.Aggregate(1L, (product, size) => product * size);
        else
        {
            Shape one = [1, 1, .. sizes], windows = [1, 1, .. dy.Shape.Skip(2)];
            dy /= Convolve("Conv", window, 1, windows, x.Type == ElementType.Double ? Filled(1.0, one, x) : Filled(1f, one, x), ones);
        }
        var rows = x.Shape[0] * x.Shape[1];
        var like = Reshape(x, [rows, 1, .. sizes], x);
        var spread = Spread(Reshape(dy, [rows, 1, .. dy.Shape.Skip(2)], c.Output), ones, window, 1, like);
        return [Reshape(spread, x.Shape, x)];
    }

    internal static Value?[] GlobalAveragePoolGradient(GradientContext c)
    {
        var x = c.Input(0);
        var count = x.Shape.Skip(2).Aggregate((Dim)1, (product, size) => product * size);
        var divisor = count.IsKnown ? x.Number(count.Size) : Cast(Squeeze(SizeOf(count, x), 0), x.Type);
        return [Expand(c.Gradient / divisor, x)];
    }
}
