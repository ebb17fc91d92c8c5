namespace MLSeqGraph.Onnx;

// Operations whose sizes depend on the data, by which a model computes aggregation plans.
public static partial class Op
{
    /// <summary>The indices where a vector of booleans is true, in order: [n] → [count] Int64, with the given dimension.</summary>
    internal static Value NonZero(Value condition, Dim count)
    {
        if (Boolean("NonZero", condition).Shape.Rank != 1)
            throw Mismatch("NonZero", "a vector", condition);
        return Squeeze(Single("NonZero", ElementType.Int64, [1, count], [condition]), 0);
    }

    /// <summary>A vector of whole numbers in ascending order.</summary>
    internal static Value SortedAscending(Value x)
    {
        if (x.Type != ElementType.Int64 || x.Shape.Rank != 1)
            throw Mismatch("TopK", "a vector of Int64", x);
        var node = Graph.Emit("TopK", [x, SizeOf(x, 0)]);
        node.SetAttribute("axis", 0L);
        node.SetAttribute("largest", 0L);
        node.SetAttribute("sorted", 1L);
        var values = node.AddOutput(ElementType.Int64, x.Shape);
        node.AddOutput(ElementType.Int64, x.Shape);
        return values;
    }

    /// <summary>The largest elements of each row, from the largest down, and their places: [rows, n] → [rows, count] twice.</summary>
    internal static (Value Elements, Value Places) Largest(Value x, long count)
    {
        if (x.Shape.Rank != 2)
            throw Mismatch("TopK", "a matrix", x);
        var node = Graph.Emit("TopK", [Numbers("TopK", x), x.Graph.Vector(count)]);
        node.SetAttribute("axis", 1L);
        return (node.AddOutput(x.Type, [x.Shape[0], count]), node.AddOutput(ElementType.Int64, [x.Shape[0], count]));
    }

    /// <summary>The elements of each row from the largest down, [rows, n] → [rows, n].</summary>
    internal static Value SortedDescending(Value x)
    {
        if (x.Shape.Rank != 2)
            throw Mismatch("TopK", "a matrix", x);
        var node = Graph.Emit("TopK", [Numbers("TopK", x), SizeOf(x, 1)]);
        node.SetAttribute("axis", 1L);
        var elements = node.AddOutput(x.Type, x.Shape);
        node.AddOutput(ElementType.Int64, x.Shape);
        return elements;
    }

    /// <summary>The first rows, up to a size [1] Int64 that depends on the data.</summary>
    internal static Value SliceTo(Value x, Value end, Shape shape) => SliceAt(x, 0, x.Graph.Vector(0L), end, shape);

    /// <summary>The first rows, as many as a named dimension has, which is looked up in the model's inputs or a source.</summary>
    internal static Value Head(Value x, Dim rows, Value source) => SliceTo(x, SizeOf(rows, source), x.Shape.With(0, rows));

    /// <summary>Repeats a tensor's elements along axes of size 1 to sizes [rank] Int64 that depend on the data.</summary>
    internal static Value Expand(Value x, Shape shape, Value sizes) => Single("Expand", x.Type, shape, [x, sizes]);

    /// <summary>A divisor that is never 0: x, or 1 where x is exactly 0.</summary>
    internal static Value OrOne(Value x) => Where(Equal(x, x.Number(0)), x.Number(1), x);
}
