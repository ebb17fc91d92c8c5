namespace MLSeqGraph.Onnx;

// Convolutions and transposed convolutions over any number of spatial axes. ONNX has no operation for their gradients: that of the input
// of the one is the other, and that of a weight is a convolution over the batch.
public static partial class Op
{
    /// <summary>
    /// The convolution (cross-correlation) y[b, o, t] = Σ_{c, k} w[o, c, k] x[b, c, t · stride + k · dilation - padding] + bias[o]; with
    /// groups the channels are cut into as many runs, and each run of outputs sees its own run of inputs.
    /// </summary>
    /// <param name="x">[batch, channels, ..], Float; one or more spatial axes.</param>
    /// <param name="weight">[outputs, channels / groups, kernel ..].</param>
    /// <param name="bias">[outputs], or null for none.</param>
    /// <param name="window">Strides, dilations and padding; null for 1, 1 and none.</param>
    /// <param name="groups">Number of groups; as many as channels for a depthwise convolution.</param>
    /// <returns>[batch, outputs, ..].</returns>
    public static Value Conv(Value x, Value weight, Value? bias = null, WindowOptions? window = null, long groups = 1)
    {
        var kernel = Kernel("Conv", x, weight);
        if (groups < 1 || x.Shape[1] != weight.Shape[1] * groups || !IsMultiple(weight.Shape[0], groups))
            throw Mismatch("Conv", $"[batch, channels, ..] and a weight [outputs, channels / groups, kernel ..] with {groups} groups that "
                + "divide channels and outputs", x, weight);
        CheckBias("Conv", x, weight.Shape[0], bias);
        var over = Window.Of("Conv", x, kernel, window);
        Shape shape = [x.Shape[0], weight.Shape[0], .. over.Outputs("Conv", x)];
        return Convolve("Conv", over, groups, shape, x, weight, bias);
    }

    /// <summary>
    /// The transposed convolution: each element of x puts the kernel, times itself, into the result, at its position times the stride; the
    /// gradient of a convolution by its input.
    /// </summary>
    /// <param name="x">[batch, channels, ..], Float.</param>
    /// <param name="weight">[channels, outputs / groups, kernel ..].</param>
    /// <param name="bias">[outputs], or null for none.</param>
    /// <param name="window">Strides, dilations, and how many results are cut off at the ends as padding.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="outputPadding">Results more at the end of each axis, fewer than the stride or the dilation; null for none.</param>
    /// <returns>[batch, outputs, ..] of (size - 1) · stride + extent - padding + output padding.</returns>
    public static Value ConvTranspose(Value x, Value weight, Value? bias = null, WindowOptions? window = null, long groups = 1,
        IReadOnlyList<long>? outputPadding = null)
    {
        var kernel = Kernel("ConvTranspose", x, weight);
        if (groups < 1 || x.Shape[1] != weight.Shape[0] || !IsMultiple(x.Shape[1], groups))
            throw Mismatch("ConvTranspose", $"[batch, channels, ..] and a weight [channels, outputs / groups, kernel ..] with {groups} "
                + "groups that divide channels", x, weight);
        CheckBias("ConvTranspose", x, weight.Shape[1] * groups, bias);
        long[] more = outputPadding is null ? new long[kernel.Length] : [.. outputPadding];
        if (more.Length != kernel.Length)
            throw Mismatch("ConvTranspose", $"{kernel.Length} numbers as output padding, not {more.Length}", x, weight);
        var over = Window.Of("ConvTranspose", x, kernel, window, more);
        for (var axis = 0; axis < over.Axes; axis++)
            if (more[axis] < 0 || more[axis] >= Math.Max(over.Strides[axis], over.Dilations[axis]))
                throw Mismatch("ConvTranspose", $"an output padding below stride {over.Strides[axis]} or dilation {over.Dilations[axis]}, "
                    + $"not {more[axis]}", x, weight);
        Dim[] sizes = [.. Enumerable.Range(0, over.Axes).Select(Size)];
        Shape shape = [x.Shape[0], weight.Shape[1] * groups, .. sizes];
        if (over.Strides.Zip(more).All(pair => pair.Second < pair.First))
            return Convolve("ConvTranspose", over, groups, shape, x, weight, bias, more);
        // ONNX Runtime wants less than the stride; the rest is less padding at the end, or zeros.
        long[] kept = [.. more.Zip(over.Strides, (number, stride) => Math.Min(number, stride - 1))];
        long[] cut = [.. more.Select((number, axis) => Math.Min(over.Ends[axis], number - kept[axis]))];
        var less = over with { Ends = [.. over.Ends.Zip(cut, (end, number) => end - number)] };
        long[] zeros = [.. more.Select((number, axis) => number - kept[axis] - cut[axis])];
        for (var axis = 0; axis < over.Axes; axis++)
            shape = shape.With(axis + 2, shape[axis + 2].Plus(-zeros[axis]));
        var y = Convolve("ConvTranspose", less, groups, shape, x, weight, outputPadding: kept);
        for (var axis = 0; axis < over.Axes; axis++)
            y = Pad(y, axis + 2, 0, zeros[axis]);
        return bias is null ? y : y + PerChannel(bias, y);

        Dim Size(int axis)
        {
            var (spread, added) = (x.Shape[axis + 2] * over.Strides[axis],
                over.Extent(axis) - over.Strides[axis] - over.Begins[axis] - over.Ends[axis] + more[axis]);
            return !spread.IsKnown || spread.Size + added >= 1 ? spread.Plus(added)
                : throw Mismatch("ConvTranspose", $"padding that leaves a result on axis {axis + 2}, not {over.Begins[axis]} + "
                    + $"{over.Ends[axis]} of {spread.Size + over.Extent(axis) - over.Strides[axis] + more[axis]}", x, weight);
        }
    }

