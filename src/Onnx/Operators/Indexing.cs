namespace MLSeqGraph.Onnx;

// Operations that choose elements by index.
public static partial class Op
{
    /// <summary>
    /// Rows by index: the result's shape is that of <paramref name="x"/> with <paramref name="axis"/> replaced by the shape of
    /// <paramref name="indices"/> (Int64 or Int32). The gradient adds up repeated rows with a serial scatter; for many repeated rows
    /// use an aggregation plan.
    /// </summary>
    public static Value Gather(Value x, Value indices, int axis = 0)
    {
        axis = Axis("Gather", x, axis);
        Indices("Gather", indices);
        return Single("Gather", x.Type, [.. x.Shape.Take(axis), .. indices.Shape, .. x.Shape.Skip(axis + 1)], [x, indices],
            ("axis", (long)axis));
    }

    /// <summary>The matrix and the Int32 numbers of its rows, where x is rows of an input by their numbers; null otherwise.</summary>
    internal static (Value All, Value Rows)? GatheredRows(Value x) =>
        x.Producer is { OpType: "Gather" } gather && gather.Inputs is [{ Producer: null, Shape.Rank: 2 } all, { Shape.Rank: 1 } rows]
            && rows.Type == ElementType.Int32 && gather.Attributes["axis"] is 0L ? (all, rows) : null;

    /// <summary>One element for each index: result[i][j] = x[indices[i][j]][j] for axis 0; x and indices have the same rank.</summary>
    public static Value GatherElements(Value x, Value indices, int axis)
    {
        axis = Axis("GatherElements", x, axis);
        if (Indices("GatherElements", indices).Shape.Rank != x.Shape.Rank)
            throw Mismatch("GatherElements", "indices of the same rank", x, indices);
        return Single("GatherElements", x.Type, indices.Shape, [x, indices], ("axis", (long)axis));
    }

    /// <summary>
    /// x with the elements at <paramref name="indices"/> along <paramref name="axis"/> replaced (or added to). Adding is serial on
    /// the CPU. Where elements are replaced the indices must differ.
    /// </summary>
    public static Value ScatterElements(Value x, Value indices, Value updates, int axis, bool add = false)
    {
        axis = Axis("ScatterElements", x, axis);
        if (!Indices("ScatterElements", indices).Shape.Equals(updates.Shape) || x.Shape.Rank != updates.Shape.Rank
            || x.Type != updates.Type)
            throw Mismatch("ScatterElements", "updates shaped like the indices", x, indices, updates);
        return Single("ScatterElements", x.Type, x.Shape, [x, indices, updates], ("axis", (long)axis), ("reduction", add ? "add" : "none"));
    }

    /// <summary>
    /// x with whole rows replaced: row <paramref name="rows"/>[i] becomes <paramref name="updates"/>[i]. The rows must differ:
    /// ONNX Runtime's kernel runs over them in parallel.
    /// </summary>
    public static Value ReplaceRows(Value x, Value rows, Value updates)
    {
        if (x.Shape.Rank == 0 || Indices("ReplaceRows", rows).Shape.Rank != 1)
            throw Mismatch("ReplaceRows", "a tensor of rows and a vector of their numbers", x, rows, updates);
        if (!updates.Shape.Equals(x.Shape.With(0, rows.Shape[0])) || x.Type != updates.Type)
            throw Mismatch("ReplaceRows", $"updates {x.Type} {x.Shape.With(0, rows.Shape[0])}", x, rows, updates);
        return Single("ScatterND", x.Type, x.Shape, [x, Cast(Unsqueeze(rows, 1), ElementType.Int64), updates]);
    }

    /// <summary>
    /// x with slices replaced: x[places[i]] becomes updates[i], where a place indexes the first axes. ONNX Runtime writes in
    /// place if x and the result are bound to one buffer, as a cache is. The places must differ; there is no gradient.
    /// </summary>
    /// <param name="x">[a, .., rest].</param>
    /// <param name="places">Int64 [.., k]: k numbers for each slice.</param>
    /// <param name="updates">[.., rest]: the places' shape without k, and the shape of x without its first k axes.</param>
    public static Value ReplaceAt(Value x, Value places, Value updates)
    {
        var named = places.Shape.Rank > 0 && places.Shape[-1].IsKnown ? (int)places.Shape[-1].Size : 0;
        if (places.Type != ElementType.Int64 || named < 1 || named > x.Shape.Rank || x.Type != updates.Type
            || !updates.Shape.Equals([.. places.Shape.SkipLast(1), .. x.Shape.Skip(named)]))
            throw Mismatch("ReplaceAt", "places [.., k] Int64 and updates shaped like them and the rest of the tensor", x, places, updates);
        return Single("ScatterND", x.Type, x.Shape, [x, places, updates]);
    }

