namespace MLSeqGraph.Trainers;

/// <summary>Eigenvalues and vectors of small symmetric matrices, by Jacobi's rotations.</summary>
internal static class SymmetricEigen
{
    private const int MostSweeps = 60;

    /// <returns>The eigenvalues [n], and the eigenvectors in the rows [n, n].</returns>
    internal static (double[] Values, double[] Vectors) Of(ReadOnlySpan<double> matrix, int n)
    {
        var a = matrix.ToArray();
        var vectors = DenseMatrix.Identity(n);
        for (var sweep = 0; sweep < MostSweeps && !IsDiagonal(a, n); sweep++)
            for (var p = 0; p < n; p++)
                for (var q = p + 1; q < n; q++)
                    Rotate(a, vectors, n, p, q);
        return ([.. Enumerable.Range(0, n).Select(i => a[i * n + i])], vectors);
    }

    /// <summary>The nearest symmetric matrix whose eigenvalues are at least so much: maximizes a Gaussian's likelihood under that
    /// bound.</summary>
    internal static void Floor(Span<double> matrix, int n, double least)
    {
        var (values, vectors) = Of(matrix, n);
        if (values.All(value => value >= least))
            return;
        matrix.Clear();
        for (var k = 0; k < n; k++)
            for (var i = 0; i < n; i++)
                VectorMath.AddScaled(Math.Max(values[k], least) * vectors[k * n + i], vectors.AsSpan(k * n, n), matrix.Slice(i * n, n));
        DenseMatrix.Symmetrize(matrix, n);
    }

    private static bool IsDiagonal(double[] a, int n)
    {
        double off = 0, on = 0;
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                if (i == j)
                    on += a[i * n + j] * a[i * n + j];
                else
                    off += a[i * n + j] * a[i * n + j];
        return off <= 1e-28 * on;
    }

    private static void Rotate(double[] a, double[] vectors, int n, int p, int q)
    {
        if (a[p * n + q] == 0)
            return;
        var theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
        var t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        var c = 1 / Math.Sqrt(t * t + 1);
        var s = t * c;
        for (var k = 0; k < n; k++)
            (a[k * n + p], a[k * n + q]) = (c * a[k * n + p] - s * a[k * n + q], s * a[k * n + p] + c * a[k * n + q]);
        for (var k = 0; k < n; k++)
        {
            (a[p * n + k], a[q * n + k]) = (c * a[p * n + k] - s * a[q * n + k], s * a[p * n + k] + c * a[q * n + k]);
            (vectors[p * n + k], vectors[q * n + k]) =
                (c * vectors[p * n + k] - s * vectors[q * n + k], s * vectors[p * n + k] + c * vectors[q * n + k]);
        }
    }
}
