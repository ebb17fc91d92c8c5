using System.Runtime.Intrinsics;

namespace MLSeqGraph.Onnx;

/// <summary>Gives the elements of a new parameter in row-major order, from its sizes and a source of random numbers.</summary>
/// <remarks>A weight is written [fan-in, fan-out]: it multiplies row vectors from the right.</remarks>
public delegate float[] Initializer(long[] sizes, Random random);

/// <summary>The usual initial values of parameters.</summary>
public static class Initializers
{
    /// <summary>All elements 0.</summary>
    public static Initializer Zeros { get; } = Constant(0);

    /// <summary>All elements 1.</summary>
    public static Initializer Ones { get; } = Constant(1);

    /// <summary>Uniform in ±sqrt(6 / (fan-in + fan-out)) (Glorot and Bengio 2010).</summary>
    public static Initializer GlorotUniform { get; } = (sizes, random) =>
        Uniform(MathF.Sqrt(6f / (FanIn(sizes) + FanOut(sizes))))(sizes, random);

    /// <summary>Uniform in ±sqrt(6 / fan-in), for layers before a ReLU (He et al. 2015).</summary>
    public static Initializer HeUniform { get; } = (sizes, random) => Uniform(MathF.Sqrt(6f / FanIn(sizes)))(sizes, random);

    /// <summary>
    /// Every square block of columns is a random orthogonal matrix (Saxe et al. 2014): for recurrent weights [hidden,
    /// gates·hidden].
    /// </summary>
    public static Initializer Orthogonal { get; } = OrthogonalBlocks;

    /// <summary>1 on the diagonal, 0 elsewhere (Le, Jaitly and Hinton 2015).</summary>
    public static Initializer Identity { get; } = (sizes, _) =>
    {
        var elements = new float[Count(sizes)];
        for (var i = 0L; i < Math.Min(sizes[0], Count(sizes) / sizes[0]); i++)
            elements[i * (Count(sizes) / sizes[0]) + i] = 1;
        return elements;
    };

    /// <summary>
    /// Some standard normal weights into each unit (a column), the others 0 (Martens 2010), scaled to a spectral radius where one is given
    /// (Sutskever et al. 2013); its estimate comes from repeated products with a vector.
    /// </summary>
    /// <param name="connections">Weights into each unit.</param>
    /// <param name="spectralRadius">Of a square matrix; null for no scaling.</param>
    public static Initializer Sparse(int connections = 15, float? spectralRadius = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(connections);
        return (sizes, random) =>
        {
            int rows = (int)sizes[0], columns = (int)(Count(sizes) / sizes[0]);
            var elements = new float[rows * columns];
            int[] places = [.. Enumerable.Range(0, rows)];
            for (var column = 0; column < columns; column++)
            {
                random.Shuffle(places);
                foreach (var row in places.AsSpan(0, Math.Min(connections, rows)))
                    elements[row * columns + column] = (float)random.NextNormal();
            }
            if (spectralRadius is { } radius && rows == columns && Radius(elements, rows, random) is var found and > 0)
                foreach (ref var element in elements.AsSpan())
                    element *= (float)(radius / found);
            return elements;
        };
    }

    /// <summary>All elements equal to one number.</summary>
    public static Initializer Constant(float number) => (sizes, _) =>
    {
        var elements = new float[Count(sizes)];
        Array.Fill(elements, number);
        return elements;
    };

    /// <summary>Uniform in ±<paramref name="bound"/>.</summary>
    public static Initializer Uniform(float bound) => (sizes, random) =>
    {
        var elements = new float[Count(sizes)];
        for (var i = 0; i < elements.Length; i++)
            elements[i] = (random.NextSingle() * 2 - 1) * bound;
        return elements;
    };

    /// <summary>Normal with mean 0 and the given standard deviation.</summary>
    public static Initializer Normal(float deviation) => (sizes, random) =>
    {
        var elements = new float[Count(sizes)];
        for (var i = 0; i < elements.Length; i++)
            elements[i] = (float)random.NextNormal() * deviation;
        return elements;
    };

    private static float[] OrthogonalBlocks(long[] sizes, Random random)
    {
        int rows = (int)sizes[0], columns = (int)(Count(sizes) / sizes[0]);
        var elements = new float[rows * columns];
        for (var start = 0; start < columns; start += rows)
        {
            var width = Math.Min(rows, columns - start);
            var basis = OrthonormalRows(width, rows, random);
            for (var column = 0; column < width; column++)
                for (var row = 0; row < rows; row++)
                    elements[row * columns + start + column] = (float)basis[column][row];
        }
        return elements;
    }

    // Gram–Schmidt on random normal vectors, in double precision and twice over, so that rounding leaves no angle.
    private static double[][] OrthonormalRows(int count, int length, Random random)
    {
        var rows = new double[count][];
        for (var i = 0; i < count; i++)
        {
            var row = rows[i] = [.. Enumerable.Range(0, length).Select(_ => random.NextNormal())];
            for (var pass = 0; pass < 2; pass++)
                for (var j = 0; j < i; j++)
                    AddScaled(row, rows[j], -Dot(row, rows[j]));
            AddScaled(row, row, 1 / Math.Sqrt(Dot(row, row)) - 1);
        }
        return rows;
    }

    // The mean growth of a vector in late products, for eigenvalues of complex pairs too.
    private static double Radius(float[] matrix, int n, Random random)
    {
        const int skipped = 50, counted = 200;
        double[] vector = [.. Enumerable.Range(0, n).Select(_ => random.NextNormal())];
        var growth = 0.0;
        for (var round = 0; round < skipped + counted; round++)
        {
            var next = new double[n];
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++)
                    next[i] += matrix[i * n + j] * vector[j];
            var norm = Math.Sqrt(Dot(next, next));
            if (norm == 0)
                return 0;
            growth += round < skipped ? 0 : Math.Log(norm);
            for (var i = 0; i < n; i++)
                vector[i] = next[i] / norm;
        }
        return Math.Exp(growth / counted);
    }

    private static double Dot(double[] a, double[] b)
    {
        var sums = Vector256<double>.Zero;
        var i = 0;
        for (; i + Vector256<double>.Count <= a.Length; i += Vector256<double>.Count)
            sums += Vector256.Create(a, i) * Vector256.Create(b, i);
        var sum = Vector256.Sum(sums);
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    // a ← a + factor · b
    private static void AddScaled(double[] a, double[] b, double factor)
    {
        var i = 0;
        for (; i + Vector256<double>.Count <= a.Length; i += Vector256<double>.Count)
            (Vector256.Create(a, i) + Vector256.Create(b, i) * factor).CopyTo(a, i);
        for (; i < a.Length; i++)
            a[i] += b[i] * factor;
    }

    private static long Count(long[] sizes) => sizes.Aggregate(1L, (product, size) => product * size);

    private static long FanOut(long[] sizes) => sizes.Length == 0 ? 1 : sizes[^1];

    private static long FanIn(long[] sizes) => Math.Max(1, Count(sizes) / Math.Max(1, FanOut(sizes)));
}