    /// <summary>
    /// Whole rows with different numbers: the gradient puts each row back in its place, in parallel. Where rows may repeat, use
    /// <see cref="Gather"/>.
    /// </summary>
    /// <param name="x">[rows, ..].</param>
    /// <param name="rows">Row numbers, all different, [n].</param>
    public static Value TakeRows(Value x, Value rows)
    {
        if (Indices("TakeRows", rows).Shape.Rank != 1)
            throw Mismatch("TakeRows", "row numbers of shape [n]", x, rows);
        var taken = Gather(x, rows);
        taken.Producer!.TakesDifferentRows = true;
        return taken;
    }

    /// <summary>
    /// 1 at the index, 0 elsewhere, along a new last axis of <paramref name="depth"/> elements. Negative indices count from the
    /// end; those outside [-depth, depth) give only zeros.
    /// </summary>
    public static Value OneHot(Value indices, long depth)
    {
        if (depth < 1)
            throw Mismatch("OneHot", $"a depth of at least 1, not {depth}", indices);
        if (indices.Shape.Rank == 0)
            return Squeeze(OneHot(Unsqueeze(indices, 0), depth), 0); // ONNX requires at least one axis
        return Single("OneHot", ElementType.Float, [.. indices.Shape, depth], [Cast(Indices("OneHot", indices), ElementType.Int64),
            indices.Graph.Vector(depth), indices.Graph.Vector(0f, 1f)], ("axis", -1L));
    }

    /// <summary>0, 1, …, size - 1 for a size [1] Int64; the result has the given dimension.</summary>
    public static Value Range(Value size, Dim dim)
    {
        if (size.Type != ElementType.Int64 || !size.Shape.Equals([1]))
            throw Mismatch("Range", "a size of shape [1] Int64", size);
        return Single("Range", ElementType.Int64, [dim], [size.Number(0), Squeeze(size, 0), size.Number(1)]);
    }

    /// <summary>
    /// Reverses each sequence of a batch within its length; steps past it stay where they are. The inverse is the operation itself.
    /// </summary>
    /// <param name="x">[time, batch, ..].</param>
    /// <param name="lengths">[batch] Int64.</param>
    public static Value ReverseSequence(Value x, Value lengths)
    {
        if (lengths.Type != ElementType.Int64 || lengths.Shape.Rank != 1 || x.Shape.Rank < 2 || x.Shape[1] != lengths.Shape[0])
            throw Mismatch("ReverseSequence", "[time, batch, ..] and lengths [batch] Int64", x, lengths);
        return Single("ReverseSequence", x.Type, x.Shape, [x, lengths], ("time_axis", 0L), ("batch_axis", 1L));
    }

    private static Value Indices(string opType, Value indices) =>
        indices.Type is ElementType.Int64 or ElementType.Int32
            ? indices : throw Mismatch(opType, "indices of type Int64 or Int32", indices);

    internal static Value?[] GatherGradient(GradientContext c)
    {
        Value x = c.Input(0), indices = c.Input(1);
        var axis = (int)c.Node.Attribute<long>("axis");
        if (c.Node.TakesDifferentRows)
            return [ReplaceRows(ZerosLike(x), indices, c.Gradient), null];
        var updates = Reshape(c.Gradient, x.Shape.With(axis, indices.Shape.Elements), x, indices);
        var places = Reshape(indices, [indices.Shape.Elements], indices);
        places = Unsqueeze(places, [.. Enumerable.Range(0, x.Shape.Rank).Where(other => other != axis)]);
        return [ScatterElements(ZerosLike(x), Expand(places, updates), updates, axis, add: true), null];
    }

    internal static Value?[] GatherElementsGradient(GradientContext c) =>
        [ScatterElements(ZerosLike(c.Input(0)), c.Input(1), c.Gradient, (int)c.Node.Attribute<long>("axis"), add: true), null];

    // Replaced elements of x get no gradient; where updates are added, all of x does.
    internal static Value?[] ScatterElementsGradient(GradientContext c)
    {
        Value indices = c.Input(1), dy = c.Gradient;
        var axis = (int)c.Node.Attribute<long>("axis");
        var adds = c.Node.Attribute<string>("reduction") == "add";
        return
        [
            c.For(0, () => adds ? dy : ScatterElements(dy, indices, ZerosLike(c.Input(2)), axis)),
            null,
            c.For(2, () => GatherElements(dy, indices, axis)),
        ];
    }

    // The node's indices are the row numbers as a column, [rows, 1].
    internal static Value?[] ReplaceRowsGradient(GradientContext c)
    {
        if (c.Input(1).Shape.Rank != 2 || c.Input(1).Shape[1] != 1)
            throw new GraphException($"ReplaceAt has no gradient ({c.Node}).");
        var rows = Squeeze(c.Input(1), 1);
        return [c.For(0, () => ReplaceRows(c.Gradient, rows, ZerosLike(c.Input(2)))), null, c.For(2, () => Gather(c.Gradient, rows))];
    }

    internal static Value?[] ReverseSequenceGradient(GradientContext c) => [ReverseSequence(c.Gradient, c.Input(1)), null];
}
