namespace MLSeqGraph.Onnx;

// Operations that move elements without computing on them.
public static partial class Op
{
    /// <summary>The same tensor.</summary>
    public static Value Identity(Value x) => Single("Identity", x.Type, x.Shape, [x]);

    /// <summary>The same elements as another type.</summary>
    public static Value Cast(Value x, ElementType type) =>
        x.Type == type ? x : Single("Cast", type, x.Shape, [x], ("to", (long)type));

    /// <summary>Reorders axes: axis i of the result is axis <paramref name="order"/>[i] of the input.</summary>
    public static Value Transpose(Value x, params int[] order)
    {
        if (!order.Order().SequenceEqual(Enumerable.Range(0, x.Shape.Rank)))
            throw Mismatch("Transpose", $"an order of {x.Shape.Rank} axes, not ({string.Join(", ", order)})", x);
        return Single("Transpose", x.Type, [.. order.Select(axis => x.Shape[axis])], [x], ("perm", Longs(order)));
    }

    /// <summary>
    /// The same elements in another shape. Dimensions known by name are looked up in the input's shape, then in those of the sources.
    /// </summary>
    public static Value Reshape(Value x, Shape shape, params Value[] sources)
    {
        if (x.Shape.Equals(shape))
            return x;
        if (x.Shape.Elements != shape.Elements)
            throw Mismatch("Reshape", $"as many elements as {shape} has", x);
        var sizes = new long[shape.Rank];
        var open = 0;
        for (var i = 0; i < shape.Rank; i++)
        {
            sizes[i] = shape[i].IsKnown ? shape[i].Size : i < x.Shape.Rank && x.Shape[i] == shape[i] ? 0 : -1;
            open += sizes[i] == -1 ? 1 : 0;
        }
        // 0 copies the input's size and -1 stands for the rest, unless a size that really is 0 makes that ambiguous.
        var target = open <= 1 && !shape.Any(dim => dim == 0) ? x.Graph.Vector(sizes) : SizesOf(shape, [x, .. sources]);
        return Single("Reshape", x.Type, shape, [x, target]);
    }

    /// <summary>The same tensor under a shape that is known to be the same though its names differ.</summary>
    internal static Value Renamed(Value x, Shape shape) => Single("Identity", x.Type, shape, [x]);

    /// <summary>Puts in axes of size 1; <paramref name="axes"/> are positions in the result.</summary>
    public static Value Unsqueeze(Value x, params int[] axes)
    {
        var rank = x.Shape.Rank + axes.Length;
        int[] at = [.. axes.Select(axis => axis < 0 ? axis + rank : axis).Order()];
        var shape = x.Shape;
        foreach (var axis in at)
            shape = axis >= 0 && axis <= shape.Rank ? shape.Insert(axis, 1) : throw Mismatch("Unsqueeze", $"axes within {rank}, not {axis}", x);
        return Single("Unsqueeze", x.Type, shape, [x, x.Graph.Vector(Longs(at))]);
    }

    /// <summary>Takes out axes of size 1.</summary>
    public static Value Squeeze(Value x, params int[] axes)
    {
        int[] at = [.. axes.Select(axis => Axis("Squeeze", x, axis)).Order()];
        var shape = x.Shape;
        foreach (var axis in Enumerable.Reverse(at))
            shape = shape[axis] == 1 ? shape.Remove(axis) : throw Mismatch("Squeeze", $"an axis {axis} of size 1", x);
        return Single("Squeeze", x.Type, shape, [x, x.Graph.Vector(Longs(at))]);
    }

    /// <summary>Repeats elements along axes of size 1 until the shape is that of another tensor.</summary>
    public static Value Expand(Value x, Value like)
    {
        if (x.Shape.Equals(like.Shape))
            return x;
        if (Shape.Broadcast(x.Shape, like.Shape)?.Equals(like.Shape) != true)
            throw Mismatch("Expand", "a shape that broadcasts to the second's", x, like);
        return Single("Expand", x.Type, like.Shape, [x, like.Shape.IsKnown ? x.Graph.Vector(like.Shape.Sizes) : ShapeOf(like)]);
    }

    /// <summary>Joins tensors along an axis; their other dimensions agree.</summary>
    public static Value Concat(int axis, params Value[] parts)
    {
        if (parts.Length == 0)
            throw new GraphException("Concat: expected at least one tensor; got none.");
        if (parts.Length == 1)
            return parts[0];
        axis = Axis("Concat", parts[0], axis);
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
        if (!x.Shape[axis].IsKnown || x.Shape[axis].Size != sizes.Sum())
            throw Mismatch("Split", $"an axis {axis} of size {sizes.Sum()}", x);
        if (sizes.Length == 1)
            return [x];
        var node = Graph.Emit("Split", [x, x.Graph.Vector(sizes)]);
        node.SetAttribute("axis", (long)axis);
        return [.. sizes.Select(size => node.AddOutput(x.Type, x.Shape.With(axis, size)))];
    }

    /// <summary>The part from <paramref name="start"/> to before <paramref name="end"/> along an axis; negative positions count from the end.</summary>
    public static Value Slice(Value x, int axis, long start, long end = long.MaxValue)
    {
        axis = Axis("Slice", x, axis);
        var dim = x.Shape[axis];
        Dim length;
        if (dim.IsKnown)
        {
            long At(long position) => Math.Clamp(position < 0 ? position + dim.Size : position, 0, dim.Size);
            length = Math.Max(0, At(end) - At(start));
        }
        else
            length = start >= 0 == end >= 0 && end != long.MaxValue ? end - start : start < 0 && end == long.MaxValue ? -start : $"{dim}[{start}:{(end == long.MaxValue ? "" : end)}]";
        Value Position(long at) => x.Graph.Vector(at);
        return Single("Slice", x.Type, x.Shape.With(axis, length), [x, Position(start), Position(end), Position(axis)]);
    }

