namespace MLSeqGraph.Onnx.Tests;

/// <summary>A function whose gradient is checked, written with one operation in particular, and the point where it is checked.</summary>
internal sealed record GradientCase(string Operation, string Name, Func<Value[], Value> Function, params TensorData[] At)
{
    /// <summary>Whether the operation takes these shapes by number alone.</summary>
    internal bool IsFixed { get; init; }

    public override string ToString() => $"{Operation}: {Name}";

    /// <summary>Elements in (-1, 1).</summary>
    internal static TensorData X(params long[] sizes) => Random(sizes, -1, 1);

    /// <summary>Elements in (0.5, 1.5).</summary>
    internal static TensorData Positive(params long[] sizes) => Random(sizes, 0.5, 1.5);

    /// <summary>Elements in (-1, 1), single precision: for operations that ONNX Runtime has in no other.</summary>
    internal static TensorData Single(params long[] sizes) =>
        TensorData.Create(Array.ConvertAll(X(sizes).As<double>(), x => (float)x), sizes);

    /// <summary>Multiples of 0.37 in a mixed order, half a multiple away from 0: no two of them, and none and 0, are close.</summary>
    internal static TensorData Distinct(params long[] sizes)
    {
        var count = sizes.Aggregate(1L, (product, size) => product * size);
        double[] elements = [.. Enumerable.Range(0, (int)count).Select(i => (i - count / 2 + 0.5) * 0.37)];
        new Random(7).Shuffle(elements);
        return TensorData.Create(elements, sizes);
    }

    internal static TensorData Indices(long[] sizes, params long[] indices) => TensorData.Create(indices, sizes);

    // Tensors of other sizes have other elements: the sizes are the seed.
    private static TensorData Random(long[] sizes, double from, double to)
    {
        var random = new Random(sizes.Aggregate(17, (seed, size) => seed * 31 + (int)size));
        return TensorData.Create([.. Enumerable.Range(0, (int)sizes.Aggregate(1L, (a, b) => a * b))
            .Select(_ => from + (to - from) * random.NextDouble())], sizes);
    }
}
