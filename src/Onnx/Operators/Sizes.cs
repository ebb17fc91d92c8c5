namespace MLSeqGraph.Onnx;

// Sizes known only at run time, and tensors made from them.
public static partial class Op
{
    /// <summary>The sizes of a tensor, [rank] Int64.</summary>
    public static Value ShapeOf(Value x) =>
        x.Shape.IsKnown ? x.Graph.Vector(x.Shape.Sizes) : Single("Shape", ElementType.Int64, [x.Shape.Rank], [x]);

    /// <summary>One size of a tensor, [1] Int64.</summary>
    public static Value SizeOf(Value x, int axis) => SizeOf(x.Shape[Axis("Shape", x, axis)], x);

    /// <summary>
    /// A tensor of one repeated element with a shape given by name; the sizes come from the model's inputs and from the tensors
    /// named as sources.
    /// </summary>
    /// <exception cref="GraphException">There is no source, or a dimension's name is not known.</exception>
    public static Value Filled<T>(T element, Shape shape, params Value[] sources) =>
        sources.Length == 0 ? throw new GraphException($"ConstantOfShape: expected a tensor that tells the sizes of {shape}; got none.")
        : shape.IsKnown && shape.Elements.Size <= 64
            ? sources[0].Graph.Constant(TensorData.Create(Enumerable.Repeat(element, (int)shape.Elements.Size).ToArray(), shape.Sizes))
            : Single("ConstantOfShape", ElementTypes.Of<T>(), shape, [SizesOf(shape, sources)], ("value", TensorData.Vector(element)));

    /// <summary>A tensor of zeros like another.</summary>
    public static Value ZerosLike(Value x) => x.Type switch
    {
        ElementType.Float => Filled(0f, x.Shape, x),
        ElementType.Double => Filled(0.0, x.Shape, x),
        ElementType.Int32 => Filled(0, x.Shape, x),
        ElementType.Int64 => Filled(0L, x.Shape, x),
        _ => throw Mismatch("ConstantOfShape", "numbers", x),
    };

    /// <summary>A tensor of ones like another.</summary>
    public static Value OnesLike(Value x) =>
        x.Type == ElementType.Double ? Filled(1.0, x.Shape, x) : Filled(1f, x.Shape, Reals("ConstantOfShape", x));

    /// <summary>The sizes of a shape as an Int64 vector, named dimensions looked up as <see cref="SizeOf(Dim, Value[])"/> does.</summary>
    internal static Value SizesOf(Shape shape, params Value[] sources) =>
        shape.IsKnown
            ? sources[0].Graph.Vector(shape.Sizes)
            : Concat(0, [.. shape.Select(dim => SizeOf(dim, sources))]);

    /// <summary>
    /// A dimension as an Int64 vector of one element. Names are looked up in the model's inputs first: sizes computed from
    /// them are outside all loops and keep no tensor alive. Then come the sources.
    /// </summary>
    internal static Value SizeOf(Dim dim, params Value[] sources)
    {
        var lookup = new SizeLookup(dim, sources);
        return lookup.Find()
            ?? throw new GraphException(
                $"Dimension '{dim}' is not among those of the model's inputs and of {string.Join(", ", sources.AsEnumerable())}.");
    }

    /// <summary>Whether <see cref="SizeOf(Dim, Value[])"/> can find a dimension.</summary>
    private static bool HasSize(Dim dim, params Value[] sources) => new SizeLookup(dim, sources).IsPossible;

    private sealed class SizeLookup(Dim dim, Value[] sources)
    {
        private readonly Value[] _inputs =
            [.. sources[0].Graph.Root.Inputs.Where(input => input.DefaultValue is null && !input.IsDroppable)];

        internal bool IsPossible => dim.IsKnown || IsAxis(dim, _inputs) || IsAxis(dim, sources) || IsComputable([.. _inputs, .. sources]);

        internal Value? Find() =>
            dim.IsKnown ? sources[0].Graph.Vector(dim.Size)
            : IsAxis(dim, _inputs) ? AtAxis(dim, _inputs)
            : IsComputable(_inputs) ? Compute(_inputs)
            : IsAxis(dim, sources) ? AtAxis(dim, sources)
            : IsComputable([.. _inputs, .. sources]) ? Compute([.. _inputs, .. sources])
            : null;

        private static bool IsAxis(Dim dim, Value[] values) => Array.Exists(values, value => value.Shape.Contains(dim));

        private bool IsComputable(Value[] values) => dim.Terms.All(term => Array.TrueForAll(term.Names, name => IsAxis(name, values)));

        private static Value AtAxis(Dim dim, Value[] values)
        {
            var value = values.First(value => value.Shape.Contains(dim));
            var axis = value.Shape.TakeWhile(other => other != dim).Count();
            return Single("Shape", ElementType.Int64, [1], [value], ("start", (long)axis), ("end", axis + 1L));
        }

        private Value Compute(Value[] values)
        {
            Value? sum = null;
            foreach (var term in dim.Terms)
            {
                Value? product = term.Factor == 1 && term.Names.Length > 0 ? null : values[0].Graph.Root.Vector(term.Factor);
                foreach (var name in term.Names)
                    product = product is null ? AtAxis(name, values) : product * AtAxis(name, values);
                sum = sum is null ? product : sum + product!;
            }
            return sum!;
        }
    }
}
