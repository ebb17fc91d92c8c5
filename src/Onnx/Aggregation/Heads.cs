namespace MLSeqGraph.Onnx;

/// <summary>
/// Operations on the heads of attention over edges: features of all heads concatenated, [rows, heads · channels], and tensors with one
/// number per head, [rows, heads]. Converting between them is a product with a matrix of zeros and ones, which is exact and several
/// times as fast as broadcasting over short last axes.
/// </summary>
public static class Heads
{
    /// <summary>Repeats each head's number over the head's features.</summary>
    /// <param name="x">[.., heads].</param>
    /// <param name="features">heads · channels; a single head is left unchanged, since it broadcasts.</param>
    /// <returns>[.., heads · channels], or [.., 1] for a single head.</returns>
    /// <exception cref="GraphException">The heads don't divide the features.</exception>
    public static Value Spread(Value x, Dim features) => x.Shape[-1] == 1 ? x : Op.MatMul(x, Matrix(x, features.Size));

    /// <summary>Sums the features of each head.</summary>
    /// <param name="x">[.., heads · channels].</param>
    /// <param name="heads">Number of heads.</param>
    /// <returns>[.., heads].</returns>
    /// <exception cref="GraphException">The heads don't divide the features.</exception>
    public static Value Sum(Value x, Dim heads) =>
        heads == 1 ? Op.ReduceSum(x, [-1]) : Op.MatMul(x, Op.Transpose(Matrix(x, x.Shape[-1].Size, heads.Size), 1, 0));

    /// <summary>The sum over the heads.</summary>
    /// <param name="x">[rows, heads · channels].</param>
    /// <param name="heads">Number of heads.</param>
    /// <returns>[rows, channels].</returns>
    public static Value Total(Value x, int heads) =>
        heads == 1 ? x : Op.ReduceSum(Op.Reshape(x, [x.Shape[0], heads, x.Shape[1].Size / heads]), [1], keepDims: false);

    /// <summary>The dot product of each head's features with the head's vector.</summary>
    /// <param name="x">[.., heads · channels].</param>
    /// <param name="vectors">[heads, channels].</param>
    /// <returns>[.., heads].</returns>
    public static Value Dot(Value x, Value vectors)
    {
        long heads = vectors.Shape[0].Size, features = x.Shape[-1].Size;
        var column = Op.Reshape(vectors, [features, 1]);
        return Op.MatMul(x, heads == 1 ? column : column * Op.Transpose(Matrix(x, features, heads), 1, 0));
    }

    private static Value Matrix(Value x, long features) => Matrix(x, features, x.Shape[-1].Size);

    // [heads, heads · width], 1 where a feature belongs to the head
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
