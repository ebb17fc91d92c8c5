namespace MLSeqGraph.Onnx;

// Slices at places, and the largest elements.
public static partial class Op
{
    /// <summary>
    /// Slices of x: the last axis of <paramref name="places"/> indexes the axes of x after the first <paramref name="batchAxes"/>, which
    /// both share. The gradient adds up repeated slices with a serial scatter.
    /// </summary>
    /// <param name="x">[batch axes, indexed axes, rest].</param>
    /// <param name="places">Int64 [batch axes, .., k]; negative numbers count from the end.</param>
    /// <param name="batchAxes">Number of axes that x and the places share.</param>
    /// <returns>[batch axes, .., rest].</returns>
    public static Value GatherND(Value x, Value places, int batchAxes = 0)
    {
        var named = places.Shape.Rank > 0 && places.Shape[-1].IsKnown ? (int)places.Shape[-1].Size : 0;
        if (places.Type != ElementType.Int64 || batchAxes < 0 || batchAxes >= places.Shape.Rank || named < 1
            || batchAxes + named > x.Shape.Rank || !x.Shape.Take(batchAxes).SequenceEqual(places.Shape.Take(batchAxes)))
            throw Mismatch("GatherND", $"places [.., k] Int64 that share the first {batchAxes} axes with the tensor and index the next", x,
                places);
        return Single("GatherND", x.Type, [.. places.Shape.SkipLast(1), .. x.Shape.Skip(batchAxes + named)], [x, places],
            ("batch_dims", (long)batchAxes));
    }

    /// <summary>The largest (or smallest) elements along an axis, in order, and where they stand.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="count">How many, at most the axis' size.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="largest">Whether the largest, or else the smallest.</param>
    /// <returns>Values, and indices Int64, both with <paramref name="count"/> elements on the axis.</returns>
    public static (Value Values, Value Indices) TopK(Value x, long count, int axis = -1, bool largest = true)
    {
        axis = Axis("TopK", Numbers("TopK", x), axis);
        if (count < 1 || (x.Shape[axis].IsKnown && x.Shape[axis].Size < count))
            throw Mismatch("TopK", $"at least 1 element, and an axis {axis} of as many, not {count}", x);
        var node = Graph.Emit("TopK", [x, x.Graph.Vector(count)]);
        node.SetAttribute("axis", (long)axis);
        node.SetAttribute("largest", largest ? 1L : 0L);
        node.SetAttribute("sorted", 1L);
        var shape = x.Shape.With(axis, count);
        return (node.AddOutput(x.Type, shape), node.AddOutput(ElementType.Int64, shape));
    }

    // Places become numbers of the rows that x has when all its indexed axes are one.
    internal static Value?[] GatherNDGradient(GradientContext c)
    {
        Value x = c.Input(0), places = c.Input(1);
        var batchAxes = (int)c.Node.Attribute<long>("batch_dims");
        var named = (int)places.Shape[-1].Size;
        Value? rows = null;
        for (var axis = 0; axis < batchAxes + named; axis++)
        {
            var size = Squeeze(SizeOf(x, axis), 0);
            Value at;
            if (axis < batchAxes)
                at = Unsqueeze(Range(SizeOf(x, axis), x.Shape[axis]),
                    [.. Enumerable.Range(0, places.Shape.Rank - 1).Where(other => other != axis)]);
            else
            {
                at = Gather(places, places.Graph.Scalar((long)(axis - batchAxes)), axis: -1);
                at = Where(Less(at, at.Number(0)), at + size, at);
            }
            rows = rows is null ? at : rows * size + at;
        }
        var rest = x.Shape.Skip(batchAxes + named).Aggregate((Dim)1, (product, size) => product * size);
        var count = places.Shape.SkipLast(1).Aggregate((Dim)1, (product, size) => product * size);
        var all = x.Shape.Take(batchAxes + named).Aggregate((Dim)1, (product, size) => product * size);
        var updates = Reshape(c.Gradient, [count, rest], x, places);
        var indices = Expand(Reshape(rows!, [count, 1], places), updates);
        return [Reshape(ScatterElements(Reshape(ZerosLike(x), [all, rest], x), indices, updates, 0, add: true), x.Shape, x), null];
    }

    internal static Value?[] TopKGradient(GradientContext c) =>
        [ScatterElements(ZerosLike(c.Input(0)), c.Node.Outputs[1], c.Gradient, (int)c.Node.Attribute<long>("axis")), null];
}
