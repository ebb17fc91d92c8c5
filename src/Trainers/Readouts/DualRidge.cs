namespace MLSeqGraph.Trainers;

/// <summary>
/// Ridge regression by inner products of rows: with standardized features Z and centered targets Y, W = Zᵀ (Z Zᵀ + λ)⁻¹ Y. The
/// error of a row that is left out is A[i] / G[i, i], where G = (Z Zᵀ + λ)⁻¹ and A = G Y.
/// </summary>
/// <param name="x">Features of the rows.</param>
/// <param name="y">Targets of the rows.</param>
/// <param name="weights">How much each row counts.</param>
internal sealed class DualRidge(IReadOnlyList<float[]> x, IReadOnlyList<double[]> y, IReadOnlyList<double> weights)
{
    // With more rows the ridge is chosen on some of them: the work grows with the cube.
    private const int MostCompared = 1_000;

    // Of the mean of the inner products' diagonal.
    private static readonly double[] Shares = [.. Enumerable.Range(0, 12).Select(i => Math.Pow(10, 1.5 - 0.75 * i))];

    private readonly int _rows = x.Count, _features = x[0].Length, _outputs = y[0].Length;

    /// <summary>Solves the equations.</summary>
    /// <param name="given">The ridge; null to choose it.</param>
    /// <exception cref="InvalidDataException">No ridge makes them solvable.</exception>
    internal RidgeSolution Solve(double? given)
    {
        var (mean, scale) = Moments();
        var rows = Standardized(mean, scale);
        var (offset, targets) = Centered();
        var products = Products(rows, _rows);
        var diagonal = Enumerable.Range(0, _rows).Average(i => products[i * _rows + i]);
        if (!(diagonal > 0))
            diagonal = 1;
        AddConstant(products, diagonal);
        var ridge = given ?? Choose(products, targets, diagonal);
        var lower = Factor(products, _rows, ridge) ?? throw Unsolvable();
        var (dual, heldOut) = LeftOut(lower, targets, _rows, offset);
        var (weight, bias) = (new float[_features * _outputs], new float[_outputs]);
        for (var output = 0; output < _outputs; output++)
        {
            var sum = new double[_features];
            for (var row = 0; row < _rows; row++)
                VectorMath.AddScaled(dual[output * _rows + row], rows[row], sum);
            var shift = offset[output];
            for (var i = 0; i < _features; i++)
            {
                weight[i * _outputs + output] = (float)(sum[i] / scale[i]);
                shift -= sum[i] / scale[i] * mean[i];
            }
            bias[output] = (float)shift;
        }
        return Array.TrueForAll(weight, float.IsFinite) ? new(weight, bias, ridge, heldOut) : throw Unsolvable();
    }

    // The ridge of the least squared error of rows that are left out.
    private double Choose(double[] products, double[] targets, double diagonal)
    {
        var rows = Math.Min(_rows, MostCompared);
        var some = products;
        double[] compared = targets;
        if (rows < _rows)
        {
            // Evenly spread over all rows.
            int[] chosen = [.. Enumerable.Range(0, rows).Select(i => (int)((long)i * _rows / rows))];
            some = [.. from i in chosen from j in chosen select products[i * _rows + j]];
            compared = [.. from output in Enumerable.Range(0, _outputs) from i in chosen select targets[output * _rows + i]];
        }
        var best = (Error: double.PositiveInfinity, Ridge: double.NaN);
        foreach (var share in Shares)
            if (Factor(some, rows, share * diagonal) is { } lower && Error(lower, compared, rows) is var error && error < best.Error)
                best = (error, share * diagonal);
        // Inner products of more rows are as much larger than the ridge.
        return double.IsNaN(best.Ridge) ? throw Unsolvable() : best.Ridge * _rows / rows;
    }

    private static InvalidDataException Unsolvable() => new("The output layer's equations can't be solved: features are the same up to "
        + "rounding, or not finite; give a larger ridge.");

    private double Error(double[] lower, double[] targets, int rows)
    {
        var (dual, diagonal) = (DenseMatrix.SolveRows(lower, targets, rows), InverseDiagonal(lower, rows));
        var sum = 0.0;
        for (var i = 0; i < dual.Length; i++)
            sum += dual[i] / diagonal[i % rows] * (dual[i] / diagonal[i % rows]);
        return sum;
    }

