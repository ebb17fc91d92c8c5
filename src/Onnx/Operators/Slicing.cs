namespace MLSeqGraph.Onnx;

// Operations that join tensors, cut them and pad them.
public static partial class Op
{
    /// <summary>Concatenates tensors along an axis; their other dimensions must agree.</summary>
    public static Value Concat(int axis, params Value[] parts)
    {
        if (parts.Length == 0)
            throw new GraphException("Concat: expected at least one tensor; got none.");
        axis = Axis("Concat", parts[0], axis);
        if (parts.Length == 1)
            return parts[0];
        var shape = parts[0].Shape;
        foreach (var part in parts.Skip(1))
        {
            if (part.Type != parts[0].Type || part.Shape.Rank != shape.Rank || !part.Shape.With(axis, 0).Equals(shape.With(axis, 0)))
                throw Mismatch("Concat", $"tensors that differ along axis {axis} alone", parts);
            shape = shape.With(axis, shape[axis] + part.Shape[axis]);
        }
        return Single("Concat", parts[0].Type, shape, parts, ("axis", (long)axis));
    }

    /// <summary>Cuts a tensor into parts of known sizes along an axis.</summary>
    public static Value[] Split(Value x, int axis, params long[] sizes)
    {
        axis = Axis("Split", x, axis);
        if (sizes.Length == 0 || Array.Exists(sizes, size => size < 0) || x.Shape[axis] != sizes.Sum())
            throw Mismatch("Split", $"an axis {axis} of size {sizes.Sum()} for parts of {string.Join(", ", sizes)}", x);
        if (sizes.Length == 1)
            return [x];
        var node = Graph.Emit("Split", [x, x.Graph.Vector(sizes)]);
        node.SetAttribute("axis", (long)axis);
        return [.. sizes.Select(size => node.AddOutput(x.Type, x.Shape.With(axis, size)))];
    }

    /// <summary>
    /// The part from <paramref name="start"/> to before <paramref name="end"/> along an axis; negative positions count from the
    /// end. Positions outside an axis of known size are clamped to its ends; an axis known only by name must be long enough for them.
    /// </summary>
    public static Value Slice(Value x, int axis, long start, long end = long.MaxValue)
    {
        axis = Axis("Slice", x, axis);
        var shape = x.Shape.With(axis, SliceLength(x.Shape[axis], start, end));
        return Single("Slice", x.Type, shape, [x, x.Graph.Vector(start), x.Graph.Vector(end), x.Graph.Vector((long)axis)]);
    }

    private static Dim SliceLength(Dim dim, long start, long end) =>
        dim.IsKnown ? Math.Max(0, Position(end, dim.Size) - Position(start, dim.Size))
        : end == long.MaxValue ? (start >= 0 ? dim - start : -start)
        : start >= 0 == end >= 0 ? Math.Max(0, end - start)
        : start >= 0 ? dim - (start - end)
        : $"{dim}[{start}:{end}]";

    private static long Position(long position, long size) => Math.Clamp(position < 0 ? position + size : position, 0, size);

    /// <summary>Adds <paramref name="before"/> and <paramref name="after"/> elements with one value at the ends of an axis.</summary>
    /// <exception cref="GraphException">A number of elements is negative.</exception>
    public static Value Pad(Value x, int axis, long before, long after, double value = 0)
    {
        axis = Axis("Pad", Numbers("Pad", x), axis);
        if (before < 0 || after < 0)
            throw Mismatch("Pad", $"numbers of elements, not {before} and {after}", x);
        return before == 0 && after == 0
            ? x
            : Pad(x, axis, x.Graph.Vector(before, after), x.Shape.With(axis, x.Shape[axis] + before + after), x.Number(value));
    }

