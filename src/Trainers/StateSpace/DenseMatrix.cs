namespace MLSeqGraph.Trainers;

/// <summary>Small dense matrices, row after row in arrays of doubles.</summary>
internal static class DenseMatrix
{
    /// <summary>A B, [n, m] by [m, k].</summary>
    internal static double[] Product(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n, int m, int k)
    {
        var c = new double[n * k];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < m; j++)
                if (a[i * m + j] is var factor && factor != 0)
                    VectorMath.AddScaled(factor, b.Slice(j * k, k), c.AsSpan(i * k, k));
        return c;
    }

    /// <summary>A Bᵀ, [n, m] by [k, m].</summary>
    internal static double[] ProductTransposed(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n, int m, int k)
    {
        var c = new double[n * k];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < k; j++)
                c[i * k + j] = VectorMath.Dot(a.Slice(i * m, m), b.Slice(j * m, m));
        return c;
    }

    /// <summary>A B Aᵀ with B symmetric, [n, m] by [m, m]; symmetric to the last bit.</summary>
    internal static double[] Sandwich(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n, int m)
    {
        var result = ProductTransposed(Product(a, b, n, m, m), a, n, m, n);
        Symmetrize(result, n);
        return result;
    }

    internal static double[] Transposed(ReadOnlySpan<double> a, int n, int m)
    {
        var result = new double[n * m];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < m; j++)
                result[j * n + i] = a[i * m + j];
        return result;
    }

    internal static double[] Sum(ReadOnlySpan<double> a, ReadOnlySpan<double> b, double factor = 1)
    {
        var result = a.ToArray();
        VectorMath.AddScaled(factor, b, result);
        return result;
    }

    internal static double[] Identity(int n, double factor = 1)
    {
        var result = new double[n * n];
        for (var i = 0; i < n; i++)
            result[i * n + i] = factor;
        return result;
    }

    internal static void Symmetrize(Span<double> a, int n)
    {
        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++)
                a[i * n + j] = a[j * n + i] = (a[i * n + j] + a[j * n + i]) / 2;
    }

    /// <summary>The lower triangular L with A = L Lᵀ; null where A isn't positive definite.</summary>
    internal static double[]? Cholesky(ReadOnlySpan<double> a, int n)
    {
        var l = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
            {
                var rest = a[i * n + j] - VectorMath.Dot(l.AsSpan(i * n, j), l.AsSpan(j * n, j));
                if (i != j)
                    l[i * n + j] = rest / l[j * n + j];
                else if (rest > 0 && double.IsFinite(rest))
                    l[i * n + i] = Math.Sqrt(rest);
                else
                    return null;
            }
        return l;
    }

    /// <summary>log |A| of A = L Lᵀ.</summary>
    internal static double LogDeterminant(ReadOnlySpan<double> l, int n)
    {
        var sum = 0.0;
        for (var i = 0; i < n; i++)
            sum += Math.Log(l[i * n + i]);
        return 2 * sum;
    }

    /// <summary>L⁻¹ b in place, for one vector.</summary>
    internal static void SolveLower(ReadOnlySpan<double> l, Span<double> b)
    {
        var n = b.Length;
        for (var i = 0; i < n; i++)
            b[i] = (b[i] - VectorMath.Dot(l.Slice(i * n, i), b[..i])) / l[i * n + i];
    }

    /// <summary>L⁻ᵀ b in place, for one vector.</summary>
    internal static void SolveUpper(ReadOnlySpan<double> l, Span<double> b)
    {
        var n = b.Length;
        for (var i = n - 1; i >= 0; i--)
        {
            b[i] /= l[i * n + i];
            VectorMath.AddScaled(-b[i], l.Slice(i * n, i), b[..i]);
        }
    }

    /// <summary>A⁻¹ b for each row b of B [rows, n], with A = L Lᵀ.</summary>
    internal static double[] SolveRows(ReadOnlySpan<double> l, ReadOnlySpan<double> b, int n)
    {
        var result = b.ToArray();
        for (var row = 0; row < b.Length / Math.Max(n, 1); row++)
        {
            SolveLower(l, result.AsSpan(row * n, n));
            SolveUpper(l, result.AsSpan(row * n, n));
        }
        return result;
    }

    /// <summary>L⁻¹, lower triangular.</summary>
    internal static double[] InverseLower(ReadOnlySpan<double> l, int n)
    {
        var columns = Identity(n);
        for (var i = 0; i < n; i++)
            SolveLower(l, columns.AsSpan(i * n, n));
        return Transposed(columns, n, n);
    }
}
