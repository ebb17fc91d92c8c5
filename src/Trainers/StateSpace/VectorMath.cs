using System.Numerics;
using System.Runtime.InteropServices;

namespace MLSeqGraph.Trainers;

/// <summary>Loops over doubles, several at a time.</summary>
internal static class VectorMath
{
    /// <summary>y += a x.</summary>
    internal static void AddScaled(double a, ReadOnlySpan<double> x, Span<double> y)
    {
        var from = MemoryMarshal.Cast<double, Vector<double>>(x);
        var to = MemoryMarshal.Cast<double, Vector<double>>(y);
        Vector<double> factor = new(a);
        for (var i = 0; i < from.Length; i++)
            to[i] += factor * from[i];
        for (var i = from.Length * Vector<double>.Count; i < x.Length; i++)
            y[i] += a * x[i];
    }

    /// <summary>Σ x y.</summary>
    internal static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var left = MemoryMarshal.Cast<double, Vector<double>>(x);
        var right = MemoryMarshal.Cast<double, Vector<double>>(y);
        var sums = Vector<double>.Zero;
        for (var i = 0; i < left.Length; i++)
            sums += left[i] * right[i];
        var sum = Vector.Sum(sums);
        for (var i = left.Length * Vector<double>.Count; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    /// <summary>x *= a.</summary>
    internal static void Scale(double a, Span<double> x)
    {
        var all = MemoryMarshal.Cast<double, Vector<double>>(x);
        for (var i = 0; i < all.Length; i++)
            all[i] *= a;
        for (var i = all.Length * Vector<double>.Count; i < x.Length; i++)
            x[i] *= a;
    }

    /// <summary>Σ x.</summary>
    internal static double Sum(ReadOnlySpan<double> x)
    {
        var sums = Vector<double>.Zero;
        var all = MemoryMarshal.Cast<double, Vector<double>>(x);
        for (var i = 0; i < all.Length; i++)
            sums += all[i];
        var sum = Vector.Sum(sums);
        for (var i = all.Length * Vector<double>.Count; i < x.Length; i++)
            sum += x[i];
        return sum;
    }

    /// <summary>log Σ exp(x); -∞ where all are.</summary>
    internal static double LogSumExp(ReadOnlySpan<double> x)
    {
        var most = Max(x);
        if (double.IsNegativeInfinity(most))
            return most;
        var sum = 0.0;
        foreach (var each in x)
            sum += Math.Exp(each - most);
        return most + Math.Log(sum);
    }

    internal static double Max(ReadOnlySpan<double> x)
    {
        var most = double.NegativeInfinity;
        foreach (var each in x)
            most = Math.Max(most, each);
        return most;
    }

    /// <summary>Scales non-negative numbers to a sum of 1; leaves them where they are all 0.</summary>
    /// <returns>Whether there was something to scale.</returns>
    internal static bool Normalize(Span<double> x)
    {
        var sum = Sum(x);
        if (!(sum > 0))
            return false;
        for (var i = 0; i < x.Length; i++)
            x[i] /= sum;
        return true;
    }

    /// <summary>A number from 0 with these probabilities.</summary>
    internal static int Draw(ReadOnlySpan<double> probabilities, Random random)
    {
        var left = random.NextDouble() * Sum(probabilities);
        var last = 0;
        for (var i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] <= 0)
                continue;
            last = i;
            left -= probabilities[i];
            if (left < 0)
                break;
        }
        return last;
    }

    /// <summary>Rows of a rectangular array one after another.</summary>
    internal static double[] Flat(double[,] matrix) => [.. matrix.Cast<double>()];

    /// <summary>The same as a rectangular array.</summary>
    internal static double[,] Square(ReadOnlySpan<double> flat, int rows, int columns)
    {
        var result = new double[rows, columns];
        flat.CopyTo(MemoryMarshal.CreateSpan(ref result[0, 0], rows * columns));
        return result;
    }
}