    private static long[] Kernel(string opType, Value x, Value weight) =>
        Reals(opType, x).Type == weight.Type && x.Shape.Rank >= 3 && weight.Shape.Rank == x.Shape.Rank && weight.Shape.Skip(2).All(dim =>
            dim.IsKnown) ? [.. weight.Shape.Skip(2).Select(dim => dim.Size)]
        : throw Mismatch(opType, "[batch, channels, ..] with one or more spatial axes, and a weight of one type with it whose kernel has "
            + "known sizes", x, weight);

    private static bool IsMultiple(Dim dim, long of) => dim.TryDivide(of, out _);

    private static void CheckBias(string opType, Value x, Dim outputs, Value? bias)
    {
        if (bias is not null && (bias.Type != x.Type || !bias.Shape.Equals([outputs])))
            throw Mismatch(opType, $"a bias {x.Type} [{outputs}]", x, bias);
    }

    private static Value Convolve(string opType, Window window, long groups, Shape shape, Value x, Value weight, Value? bias = null,
        long[]? outputPadding = null)
    {
        ReadOnlySpan<Value?> inputs = bias is null ? [x, weight] : [x, weight, bias];
        var node = Graph.Emit(opType, inputs);
        window.Write(node);
        node.SetAttribute("group", groups);
        if (outputPadding is not null)
            node.SetAttribute("output_padding", outputPadding);
        return node.AddOutput(x.Type, shape);
    }

    internal static Value?[] ConvGradient(GradientContext c)
    {
        Value x = c.Input(0), weight = c.Input(1);
        var window = Window.Of(c.Node);
        var groups = c.Node.Attribute<long>("group");
        return WithBias(c, c.For(0, () => Spread(c.Gradient, weight, window, groups, x)),
            c.For(1, () => KernelGradient(x, c.Gradient, weight, window, groups)));
    }

    internal static Value?[] ConvTransposeGradient(GradientContext c)
    {
        Value x = c.Input(0), weight = c.Input(1);
        var window = Window.Of(c.Node);
        var groups = c.Node.Attribute<long>("group");
        return WithBias(c, c.For(0, () => Convolve("Conv", window, groups, x.Shape, c.Gradient, weight)),
            c.For(1, () => KernelGradient(c.Gradient, x, weight, window, groups)));
    }

