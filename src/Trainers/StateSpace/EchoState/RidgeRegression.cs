namespace MLSeqGraph.Trainers;

/// <summary>
/// Ridge regression in closed form from normal equations, to which rows are added one after another; the ridge is chosen by generalized
/// cross-validation (Golub, Heath and Wahba 1979).
/// </summary>
internal sealed class RidgeRegression(int features, int outputs)
{
    private const int Block = 64;

    private static readonly double[] Shares = [.. Enumerable.Range(0, 9).Select(i => Math.Pow(10, 2 - 2 * i))];

    // The last feature is the constant 1, which isn't shrunk.
    private readonly int _size = features + 1;
    private readonly double[] _squares = new double[(features + 1) * (features + 1)], _products = new double[outputs * (features + 1)];
    private readonly double[] _block = new double[Block * (features + 1)];
    private readonly double[] _outputs = new double[outputs];
    private int _filled;

    /// <summary>Rows added.</summary>
    internal long Rows { get; private set; }

    /// <summary>Adds a row, which counts as much as its weight says.</summary>
    internal void Add(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double weight = 1)
    {
        var row = _block.AsSpan(_filled * _size, _size);
        x.CopyTo(row);
        row[^1] = 1;
        var root = Math.Sqrt(weight);
        if (root != 1)
            VectorMath.Scale(root, row);
        for (var output = 0; output < outputs; output++)
        {
            VectorMath.AddScaled(root * y[output], row, _products.AsSpan(output * _size, _size));
            _outputs[output] += weight * y[output] * y[output];
        }
        Rows++;
        if (++_filled == Block)
            Flush();
    }

    /// <summary>The weights [outputs, features + 1], the last of which is added.</summary>
    /// <param name="ridge">Added to the diagonal; null to choose it.</param>
    /// <returns>The weights, the ridge and, where it was chosen, its generalized cross-validation error.</returns>
    /// <exception cref="InvalidDataException">No ridge makes the equations solvable.</exception>
    internal (double[] Weights, double Ridge, double Error) Solve(double? ridge = null)
    {
        Flush();
        var scale = Enumerable.Range(0, features).Sum(i => _squares[i * _size + i]) / features;
        if (!(scale > 0))
            scale = 1;
        (double[] Weights, double Ridge, double Error)? best = null;
        foreach (var candidate in ridge is { } given ? (double[])[given] : [.. Shares.Select(share => share * scale)])
            if (Solve(candidate, wantsError: ridge is null) is { } solved && (best is null || solved.Error < best.Value.Error))
                best = solved;
        return best ?? throw new InvalidDataException("The readout's equations can't be solved: states are the same up to rounding, or not "
            + "finite; give a larger ridge.");
    }

    private (double[] Weights, double Ridge, double Error)? Solve(double ridge, bool wantsError)
    {
        var matrix = (double[])_squares.Clone();
        for (var i = 0; i < features; i++)
            matrix[i * _size + i] += ridge;
        if (DenseMatrix.Cholesky(matrix, _size) is not { } lower)
            return null;
        var weights = DenseMatrix.SolveRows(lower, _products, _size);
        if (weights.Any(weight => !double.IsFinite(weight)))
            return null;
        if (!wantsError)
            return (weights, ridge, 0);
        // Degrees of freedom: tr (A + λ)⁻¹ A = size - λ Σ of the inverse's diagonal.
        var inverse = DenseMatrix.InverseLower(lower, _size);
        var diagonal = new double[_size];
        for (var row = 0; row < _size; row++)
            for (var column = 0; column <= row; column++)
                diagonal[column] += inverse[row * _size + column] * inverse[row * _size + column];
        var freedom = _size - ridge * diagonal[..features].Sum();
        double residual = 0;
        for (var output = 0; output < outputs; output++)
        {
            var weight = weights.AsSpan(output * _size, _size);
            var fitted = DenseMatrix.Product(_squares, weight, _size, _size, 1);
            residual += _outputs[output] - 2 * VectorMath.Dot(weight, _products.AsSpan(output * _size, _size))
                + VectorMath.Dot(weight, fitted);
        }
        var left = 1 - freedom / Rows;
        return left <= 1e-6 ? (weights, ridge, double.MaxValue) : (weights, ridge, Math.Max(residual, 0) / Rows / (left * left));
    }

    private void Flush()
    {
        for (var row = 0; row < _filled; row++)
        {
            var x = _block.AsSpan(row * _size, _size);
            for (var i = 0; i < _size; i++)
                if (x[i] != 0)
                    VectorMath.AddScaled(x[i], x[..(i + 1)], _squares.AsSpan(i * _size, i + 1));
        }
        _filled = 0;
        for (var i = 0; i < _size; i++)
            for (var j = 0; j < i; j++)
                _squares[j * _size + i] = _squares[i * _size + j];
    }
}
