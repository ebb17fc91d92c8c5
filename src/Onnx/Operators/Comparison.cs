namespace MLSeqGraph.Onnx;

// Comparisons, logic, and the choice between two tensors.
public static partial class Op
{
    /// <summary>Elementwise equality; shapes broadcast.</summary>
    public static Value Equal(Value left, Value right) => Binary("Equal", left, right, ElementType.Bool);

    /// <summary>Elementwise &lt;; shapes broadcast.</summary>
    public static Value Less(Value left, Value right) => Numeric("Less", left, right, ElementType.Bool);

    /// <summary>Elementwise ≤; shapes broadcast.</summary>
    public static Value LessOrEqual(Value left, Value right) => Numeric("LessOrEqual", left, right, ElementType.Bool);

    /// <summary>Elementwise &gt;; shapes broadcast.</summary>
    public static Value Greater(Value left, Value right) => Numeric("Greater", left, right, ElementType.Bool);

    /// <summary>Elementwise ≥; shapes broadcast.</summary>
    public static Value GreaterOrEqual(Value left, Value right) => Numeric("GreaterOrEqual", left, right, ElementType.Bool);

    /// <summary>Elementwise conjunction of booleans; shapes broadcast.</summary>
    public static Value And(Value left, Value right) => Binary("And", Boolean("And", left), Boolean("And", right));

    /// <summary>Elementwise disjunction of booleans; shapes broadcast.</summary>
    public static Value Or(Value left, Value right) => Binary("Or", Boolean("Or", left), Boolean("Or", right));

    /// <summary>Elementwise negation of booleans.</summary>
    public static Value Not(Value x) => Single("Not", ElementType.Bool, x.Shape, [Boolean("Not", x)]);

    /// <summary>
    /// Elementwise choice: <paramref name="left"/> where the condition holds, otherwise <paramref name="right"/>; shapes broadcast.
    /// </summary>
    public static Value Where(Value condition, Value left, Value right)
    {
        Boolean("Where", condition);
        if (left.Type != right.Type)
            throw Mismatch("Where", "choices of one type", left, right);
        var shape = Shape.Broadcast(left.Shape, right.Shape) is { } choices ? Shape.Broadcast(condition.Shape, choices) : null;
        return Single("Where", left.Type, shape
            ?? throw Mismatch("Where", "shapes that broadcast", condition, left, right), [condition, left, right]);
    }

    private static Value Boolean(string opType, Value x) => x.Type == ElementType.Bool ? x : throw Mismatch(opType, "booleans", x);

    internal static Value?[] WhereGradient(GradientContext c)
    {
        var zero = c.Gradient.Number(0);
        return
        [
            null,
            c.For(1, () => Unbroadcast(Where(c.Input(0), c.Gradient, zero), c.Input(1))),
            c.For(2, () => Unbroadcast(Where(c.Input(0), zero, c.Gradient), c.Input(2))),
        ];
    }
}