    private (double[] Dual, double[][] HeldOut) LeftOut(double[] lower, double[] targets, int rows, double[] offset)
    {
        var (dual, diagonal) = (DenseMatrix.SolveRows(lower, targets, rows), InverseDiagonal(lower, rows));
        return (dual, [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, _outputs).Select(output => offset[output]
            + (targets[output * rows + row] - dual[output * rows + row] / diagonal[row]) / Math.Sqrt(weights[row])).ToArray())]);
    }

    private static double[]? Factor(double[] products, int rows, double ridge)
    {
        var matrix = (double[])products.Clone();
        for (var i = 0; i < rows; i++)
            matrix[i * rows + i] += ridge;
        return DenseMatrix.Cholesky(matrix, rows);
    }

    // (L Lᵀ)⁻¹[j, j] = Σ z², where L z = e[j]; z is 0 before j.
    private static double[] InverseDiagonal(double[] lower, int rows)
    {
        var (diagonal, z) = (new double[rows], new double[rows]);
        for (var j = 0; j < rows; j++)
        {
            z[j] = 1 / lower[j * rows + j];
            for (var i = j + 1; i < rows; i++)
                z[i] = -VectorMath.Dot(lower.AsSpan(i * rows + j, i - j), z.AsSpan(j, i - j)) / lower[i * rows + i];
            diagonal[j] = VectorMath.Dot(z.AsSpan(j), z.AsSpan(j));
        }
        return diagonal;
    }

    private (double[] Mean, double[] Scale) Moments()
    {
        var (mean, squares, total) = (new double[_features], new double[_features], weights.Sum());
        for (var row = 0; row < _rows; row++)
            for (var i = 0; i < _features; i++)
                mean[i] += weights[row] / total * x[row][i];
        for (var row = 0; row < _rows; row++)
            for (var i = 0; i < _features; i++)
                squares[i] += weights[row] / total * (x[row][i] - mean[i]) * (x[row][i] - mean[i]);
        // A feature that is the same in all rows, but for the rounding of Single, tells nothing.
        return (mean, [.. squares.Select((square, i) => Math.Sqrt(square) is var deviation && deviation > 1e-6 * Math.Abs(mean[i])
            ? deviation : double.PositiveInfinity)]);
    }

    private double[][] Standardized(double[] mean, double[] scale)
    {
        var rows = new double[_rows][];
        for (var row = 0; row < _rows; row++)
        {
            var root = Math.Sqrt(weights[row]);
            rows[row] = new double[_features];
            for (var i = 0; i < _features; i++)
                rows[row][i] = (x[row][i] - mean[i]) / scale[i] * root;
        }
        return rows;
    }

    // Targets [outputs, rows] less their means, each times the root of its row's weight.
    private (double[] Offset, double[] Targets) Centered()
    {
        var (offset, targets, total) = (new double[_outputs], new double[_outputs * _rows], weights.Sum());
        for (var output = 0; output < _outputs; output++)
        {
            for (var row = 0; row < _rows; row++)
                offset[output] += weights[row] / total * y[row][output];
            for (var row = 0; row < _rows; row++)
                targets[output * _rows + row] = Math.Sqrt(weights[row]) * (y[row][output] - offset[output]);
        }
        return (offset, targets);
    }

    // The constant is a feature that the ridge doesn't shrink: without it, leaving out a row would seem to change next to nothing.
    private void AddConstant(double[] products, double diagonal)
    {
        double[] roots = [.. weights.Select(Math.Sqrt)];
        var large = 1e3 * diagonal / weights.Average();
        for (var i = 0; i < _rows; i++)
            VectorMath.AddScaled(large * roots[i], roots, products.AsSpan(i * _rows, _rows));
    }

    // Stretches of features that fit into the cache, for some rows at once.
    private static double[] Products(double[][] rows, int count)
    {
        const int stretch = 1024, block = 16;
        var products = new double[count * count];
        for (var from = 0; from < rows[0].Length; from += stretch)
        {
            var length = Math.Min(stretch, rows[0].Length - from);
            for (var block1 = 0; block1 < count; block1 += block)
                for (var block2 = 0; block2 <= block1; block2 += block)
                    for (var i = block1; i < Math.Min(block1 + block, count); i++)
                        for (var j = block2; j <= Math.Min(block2 + block - 1, i); j++)
                            products[i * count + j] += VectorMath.Dot(rows[i].AsSpan(from, length), rows[j].AsSpan(from, length));
        }
        for (var i = 0; i < count; i++)
            for (var j = 0; j < i; j++)
                products[j * count + i] = products[i * count + j];
        return products;
    }
}
