namespace MLSeqGraph.Onnx;

/// <summary>
/// The operations a graph is written with. Each checks its operands' types and shapes when it is called and throws a
/// <see cref="GraphException"/> that names the operation and its operands. Semantics are those of ONNX opset 18.
/// </summary>
/// <remarks>An operation's gradient rule is written beside it.</remarks>
public static partial class Op
{
    internal static Value Single(string opType, ElementType type, Shape shape, ReadOnlySpan<Value?> inputs,
        params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var node = Graph.Emit(opType, inputs);
        foreach (var (name, value) in attributes)
            node.SetAttribute(name, value);
        return node.AddOutput(type, shape);
    }

    private static GraphException Mismatch(string opType, string expected, params ReadOnlySpan<Value?> given)
    {
        var values = given.ToArray().OfType<Value>().Select(value => $"{value.Name} {value.Type} {value.Shape}");
        return new($"{opType}: expected {expected}; got {string.Join(" and ", values)}.");
    }

    private static Value Numbers(string opType, Value x) =>
        x.Type is ElementType.Bool or ElementType.String ? throw Mismatch(opType, "numbers", x) : x;

    private static Value Reals(string opType, Value x) =>
        x.Type.IsReal() ? x : throw Mismatch(opType, "real numbers", x);

    private static int Axis(string opType, Value value, int axis) =>
        axis >= -value.Shape.Rank && axis < value.Shape.Rank
            ? (axis + value.Shape.Rank) % value.Shape.Rank
            : throw Mismatch(opType, $"a tensor with an axis {axis}", value);

    private static long[] Longs(ReadOnlySpan<int> numbers)
    {
        var longs = new long[numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
            longs[i] = numbers[i];
        return longs;
    }
}
