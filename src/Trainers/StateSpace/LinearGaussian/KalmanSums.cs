namespace MLSeqGraph.Trainers;

/// <summary>The expectations of a step of expectation maximization, summed over steps and sequences.</summary>
internal sealed class KalmanSums(LinearGaussianModel model)
{
    private readonly int _n = model.States, _m = model.Dimensions, _p = model.Inputs;
    // Regressions of the next state, and of the observation, on state and input: Σ r rᵀ, Σ y rᵀ, Σ y yᵀ.
    private readonly Regression _transition = new(model.States, model.States + model.Inputs);
    private readonly Regression _observation = new(model.Dimensions, model.States + model.Inputs);
    private readonly List<(double[] Mean, double[] Covariance)> _first = [];

    internal void Add(KalmanSmoothed smoothed)
    {
        var (x, inputs) = (smoothed.Filtered.Observations, smoothed.Filtered.Inputs);
        _first.Add((smoothed.MeanArray[0], smoothed.CovarianceArray[0]));
        for (var step = 0; step < x.Steps; step++)
        {
            var input = model.InputAt(inputs, step);
            var (mean, covariance) = (smoothed.MeanArray[step], smoothed.CovarianceArray[step]);
            var square = DenseMatrix.Sum(covariance, Outer(mean, mean));
            if (step > 0)
                _transition.Add(Beside(smoothed.MeanArray[step - 1], DenseMatrix.Sum(smoothed.CovarianceArray[step - 1],
                        Outer(smoothed.MeanArray[step - 1], smoothed.MeanArray[step - 1])), input),
                    Join(DenseMatrix.Sum(smoothed.CrossArray[step - 1], Outer(mean, smoothed.MeanArray[step - 1])), Outer(mean, input), _n),
                    square);
            AddObservation(x.At(step).ToArray(), mean, square, input);
        }
    }

    internal LinearGaussianModel Maximize(LinearGaussianOptions options)
    {
        bool Learns(LinearGaussianParts part) => options.Learned.HasFlag(part);
        var (f, b, q) = Fit(_transition, model.F, model.B, model.Q, Learns(LinearGaussianParts.Transition),
            false, Learns(LinearGaussianParts.TransitionCovariance), options.IndependentNoise);
        var (h, d, r) = Fit(_observation, model.H, model.D, model.R, Learns(LinearGaussianParts.Observation),
            Learns(LinearGaussianParts.InputFeedthrough), Learns(LinearGaussianParts.ObservationCovariance), options.IndependentNoise);
        var (mean, covariance) = (model.Mean, model.Covariance);
        if (Learns(LinearGaussianParts.Initial))
        {
            (mean, covariance) = (new double[_n], new double[_n * _n]);
            foreach (var first in _first)
                VectorMath.AddScaled(1.0 / _first.Count, first.Mean, mean);
            foreach (var first in _first)
            {
                var away = DenseMatrix.Sum(first.Mean, mean, -1);
                VectorMath.AddScaled(1.0 / _first.Count, DenseMatrix.Sum(first.Covariance, Outer(away, away)), covariance);
            }
        }
        return new(f, h, q, r, mean, covariance, b, d);
    }

    // The observation given the state: what is seen, and the distribution of the rest given both.
    private void AddObservation(double[] x, double[] mean, double[] square, double[] input)
    {
        var seen = KalmanFilter.Seen(x);
        if (seen.Length == 0)
            return;
        // E[x | z] = C z + e with covariance W: of what is seen x itself
        var (c, e, w) = (new double[_m * _n], new double[_m], new double[_m * _m]);
        foreach (var i in seen)
            e[i] = x[i];
        int[] missing = [.. Enumerable.Range(0, _m).Except(seen)];
        if (missing.Length > 0)
            Complete(seen, missing, e, c, w, DenseMatrix.Product(model.D, input, _m, _p, 1));
        var xz = DenseMatrix.Sum(DenseMatrix.Product(c, square, _m, _n, _n), Outer(e, mean));
        var expected = DenseMatrix.Sum(DenseMatrix.Product(c, mean, _m, _n, 1), e);
        var cross = Outer(DenseMatrix.Product(c, mean, _m, _n, 1), e);
        var xx = DenseMatrix.Sum(DenseMatrix.Sum(DenseMatrix.Sandwich(c, square, _m, _n), w), Outer(e, e));
        xx = DenseMatrix.Sum(DenseMatrix.Sum(xx, cross), DenseMatrix.Transposed(cross, _m, _m));
        _observation.Add(Beside(mean, square, input), Join(xz, Outer(expected, input), _m), xx);
    }

