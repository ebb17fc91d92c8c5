namespace MLSeqGraph.Trainers;

/// <summary>The Kalman filter (Kalman 1960), with the update of Joseph, which keeps covariances positive.</summary>
internal static class KalmanFilter
{
    internal static KalmanFiltered Run(LinearGaussianModel model, ObservedSequence x, ObservedSequence? inputs)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Dimensions != model.Dimensions)
            throw new ArgumentException($"The sequence has steps of {x.Dimensions} numbers (0 for symbols); the model observes "
                + $"{model.Dimensions}.", nameof(x));
        model.CheckInputs(inputs, x.Steps);
        var result = new KalmanFiltered(x, inputs);
        double[] mean = model.Mean, covariance = model.Covariance;
        for (var step = 0; step < x.Steps; step++)
        {
            var input = model.InputAt(inputs, step);
            if (step > 0)
                (mean, covariance) = Predict(model, mean, covariance, input);
            result.PredictedMeanList.Add(mean);
            result.PredictedCovarianceList.Add(covariance);
            (mean, covariance, var logDensity) = Update(model, mean, covariance, x.At(step), input, step);
            result.FilteredMeanList.Add(mean);
            result.FilteredCovarianceList.Add(covariance);
            result.LogLikelihood += logDensity;
        }
        return result;
    }

    /// <summary>F z + B u.</summary>
    internal static double[] Moved(LinearGaussianModel model, double[] z, double[] input) => DenseMatrix.Sum(
        DenseMatrix.Product(model.F, z, model.States, model.States, 1),
        DenseMatrix.Product(model.B, input, model.States, model.Inputs, 1));

    /// <summary>H z + D u.</summary>
    internal static double[] Observed(LinearGaussianModel model, double[] z, double[] input) => DenseMatrix.Sum(
        DenseMatrix.Product(model.H, z, model.Dimensions, model.States, 1),
        DenseMatrix.Product(model.D, input, model.Dimensions, model.Inputs, 1));

    internal static (double[] Mean, double[] Covariance) Predict(LinearGaussianModel model, double[] mean, double[] covariance,
        double[] input) =>
        (Moved(model, mean, input), DenseMatrix.Sum(DenseMatrix.Sandwich(model.F, covariance, model.States, model.States), model.Q));

    // From the components that are seen; the step alone tells nothing where none is.
    private static (double[] Mean, double[] Covariance, double LogDensity) Update(LinearGaussianModel model, double[] mean,
        double[] covariance, ReadOnlySpan<double> x, double[] input, int step)
    {
        var (n, seen) = (model.States, Seen(x));
        if (seen.Length == 0)
            return (mean, covariance, 0);
        var expected = Observed(model, mean, input);
        var m = seen.Length;
        var (h, r, surprise) = (new double[m * n], new double[m * m], new double[m]);
        for (var i = 0; i < m; i++)
        {
            model.H.AsSpan(seen[i] * n, n).CopyTo(h.AsSpan(i * n));
            surprise[i] = x[seen[i]] - expected[seen[i]];
            for (var j = 0; j < m; j++)
                r[i * m + j] = model.R[seen[i] * model.Dimensions + seen[j]];
        }
        var spread = DenseMatrix.Sum(DenseMatrix.Sandwich(h, covariance, m, n), r);
        var lower = DenseMatrix.Cholesky(spread, m) ?? throw new InvalidDataException($"Step {step}: the covariance of the observation is "
            + "singular. Give the observation covariance (R) more variance, or leave out dimensions that follow from others.");
        var gain = DenseMatrix.SolveRows(lower, DenseMatrix.ProductTransposed(covariance, h, n, n, m), m);        // [states, seen]
        var next = DenseMatrix.Sum(mean, DenseMatrix.Product(gain, surprise, n, m, 1));
        var kept = DenseMatrix.Sum(DenseMatrix.Identity(n), DenseMatrix.Product(gain, h, n, m, n), -1);
        var updated = DenseMatrix.Sum(DenseMatrix.Sandwich(kept, covariance, n, n), DenseMatrix.Sandwich(gain, r, n, m));
        DenseMatrix.SolveLower(lower, surprise);
        var logDensity = -(m * Math.Log(2 * Math.PI) + DenseMatrix.LogDeterminant(lower, m) + VectorMath.Dot(surprise, surprise)) / 2;
        return (next, updated, logDensity);
    }

    internal static int[] Seen(ReadOnlySpan<double> x)
    {
        var seen = new List<int>();
        for (var d = 0; d < x.Length; d++)
            if (!double.IsNaN(x[d]))
                seen.Add(d);
        return [.. seen];
    }
}
