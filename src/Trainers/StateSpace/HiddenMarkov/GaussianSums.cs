namespace MLSeqGraph.Trainers;

/// <summary>
/// Sums of weighted Gaussian observations, around the means before, which keeps digits where data is far from 0.
/// </summary>
internal sealed class GaussianSums(GaussianEmission before) : HiddenMarkovSums
{
    private readonly int _n = before.Dimensions;
    private readonly double[] _weights = new double[before.States];
    private readonly double[] _sums = new double[before.States * before.Dimensions];
    private readonly double[] _products = new double[before.States * before.MatrixSize];

    internal override void Add(ObservedSequence x, ReadOnlySpan<double> posterior)
    {
        var (states, difference) = (before.States, new double[_n]);
        for (var step = 0; step < x.Steps; step++)
            for (var state = 0; state < states; state++)
            {
                var weight = posterior[step * states + state];
                if (weight == 0)
                    continue;
                ReadOnlySpan<double> values = x.At(step), mean = before.MeanOf(state);
                for (var d = 0; d < _n; d++)
                    difference[d] = values[d] - mean[d];
                _weights[state] += weight;
                VectorMath.AddScaled(weight, difference, _sums.AsSpan(state * _n, _n));
                var products = _products.AsSpan(state * before.MatrixSize, before.MatrixSize);
                for (var d = 0; d < _n; d++)
                    if (before.Kind == CovarianceKind.Diagonal)
                        products[d] += weight * difference[d] * difference[d];
                    else
                        VectorMath.AddScaled(weight * difference[d], difference, products.Slice(d * _n, _n));
            }
    }

    internal override HiddenMarkovEmission Maximize(double pseudoCount, double leastVariance)
    {
        var (states, size) = (before.States, before.MatrixSize);
        var (means, covariances) = (new double[states * _n], new double[before.Matrices * size]);
        var total = 0.0;
        for (var state = 0; state < states; state++)
        {
            before.MeanOf(state).CopyTo(means.AsSpan(state * _n));
            var weight = _weights[state];
            var covariance = before.Kind == CovarianceKind.Tied ? covariances : covariances.AsSpan(state * size, size);
            // A state that nobody visits keeps what it has.
            if (!(weight > double.Epsilon * 1e20))
            {
                if (before.Kind != CovarianceKind.Tied)
                    before.CovarianceOf(state).CopyTo(covariance);
                continue;
            }
            double[] move = [.. _sums.Skip(state * _n).Take(_n).Select(sum => sum / weight)];
            VectorMath.AddScaled(1, move, means.AsSpan(state * _n, _n));
            total += weight;
            var products = _products.AsSpan(state * size, size);
            var share = before.Kind == CovarianceKind.Tied ? 1 : 1 / weight;
            for (var i = 0; i < size; i++)
            {
                var (row, column) = before.Kind == CovarianceKind.Diagonal ? (i, i) : (i / _n, i % _n);
                covariance[i] += share * (products[i] - weight * move[row] * move[column]);
            }
        }
        if (before.Kind == CovarianceKind.Tied && total > 0)
            VectorMath.Scale(1 / total, covariances);
        else if (before.Kind == CovarianceKind.Tied)
            before.CovarianceOf(0).CopyTo(covariances);
        for (var matrix = 0; matrix < before.Matrices; matrix++)
            Floor(covariances.AsSpan(matrix * size, size), leastVariance);
        return new GaussianEmission(means, covariances, states, before.Kind);
    }

    private void Floor(Span<double> covariance, double least)
    {
        if (before.Kind != CovarianceKind.Diagonal)
        {
            DenseMatrix.Symmetrize(covariance, _n);
            if (least > 0)
                SymmetricEigen.Floor(covariance, _n, least);
        }
        else
            for (var d = 0; d < _n; d++)
                covariance[d] = Math.Max(covariance[d], least);
    }
}
