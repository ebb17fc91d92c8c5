namespace MLSeqGraph.Onnx;

/// <summary>
/// Rows of several heads side by side, [.., heads · width], and one number a head, [.., heads]. Both ways between them are products
/// with a matrix of zeros and ones, which are exact and several times as fast as broadcasting over short last axes.
/// </summary>
internal static class Heads
{
    /// <summary>Repeats each head's number over its features: [.., heads] → [.., heads · width].</summary>
    internal static Value Spread(Value x, Dim features) => x.Shape[-1] == 1 ? x : Op.MatMul(x, Matrix(x, features.Size));

    /// <summary>Sums each head's features: [.., heads · width] → [.., heads].</summary>
    internal static Value Sum(Value x, Dim heads) =>
        heads == 1 ? Op.ReduceSum(x, [-1]) : Op.MatMul(x, Op.Transpose(Matrix(x, x.Shape[-1].Size, heads.Size), 1, 0));

    /// <summary>The sum of all heads: [rows, heads · width] → [rows, width].</summary>
    internal static Value Total(Value x, int heads) =>
        heads == 1 ? x : Op.ReduceSum(Op.Reshape(x, [x.Shape[0], heads, x.Shape[1].Size / heads]), [1], keepDims: false);

    /// <summary>The product of each head's features with a vector of its own: [.., heads · width] and [heads, width] → [.., heads].</summary>
    internal static Value Dot(Value x, Value vectors)
    {
        long heads = vectors.Shape[0].Size, features = x.Shape[-1].Size;
        var column = Op.Reshape(vectors, [features, 1]);
        return Op.MatMul(x, heads == 1 ? column : column * Op.Transpose(Matrix(x, features, heads), 1, 0));
    }

    private static Value Matrix(Value x, long features) => Matrix(x, features, x.Shape[-1].Size);

    // [heads, heads · width], 1 where a feature is the head's
    private static Value Matrix(Value x, long features, long heads)
    {
        if (features % heads != 0)
            throw new GraphException($"{features} features can't be divided among {heads} heads.");
        var width = features / heads;
        var matrix = TensorData.Zeros(x.Type, heads, features);
        for (var feature = 0L; feature < features; feature++)
            if (x.Type == ElementType.Double)
                matrix.As<double>()[feature / width * features + feature] = 1;
            else
                matrix.As<float>()[feature / width * features + feature] = 1;
        return x.Graph.Constant(matrix);
    }
}