    private void Complete(int[] seen, int[] missing, double[] e, double[] c, double[] w, double[] direct)
    {
        var s = seen.Length;
        var spread = new double[s * s];
        for (var i = 0; i < s; i++)
            for (var j = 0; j < s; j++)
                spread[i * s + j] = model.R[seen[i] * _m + seen[j]];
        foreach (var i in missing)
        {
            // weights of the seen components' noise
            var weights = KalmanSmoother.Divided([.. seen.Select(j => model.R[i * _m + j])], spread, s);
            model.H.AsSpan(i * _n, _n).CopyTo(c.AsSpan(i * _n));
            e[i] = direct[i];
            for (var j = 0; j < s; j++)
            {
                VectorMath.AddScaled(-weights[j], model.H.AsSpan(seen[j] * _n, _n), c.AsSpan(i * _n, _n));
                e[i] += weights[j] * (e[seen[j]] - direct[seen[j]]);
            }
            foreach (var k in missing)
                w[i * _m + k] = model.R[i * _m + k] - seen.Select((j, at) => weights[at] * model.R[j * _m + k]).Sum();
        }
    }

    private (double[] Weights, double[] InputWeights, double[] Noise) Fit(Regression sums, double[] weights, double[] inputWeights,
        double[] noise, bool learnsWeights, bool learnsInputWeights, bool learnsNoise, bool isIndependent)
    {
        if (sums.Count == 0)
            return (weights, inputWeights, noise);
        var (rows, size) = (weights.Length / _n, _n + _p);
        if (learnsInputWeights && !learnsWeights && _p > 0)
        {
            // Σ (y - A z) uᵀ (Σ u uᵀ)⁻¹
            double[] withInput = Part(sums.Products, rows, size, _n, _p), ofStates = Part(sums.Squares[..(_n * size)], _n, size, _n, _p);
            inputWeights = KalmanSmoother.Divided(DenseMatrix.Sum(withInput, DenseMatrix.Product(weights, ofStates, rows, _n, _p), -1),
                Part(sums.Squares[(_n * size)..], _p, size, _n, _p), _p);
        }
        var all = Join(weights, inputWeights, rows);
        if (learnsWeights)
            all = KalmanSmoother.Divided(sums.Products, sums.Squares, size);
        if (learnsNoise)
        {
            // Σ (y - A r)(y - A r)ᵀ / count
            var cross = DenseMatrix.ProductTransposed(sums.Products, all, rows, size, rows);
            noise = DenseMatrix.Sum(DenseMatrix.Sum(sums.Outputs, cross, -1), DenseMatrix.Transposed(cross, rows, rows), -1);
            noise = DenseMatrix.Sum(noise, DenseMatrix.Sandwich(all, sums.Squares, rows, size));
            VectorMath.Scale(1.0 / sums.Count, noise);
            DenseMatrix.Symmetrize(noise, rows);
            for (var i = 0; i < noise.Length && isIndependent; i++)
                noise[i] = i / rows == i % rows ? Math.Max(noise[i], 0) : 0;
            SymmetricEigen.Floor(noise, rows, 0);
        }
        return (Part(all, rows, size, 0, _n), Part(all, rows, size, _n, _p), noise);
    }

    // Some columns of a matrix.
    private static double[] Part(double[] matrix, int rows, int columns, int from, int count) => [.. Enumerable.Range(0, rows)
        .SelectMany(row => matrix.AsSpan(row * columns + from, count).ToArray())];

    // E[r rᵀ] of the regressors r = [state, input]
    private double[] Beside(double[] mean, double[] square, double[] input)
    {
        if (_p == 0)
            return square;
        var upper = Join(square, Outer(mean, input), _n);
        return [.. upper, .. Join(Outer(input, mean), Outer(input, input), _p)];
    }

    private static double[] Join(double[] left, double[] right, int rows)
    {
        var (l, r) = (left.Length / rows, right.Length / rows);
        return r == 0 ? left : [.. Enumerable.Range(0, rows).SelectMany(row => left.AsSpan(row * l, l).ToArray()
            .Concat(right.AsSpan(row * r, r).ToArray()))];
    }

    private static double[] Outer(double[] a, double[] b) => DenseMatrix.Product(a, b, a.Length, 1, b.Length);

    private sealed class Regression(int outputs, int regressors)
    {
        internal int Count { get; private set; }

        internal double[] Squares { get; } = new double[regressors * regressors];

        internal double[] Products { get; } = new double[outputs * regressors];

        internal double[] Outputs { get; } = new double[outputs * outputs];

        internal void Add(double[] squares, double[] products, double[] outputs)
        {
            Count++;
            VectorMath.AddScaled(1, squares, Squares);
            VectorMath.AddScaled(1, products, Products);
            VectorMath.AddScaled(1, outputs, Outputs);
        }
    }
}