    private static Value?[] WithBias(GradientContext c, Value? x, Value? weight) =>
        c.Node.Inputs.Count == 2 ? [x, weight]
            : [x, weight, c.For(2, () => ReduceSum(c.Gradient, [0, .. Enumerable.Range(2, c.Gradient.Shape.Rank - 2)], keepDims: false))];

    // The gradient of a convolution's input: a transposed convolution, with as many results more as the last window left over.
    private static Value Spread(Value gradient, Value weight, Window window, long groups, Value x)
    {
        var more = new long[window.Axes];
        var shape = x.Shape;
        for (var axis = 0; axis < window.Axes; axis++)
        {
            var size = x.Shape[axis + 2];
            more[axis] = window.Rest(size, axis) ?? window.Strides[axis] - 1;
            if (window.Rest(size, axis) is null)
                shape = shape.With(axis + 2, (gradient.Shape[axis + 2] * window.Strides[axis])
                    .Plus(window.Extent(axis) - 1 - window.Begins[axis] - window.Ends[axis]));
        }
        return CutTo(Convolve("ConvTranspose", window, groups, shape, gradient, weight, outputPadding: more), x.Shape, x);
    }

    // w[o, c, k] meets x[b, c, t · stride + k · dilation] and dy[b, o, t] for all b and t: a convolution of x with the kernel dy, batch
    // and channels swapped, strides and dilations too. With groups the batch of each group is a run of channels.
    private static Value KernelGradient(Value x, Value dy, Value weight, Window window, long groups)
    {
        if (ConvolutionWeightGradient.Suits(x))
            return ConvolutionWeightGradient.Of(x, dy, weight.Shape, window, groups);
        int[] spatial = [.. Enumerable.Range(2, window.Axes)];
        Dim batch = x.Shape[0], channels = weight.Shape[1];
        Value swapped;
        if (groups == 1)
            swapped = Transpose(x, [1, 0, .. spatial]);                                              // [channels, batch, ..]
        else
        {
            Dim[] sizes = [.. spatial.Select(axis => x.Shape[axis])];
            var grouped = Reshape(x, [batch, groups, channels, .. sizes], x);
            grouped = Transpose(grouped, [2, 1, 0, .. spatial.Select(axis => axis + 1)]);          // [channels / groups, groups, batch, ..]
            swapped = Reshape(grouped, [channels, batch * groups, .. sizes], x);
        }
        var node = Graph.Emit("Conv", [swapped, Transpose(dy, [1, 0, .. spatial])]);
        node.SetAttribute("strides", window.Dilations);
        node.SetAttribute("dilations", window.Strides);
        node.SetAttribute("pads", window.Pads);
        node.SetAttribute("group", groups);
        Dim[] positions = [.. Enumerable.Range(0, window.Axes).Select(axis => window.Rest(x.Shape[axis + 2], axis) is { } rest
            ? window.Kernel[axis] + rest / window.Dilations[axis]
            : (Dim)$"{window.Kernel[axis]}+({window.Room(x.Shape[axis + 2], axis)})%{window.Strides[axis]}/{window.Dilations[axis]}")];
        var result = node.AddOutput(x.Type, [channels, dy.Shape[1], .. positions]);
        return Transpose(CutTo(result, [channels, dy.Shape[1], .. weight.Shape.Skip(2)], weight), [1, 0, .. spatial]);
    }

    /// <summary>
    /// The first elements of axes, from the third on, that are longer than asked for; sizes by name are those of another.
    /// </summary>
    internal static Value CutTo(Value x, Shape shape, Value like)
    {
        for (var axis = 2; axis < shape.Rank; axis++)
            if (x.Shape[axis] != shape[axis])
                x = SliceAt(x, axis, x.Graph.Vector(0L), SizeOf(shape[axis], like), x.Shape.With(axis, shape[axis]));
        return x;
    }
}
