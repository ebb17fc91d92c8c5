namespace MLSeqGraph.Trainers;

/// <summary>Linear dynamical systems of series with a level, a trend and seasons (Harvey 1989), to start fitting from.</summary>
public static class StructuralModels
{
    // Wide enough that the start says nothing, narrow enough for double precision.
    private const double Wide = 1e3;

    /// <summary>
    /// A level that wanders, perhaps with a slope that wanders and seasons that change, each observed with noise: level ← level + slope,
    /// slope ← slope, season ← -Σ of the period - 1 seasons before.
    /// </summary>
    /// <param name="x">The series, of one dimension; its mean and variance set the scale. NaN for missing values.</param>
    /// <param name="hasTrend">Whether there is a slope.</param>
    /// <param name="period">Steps of a season; 0 for none.</param>
    /// <exception cref="ArgumentException">The series has more dimensions or no value, or the period is 1 or negative.</exception>
    public static LinearGaussianModel Of(ObservedSequence x, bool hasTrend = false, int period = 0)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Dimensions != 1)
            throw new ArgumentException($"The series has {x.Dimensions} dimensions; expected 1.", nameof(x));
        if (period is < 0 or 1)
            throw new ArgumentException($"The period is {period}; expected at least 2, or 0 for none.", nameof(period));
        double[] seen = [.. x.ValueArray.Where(double.IsFinite)];
        if (seen.Length == 0)
            throw new ArgumentException("All values of the series are missing.", nameof(x));
        var mean = seen.Average();
        var variance = seen.Average(value => (value - mean) * (value - mean)) is var spread && spread > 0 ? spread : 1;
        var trend = hasTrend ? 1 : 0;
        var n = 1 + trend + Math.Max(0, period - 1);
        var (f, h, q) = (new double[n * n], new double[n], new double[n * n]);
        (f[0], h[0], q[0]) = (1, 1, variance / 10);
        if (hasTrend)
            (f[1], f[n + 1], q[n + 1]) = (1, 1, variance / 1000);
        var season = 1 + trend;
        if (period > 0)
        {
            (h[season], q[season * n + season]) = (1, variance / 100);
            for (var i = season; i < n; i++)
                f[season * n + i] = -1;
            for (var i = season + 1; i < n; i++)
                f[i * n + i - 1] = 1;
        }
        var first = new double[n];
        first[0] = mean;
        return new(f, h, q, [variance / 2], first, DenseMatrix.Identity(n, Wide * variance));
    }

    /// <summary>
    /// States of which everything is to be learned, beside one that is constant and stands for the means. They begin as slow processes that
    /// observe the dimensions in turn.
    /// </summary>
    /// <param name="x">The series; their means and variances set the scale. NaN for missing values.</param>
    /// <param name="states">Number of states beside the constant one, at least 1.</param>
    /// <exception cref="ArgumentException">A dimension has no value.</exception>
    public static LinearGaussianModel General(ObservedSequence x, int states)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfLessThan(states, 1);
        var (n, m) = (states + 1, x.Dimensions);
        var (f, q) = (DenseMatrix.Identity(n), DenseMatrix.Identity(n));
        var (h, r, covariance, mean) = (new double[m * n], new double[m * m], DenseMatrix.Identity(n), new double[n]);
        for (var i = 0; i < states; i++)
            (f[i * n + i], q[i * n + i]) = (0.95 - 0.9 * i / states, 0.2);
        (q[n * n - 1], covariance[n * n - 1], mean[n - 1]) = (0, 0, 1);
        for (var d = 0; d < m; d++)
        {
            double[] seen = [.. Enumerable.Range(0, x.Steps).Select(step => x.ValueArray[step * m + d]).Where(double.IsFinite)];
            if (seen.Length == 0)
                throw new ArgumentException($"All values of dimension {d} are missing.", nameof(x));
            var middle = seen.Average();
            var variance = seen.Average(value => (value - middle) * (value - middle)) is var spread && spread > 0 ? spread : 1;
            (h[d * n + n - 1], r[d * m + d]) = (middle, variance / 2);
            for (var i = 0; i < states; i++)
                h[d * n + i] = Math.Sqrt(variance) * (i % m == d % states || i == d ? 1 : 0.1 / (1 + i + d));
        }
        return new(f, h, q, r, mean, covariance);
    }

    /// <summary>Learns the variances of <see cref="Of"/> alone.</summary>
    public static LinearGaussianOptions Variances { get; } = new()
    {
        Learned = LinearGaussianParts.Noise, IndependentNoise = true, MaximumIterations = 500,
    };
}