    /// <summary>
    /// Adds elements at the ends of an axis that repeat those inside: the last one (edge), or all mirrored at it (reflect), of which there
    /// must be one more than are added.
    /// </summary>
    /// <param name="x">The elements.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="before">How many at its beginning.</param>
    /// <param name="after">How many at its end.</param>
    /// <param name="reflect">Whether they are mirrored, or the last one repeated.</param>
    /// <exception cref="GraphException">A number is negative, or too large to be mirrored.</exception>
    public static Value PadByElements(Value x, int axis, long before, long after, bool reflect = false)
    {
        axis = Axis("Pad", x, axis);
        if (before < 0 || after < 0 || (reflect && x.Shape[axis].IsKnown && x.Shape[axis].Size <= Math.Max(before, after)))
            throw Mismatch("Pad", $"numbers of elements of at least 0{(reflect ? " and below the axis' size" : "")}, not {before} and "
                + $"{after}", x);
        var dim = x.Shape[axis].Plus(before + after);
        var last = SizeOf(x, axis) - 1L;
        var places = Range(last + (before + after + 1.0), dim) - (double)before;
        // below 0 mirrored at 0, above the last at the last; or held at both
        var zero = places.Number(0);
        return Gather(x, reflect ? last - Abs(last - Abs(places)) : Min(Max(places, zero), last), axis);
    }

    /// <summary>Puts as many zeros at an axis' end as <paramref name="after"/> says, [1] Int64; the axis is called anew.</summary>
    internal static Value PadEnd(Value x, int axis, Value after, Dim size) =>
        Pad(x, axis, Concat(0, x.Graph.Vector(0L), after), x.Shape.With(axis, size), x.Number(0));

    private static Value Pad(Value x, int axis, Value pads, Shape shape, Value value) =>
        Single("Pad", x.Type, shape, [x, pads, value, x.Graph.Vector((long)axis)], ("mode", "constant"));

    internal static Value?[] ConcatGradient(GradientContext c)
    {
        var axis = (int)c.Node.Attribute<long>("axis");
        if (c.Node.Inputs.All(part => part!.Shape[axis].IsKnown))
            return [.. Split(c.Gradient, axis, [.. c.Node.Inputs.Select(part => part!.Shape[axis].Size)])];
        var start = c.Gradient.Graph.Vector(0L);
        var parts = new Value?[c.Node.Inputs.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            var part = c.Input(i);
            var end = start + SizeOf(part, axis);
            parts[i] = c.For(i, () => SliceAt(c.Gradient, axis, start, end, part.Shape));
            start = end;
        }
        return parts;
    }

    private static Value SliceAt(Value x, int axis, Value start, Value end, Shape shape) =>
        Single("Slice", x.Type, shape, [x, start, end, x.Graph.Vector((long)axis)]);

    internal static Value?[] SplitGradient(GradientContext c) =>
    [
        Concat((int)c.Node.Attribute<long>("axis"), [.. c.Node.Outputs.Select((part, i) => c.GradientOf(i) ?? ZerosLike(part))]),
        null,
    ];

    // The gradient of a part is the part's gradient between zeros.
    internal static Value?[] SliceGradient(GradientContext c)
    {
        var x = c.Input(0);
        var axis = (int)c.Input(3).Constant!.As<long>()[0];
        return [Pad(c.Gradient, axis, Pads(), x.Shape, x.Number(0)), null, null, null];

        Value Pads()
        {
            var size = SizeOf(x, axis);
            if (c.Input(1).Constant is not { } start || c.Input(2).Constant is not { } end)
                return Concat(0, c.Input(1), size - c.Input(2)); // written by another gradient: within the tensor
            long from = start.As<long>()[0], to = end.As<long>()[0];
            if (x.Shape[axis].IsKnown)
            {
                var (length, first) = (x.Shape[axis].Size, Position(from, x.Shape[axis].Size));
                return x.Graph.Vector(first, length - Math.Max(first, Position(to, length)));
            }
            var before = Clamped(from);
            return Concat(0, before, to == long.MaxValue ? x.Graph.Vector(0L) : size - Max(Clamped(to), before));

            Value Clamped(long at) => Max(Min(at < 0 ? size + at : x.Graph.Vector(at), size), x.Graph.Vector(0L));
        }
    }

    internal static Value?[] PadGradient(GradientContext c)
    {
        var x = c.Input(0);
        var axis = (int)c.Input(3).Constant!.As<long>()[0];
        if (c.Input(1).Constant is { } pads)
        {
            long before = pads.As<long>()[0], after = pads.As<long>()[1];
            return [Slice(c.Gradient, axis, before, after == 0 ? long.MaxValue : -after), null, null, null];
        }
        var start = Slice(c.Input(1), 0, 0, 1);
        return [SliceAt(c.Gradient, axis, start, start + SizeOf(x, axis), x.Shape), null, null, null];
    }
}