    /// <summary>The sizes of a tensor, [rank] Int64.</summary>
    public static Value ShapeOf(Value x) => Single("Shape", ElementType.Int64, [x.Shape.Rank], [x]);

    /// <summary>One size of a tensor, [1] Int64.</summary>
    public static Value SizeOf(Value x, int axis)
    {
        axis = Axis("Shape", x, axis);
        return x.Shape[axis].IsKnown
            ? x.Graph.Vector(x.Shape[axis].Size)
            : Single("Shape", ElementType.Int64, [1], [x], ("start", (long)axis), ("end", axis + 1L));
    }

    /// <summary>A tensor of one repeated number with a shape given by name; the sizes come from the tensors named as sources.</summary>
    public static Value Filled<T>(T element, Shape shape, params Value[] sources) =>
        shape.IsKnown && shape.Elements.Size <= 64
            ? sources[0].Graph.Constant(TensorData.Create(Enumerable.Repeat(element, (int)shape.Elements.Size).ToArray(), shape.Sizes))
            : Single("ConstantOfShape", ElementTypes.Of<T>(), shape, [SizesOf(shape, sources)], ("value", TensorData.Vector(element)));

    /// <summary>A tensor of zeros like another.</summary>
    public static Value ZerosLike(Value x) => x.Type == ElementType.Double ? Filled(0.0, x.Shape, x) : Filled(0f, x.Shape, x);

    /// <summary>The sizes of a shape as an Int64 vector, named dimensions looked up in the shapes of the sources.</summary>
    internal static Value SizesOf(Shape shape, params Value[] sources) =>
        shape.IsKnown
            ? sources[0].Graph.Vector(shape.Sizes)
            : Concat(0, [.. shape.Select(dim => SizeOf(dim, sources))]);

    /// <summary>A dimension as an Int64 vector of one element, looked up in the shapes of the sources.</summary>
    internal static Value SizeOf(Dim dim, params Value[] sources)
    {
        if (dim.IsKnown)
            return sources[0].Graph.Vector(dim.Size);
        foreach (var source in sources)
            for (var axis = 0; axis < source.Shape.Rank; axis++)
                if (source.Shape[axis] == dim)
                    return SizeOf(source, axis);
        if (dim.Names.Count == 1 && dim.Factor == 1)
            throw new GraphException($"Dimension '{dim}' is not among those of {string.Join(", ", sources.AsEnumerable())}.");
        Value? product = dim.Factor == 1 ? null : sources[0].Graph.Vector(dim.Factor);
        foreach (var name in dim.Names)
            product = product is null ? SizeOf(name, sources) : product * SizeOf(name, sources);
        return product!;
    }

    internal static Value?[] IdentityGradient(GradientContext c) => [c.Gradient];

    internal static Value?[] CastGradient(GradientContext c) => [c.Input(0).Type.IsReal() ? Cast(c.Gradient, c.Input(0).Type) : null];

    internal static Value?[] TransposeGradient(GradientContext c)
    {
        var order = c.Node.Attribute<long[]>("perm");
        return [Transpose(c.Gradient, [.. Enumerable.Range(0, order.Length).Select(axis => Array.IndexOf(order, axis))])];
    }

    internal static Value?[] ReshapeGradient(GradientContext c) => [Reshape(c.Gradient, c.Input(0).Shape, c.Input(0)), null];

    internal static Value?[] ExpandGradient(GradientContext c) => [Unbroadcast(c.Gradient, c.Input(0)), null];

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
            parts[i] = Single("Slice", part.Type, part.Shape, [c.Gradient, start, end, part.Graph.Vector((long)axis)]);
            start = end;
        }
        return parts;
    }

    internal static Value?[] SplitGradient(GradientContext c) =>
    [
        Concat((int)c.Node.Attribute<long>("axis"), [.. c.Node.Outputs.Select((part, i) => c.GradientOf(i) ?? ZerosLike(part))]),
        null,
    ];

    // The gradient of a part is the part's gradient between zeros.
    internal static Value?[] SliceGradient(GradientContext c)
    {
        var x = c.Input(0);
        if (c.Node.Inputs.Skip(1).Any(position => position!.Constant is null))
            throw new GraphException($"Slice: no gradient where positions are not constants ({c.Node}).");
        long start = c.Input(1).Constant!.As<long>()[0], end = c.Input(2).Constant!.As<long>()[0];
        var axis = (int)c.Input(3).Constant!.As<long>()[0];
        var size = SizeOf(x, axis);
        Value Clamped(long at) => Max(Min(at < 0 ? size + at : x.Graph.Vector(at), size), x.Graph.Vector(0L));
        var before = Clamped(start);
        var after = end == long.MaxValue ? x.Graph.Vector(0L) : size - Max(Clamped(end), before);
        var none = x.Graph.Vector(Enumerable.Repeat(0L, axis).ToArray());
        var rest = x.Graph.Vector(Enumerable.Repeat(0L, x.Shape.Rank - axis - 1).ToArray());
        return [Single("Pad", x.Type, x.Shape, [c.Gradient, Concat(0, none, before, rest, none, after, rest)], ("mode", "constant")), null, null, null];
    }
}
