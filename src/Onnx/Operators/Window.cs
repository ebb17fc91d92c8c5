namespace MLSeqGraph.Onnx;

/// <summary>A window with every number known: kernel, strides, dilations and zeros at both ends, one for each spatial axis.</summary>
internal sealed record Window(long[] Kernel, long[] Strides, long[] Dilations, long[] Begins, long[] Ends)
{
    internal int Axes => Kernel.Length;

    /// <summary>Zeros before each axis, then those after, as ONNX has them.</summary>
    internal long[] Pads => [.. Begins, .. Ends];

    /// <summary>Positions from the first element of a window to the last, both counted.</summary>
    internal long Extent(int axis) => (Kernel[axis] - 1) * Dilations[axis] + 1;

    /// <summary>The positions where a window can stand, less 1, before they are divided by the stride: size + padding - extent.</summary>
    internal Dim Room(Dim size, int axis) => size.Plus(Begins[axis] + Ends[axis] - Extent(axis));

    /// <summary>What the last window leaves of an axis; null where that depends on a size known only by name.</summary>
    internal long? Rest(Dim size, int axis) =>
        Strides[axis] == 1 ? 0 : size.IsKnown ? Room(size, axis).Size % Strides[axis] : null;

    /// <summary>Number of windows on an axis, floor(room / stride) + 1.</summary>
    internal Dim Output(Dim size, int axis) => Room(size, axis).Plus(Strides[axis]).FloorDivide(Strides[axis]);

    /// <summary>The attributes of a convolution or pooling.</summary>
    internal void Write(Node node)
    {
        node.SetAttribute("kernel_shape", Kernel);
        node.SetAttribute("strides", Strides);
        node.SetAttribute("dilations", Dilations);
        node.SetAttribute("pads", Pads);
    }

    /// <summary>The window of a node that one was written to.</summary>
    internal static Window Of(Node node)
    {
        var kernel = node.Attribute<long[]>("kernel_shape");
        var pads = node.Attribute<long[]>("pads");
        var dilations = node.Attributes.TryGetValue("dilations", out var given) ? (long[])given : Ones(kernel.Length);
        return new(kernel, node.Attribute<long[]>("strides"), dilations, pads[..kernel.Length], pads[kernel.Length..]);
    }

    /// <summary>Reads options for an operation on x; <paramref name="outputPadding"/> is that of a transposed convolution.</summary>
    /// <exception cref="GraphException">There are too few or too many numbers, or one of them is out of range.</exception>
    internal static Window Of(string opType, Value x, long[] kernel, WindowOptions? options, long[]? outputPadding = null)
    {
        options ??= new();
        var axes = kernel.Length;
        if (x.Shape.Rank != axes + 2)
            throw new GraphException($"{opType}: expected [batch, channels, ..] with {axes} spatial axes for a kernel of "
                + $"[{string.Join(", ", kernel)}]; got {x.Name} {x.Type} {x.Shape}.");
        var window = new Window(Numbers("kernel", kernel, axes, 1), Numbers("strides", options.Strides, axes, 1),
            Numbers("dilations", options.Dilations, axes, 1), new long[axes], new long[axes]);
        if (options.AutoPad is AutoPad.Explicit)
        {
            var pads = options.Pads is null ? new long[2 * axes] : Numbers("pads", options.Pads, 2 * axes, 0);
            return window with { Begins = pads[..axes], Ends = pads[axes..] };
        }
        if (options.Pads is not null)
            throw new GraphException($"{opType}: expected no pads beside {nameof(AutoPad)} {options.AutoPad}; got "
                + $"[{string.Join(", ", options.Pads)}].");
        if (options.AutoPad == AutoPad.Valid)
            return window;
        for (var axis = 0; axis < axes; axis++)
        {
            var total = window.SameTotal(opType, x.Shape[axis + 2], axis, outputPadding);
            var half = total / 2;
            (window.Begins[axis], window.Ends[axis]) = options.AutoPad == AutoPad.SameUpper ? (half, total - half) : (total - half, half);
        }
        return window;

        long[] Numbers(string what, IReadOnlyList<long>? given, int count, long least) =>
            given is null ? Ones(count)
            : given.Count == count && given.All(number => number >= least) ? [.. given]
            : throw new GraphException($"{opType}: expected {count} {what} of at least {least} for {x.Name} {x.Shape}; got "
                + $"[{string.Join(", ", given)}].");
    }

    // A transposed convolution gives size · stride results, another one ceil(size / stride).
    private long SameTotal(string opType, Dim size, int axis, long[]? outputPadding) =>
        Math.Max(0, outputPadding is not null ? Extent(axis) + outputPadding[axis] - Strides[axis]
            : Strides[axis] == 1 ? Extent(axis) - 1
            : size.IsKnown ? ((size.Size + Strides[axis] - 1) / Strides[axis] - 1) * Strides[axis] + Extent(axis) - size.Size
            : throw new GraphException($"{opType}: expected an axis of known size for the padding that strides of {Strides[axis]} need; "
                + $"got one of size '{size}'."));

    /// <summary>The sizes after the operation.</summary>
    /// <exception cref="GraphException">The window is larger than the padded axis.</exception>
    internal Dim[] Outputs(string opType, Value x)
    {
        for (var axis = 0; axis < Axes; axis++)
            if (x.Shape[axis + 2] is { IsKnown: true } size && size.Size + Begins[axis] + Ends[axis] < Extent(axis))
                throw new GraphException($"{opType}: expected a window that fits into the padded input; got one over {Extent(axis)} "
                    + $"positions (kernel {Kernel[axis]}, dilation {Dilations[axis]}) on axis {axis + 2} of {x.Name} {x.Shape}, which has "
                    + $"{size} + {Begins[axis]} + {Ends[axis]}.");
        return [.. Enumerable.Range(0, Axes).Select(axis => Output(x.Shape[axis + 2], axis))];
    }

    private static long[] Ones(int count) => [.. Enumerable.Repeat(1L, count)];
}
