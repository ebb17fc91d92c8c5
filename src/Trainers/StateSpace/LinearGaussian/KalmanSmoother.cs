namespace MLSeqGraph.Trainers;

/// <summary>The smoother of Rauch, Tung and Striebel (1965).</summary>
internal static class KalmanSmoother
{
    internal static KalmanSmoothed Run(LinearGaussianModel model, KalmanFiltered filtered)
    {
        var (n, result) = (model.States, new KalmanSmoothed(filtered));
        for (var step = filtered.FilteredMeans.Count - 2; step >= 0; step--)
        {
            double[] covariance = filtered.FilteredCovariances[step], predicted = filtered.PredictedCovariances[step + 1];
            // J = P Fᵀ P⁻¹ of the next step's prediction
            var gain = Divided(DenseMatrix.ProductTransposed(covariance, model.F, n, n, n), predicted, n);
            result.MeanArray[step] = DenseMatrix.Sum(filtered.FilteredMeans[step], DenseMatrix.Product(gain,
                DenseMatrix.Sum(result.MeanArray[step + 1], filtered.PredictedMeans[step + 1], -1), n, n, 1));
            result.CovarianceArray[step] = DenseMatrix.Sum(covariance, DenseMatrix.Sandwich(gain,
                DenseMatrix.Sum(result.CovarianceArray[step + 1], predicted, -1), n, n));
            result.CrossArray[step] = DenseMatrix.ProductTransposed(result.CovarianceArray[step + 1], gain, n, n, n);
        }
        return result;
    }

    /// <summary>A B⁻¹ for a symmetric B, which may be singular: then with its pseudo-inverse.</summary>
    internal static double[] Divided(double[] a, double[] b, int n)
    {
        if (DenseMatrix.Cholesky(b, n) is { } lower)
            return DenseMatrix.SolveRows(lower, a, n);
        var (values, vectors) = SymmetricEigen.Of(b, n);
        var inverse = new double[n * n];
        for (var k = 0; k < n; k++)
            if (values[k] > 1e-12 * values.Max())
                for (var i = 0; i < n; i++)
                    VectorMath.AddScaled(vectors[k * n + i] / values[k], vectors.AsSpan(k * n, n), inverse.AsSpan(i * n, n));
        return DenseMatrix.Product(a, inverse, a.Length / n, n, n);
    }
}
