namespace MLSeqGraph.Onnx;

// Operations that move elements without computing on them.
public static partial class Op
{
    /// <summary>The same tensor.</summary>
    public static Value Identity(Value x) => Single("Identity", x.Type, x.Shape, [x]);

    /// <summary>The same tensor, which gradients treat as a constant.</summary>
    public static Value StopGradient(Value x)
    {
        var same = Identity(x);
        same.Producer!.StopsGradient = true;
        return same;
    }

    /// <summary>
    /// The same tensor with its own gradient rule: gradients don't pass through the operations that computed <paramref name="result"/>;
    /// the rule writes those of <paramref name="operands"/> from that of the result.
    /// </summary>
    /// <param name="result">The computed value.</param>
    /// <param name="rule">Returns one gradient per operand, null for none; the context's inputs from 1 on are the operands.</param>
    /// <param name="operands">The values it was computed from.</param>
    internal static Value WithGradient(Value result, Func<GradientContext, Value?[]> rule, params ReadOnlySpan<Value> operands)
    {
        var same = Single("Identity", result.Type, result.Shape, [result, .. operands]);
        same.Producer!.Rule = context => [null, .. rule(context)];
        return same;
    }

    /// <summary>The same tensor under a given name in the model.</summary>
    internal static Value Named(Value x, string name, Shape shape) => Graph.Emit("Identity", [x]).AddOutput(x.Type, shape, name);

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
    /// The same elements in another shape. Dimensions known only by name are looked up in the shapes of the model's inputs, of
    /// the tensor and of the sources.
    /// </summary>
    public static Value Reshape(Value x, Shape shape, params Value[] sources)
    {
        if (x.Shape.Equals(shape))
            return x;
        if (x.Shape.Elements != shape.Elements)
            throw Mismatch("Reshape", $"as many elements as {shape} has", x);
        var sizes = new long[shape.Rank];
        for (var i = 0; i < shape.Rank; i++)
            sizes[i] = shape[i].IsKnown ? shape[i].Size : i < x.Shape.Rank && x.Shape[i] == shape[i] ? 0 : -1;
        // 0 copies the input's size and -1 stands for the rest. Sizes of 0 make both ambiguous: then, and where a copied
        // size could be 0 while another is open, the target is computed from the named dimensions.
        var open = sizes.Count(size => size == -1);
        var isAmbiguous = open > 1 || shape.Any(dim => dim == 0);
        if (isAmbiguous || (open == 1 && sizes.Contains(0) && shape.All(dim => HasSize(dim, [x, .. sources]))))
            return Single("Reshape", x.Type, shape, [x, SizesOf(shape, [x, .. sources])], ("allowzero", 1L));
        return Single("Reshape", x.Type, shape, [x, x.Graph.Vector(sizes)]);
    }

    /// <summary>The same tensor under a shape that is known to be the same though its names differ.</summary>
    internal static Value Renamed(Value x, Shape shape) => Single("Identity", x.Type, shape, [x]);

    /// <summary>Inserts axes of size 1; <paramref name="axes"/> are positions in the result.</summary>
    public static Value Unsqueeze(Value x, params int[] axes)
    {
        var rank = x.Shape.Rank + axes.Length;
        if (axes.Length == 0)
            return x;
        int[] at = [.. axes.Select(axis => axis < 0 ? axis + rank : axis).Order()];
        var shape = x.Shape;
        foreach (var axis in at)
            shape = axis >= 0 && axis <= shape.Rank
                ? shape.Insert(axis, 1) : throw Mismatch("Unsqueeze", $"axes of a tensor of {rank} axes, not {string.Join(", ", axes)}", x);
        if (at.Distinct().Count() != at.Length)
            throw Mismatch("Unsqueeze", $"different axes, not {string.Join(", ", axes)}", x);
        return Single("Unsqueeze", x.Type, shape, [x, x.Graph.Vector(Longs(at))]);
    }

    /// <summary>Removes the given axes, all of size 1.</summary>
    public static Value Squeeze(Value x, params int[] axes)
    {
        int[] at = [.. axes.Select(axis => Axis("Squeeze", x, axis)).Order()];
        if (at.Length == 0 || at.Distinct().Count() != at.Length)
            throw Mismatch("Squeeze", $"one or more different axes, not {(at.Length == 0 ? "none" : string.Join(", ", axes))}", x);
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
        return Single("Expand", x.Type, like.Shape, [x, SizesOf(like.Shape, like)]);
    }

    internal static Value?[] IdentityGradient(GradientContext c) =>
        [c.Gradient.Shape.Equals(c.Input(0).Shape) ? c.Gradient : Renamed(c.Gradient, c.Input(0).Shape)];

    internal static Value?[] CastGradient(GradientContext c) => [c.Input(0).Type.IsReal() ? Cast(c.Gradient, c.Input(0).Type) : null];

    internal static Value?[] TransposeGradient(GradientContext c)
    {
        var order = c.Node.Attribute<long[]>("perm");
        return [Transpose(c.Gradient, [.. Enumerable.Range(0, order.Length).Select(axis => Array.IndexOf(order, axis))])];
    }

    // An imported model may reshape to sizes that only a run shows: then the input's own are asked for.
    internal static Value?[] ReshapeGradient(GradientContext c) => [c.Input(0) is var x && c.Gradient.Shape.Elements == x.Shape.Elements
        ? Reshape(c.Gradient, x.Shape, x) : Single("Reshape", x.Type, x.Shape, [c.Gradient, ShapeOf(x)], ("allowzero", 1L)), null];

    internal static Value?[] ExpandGradient(GradientContext c) => [Unbroadcast(c.Gradient, c.Input(0)), null];
}
