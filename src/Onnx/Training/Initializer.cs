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
            elements[i] = (float)Gaussian(random) * deviation;
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
            var row = rows[i] = [.. Enumerable.Range(0, length).Select(_ => Gaussian(random))];
            for (var pass = 0; pass < 2; pass++)
                for (var j = 0; j < i; j++)
                    AddScaled(row, rows[j], -Dot(row, rows[j]));
            AddScaled(row, row, 1 / Math.Sqrt(Dot(row, row)) - 1);
        }
        return rows;
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

    // Box–Muller; 1 - u is never 0.
    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static long Count(long[] sizes) => sizes.Aggregate(1L, (product, size) => product * size);

    private static long FanOut(long[] sizes) => sizes.Length == 0 ? 1 : sizes[^1];

    private static long FanIn(long[] sizes) => Math.Max(1, Count(sizes) / Math.Max(1, FanOut(sizes)));
}
