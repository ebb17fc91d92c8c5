namespace MLSeqGraph.Onnx;

// Matrix products.
public static partial class Op
{
    /// <summary>Matrix product [.., M, K] · [.., K, N] → [.., M, N]; leading axes broadcast.</summary>
    public static Value MatMul(Value left, Value right)
    {
        if (left.Type != right.Type || Numbers("MatMul", left).Shape.Rank < 2 || right.Shape.Rank < 2 || left.Shape[^1] != right.Shape[^2])
            throw Mismatch("MatMul", "matrices [.., M, K] and [.., K, N]", left, right);
        var leading = Shape.Broadcast([.. left.Shape.Take(left.Shape.Rank - 2)], [.. right.Shape.Take(right.Shape.Rank - 2)])
            ?? throw Mismatch("MatMul", "leading axes that broadcast", left, right);
        return Single("MatMul", left.Type, [.. leading, left.Shape[^2], right.Shape[^1]], [left, right]);
    }

    /// <summary>A' · B' (+ C) for matrices, where A' and B' are transposed if asked for; C broadcasts to the result.</summary>
    public static Value Gemm(Value a, Value b, Value? c = null, bool transA = false, bool transB = false)
    {
        if (a.Type != b.Type || !a.Type.IsReal() || a.Shape.Rank != 2 || b.Shape.Rank != 2
            || a.Shape[transA ? 0 : 1] != b.Shape[transB ? 1 : 0])
            throw Mismatch("Gemm", $"matrices whose inner sizes agree (transA {transA}, transB {transB})", a, b);
        Shape shape = [a.Shape[transA ? 1 : 0], b.Shape[transB ? 0 : 1]];
        if (c is not null && (c.Type != a.Type || Shape.Broadcast(c.Shape, shape)?.Equals(shape) != true))
            throw Mismatch("Gemm", $"a third operand {a.Type} that broadcasts to {shape}", a, b, c);
        ReadOnlySpan<Value?> inputs = c is null ? [a, b] : [a, b, c];
        return Single("Gemm", a.Type, shape, inputs, ("transA", transA ? 1L : 0L), ("transB", transB ? 1L : 0L));
    }

    internal static Value?[] MatMulGradient(GradientContext c)
    {
        Value a = c.Input(0), b = c.Input(1), dy = c.Gradient;
        return
        [
            c.For(0, () => a.Shape.Rank == 2 && b.Shape.Rank > 2
                ? Gemm(AsMatrix(TransposeLast(dy)), AsMatrix(TransposeLast(b)), transA: true) // one product over all leading axes
                : Unbroadcast(MatMul(dy, TransposeLast(b)), a)),
            c.For(1, () => b.Shape.Rank == 2
                ? WeightGradient(AsMatrix(a), AsMatrix(dy))
                : Unbroadcast(MatMul(TransposeLast(a), dy), b)),
        ];
    }

    // aᵀ · dy; the transpose of dyᵀ · a where that packs the smaller matrix transposed: up to twice as fast.
    private static Value WeightGradient(Value a, Value dy) =>
        TransposedProduct.Suits(a, dy) ? TransposedProduct.Of(a, dy)
            : a.Shape[1].IsKnown && dy.Shape[1].IsKnown && a.Shape[1].Size >= 8 * dy.Shape[1].Size
                ? Transpose(Gemm(dy, a, transA: true), 1, 0)
                : Gemm(a, dy, transA: true);

    internal static Value?[] GemmGradient(GradientContext c)
    {
        Value a = c.Input(0), b = c.Input(1), dy = c.Gradient;
        bool transA = c.Node.Attribute<long>("transA") == 1, transB = c.Node.Attribute<long>("transB") == 1;
        var da = c.For(0, () => transA ? Gemm(b, dy, transA: transB, transB: true) : Gemm(dy, b, transB: !transB));
        var db = c.For(1, () => transB ? Gemm(dy, a, transA: true, transB: transA)
            : transA ? Gemm(a, dy) : WeightGradient(a, dy));
        return c.Node.Inputs.Count == 2 ? [da, db] : [da, db, c.For(2, () => Unbroadcast(dy, c.Input(2)))];
    }

    /// <summary>Merges all axes but the last: [.., K] → [rows, K].</summary>
    public static Value AsMatrix(Value x) =>
        x.Shape.Rank == 2 ? x
            : Reshape(x, [x.Shape.Take(x.Shape.Rank - 1).Aggregate((Dim)1, (product, dim) => product * dim), x.Shape[^1]]);

    internal static Value TransposeLast(Value x)
    {
        int[] order = [.. Enumerable.Range(0, x.Shape.Rank)];
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return Transpose(x, order);
    }
}
