using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Which covariances the Gaussian distributions of hidden states have.</summary>
public enum CovarianceKind
{
    /// <summary>A variance for each dimension of each state.</summary>
    Diagonal,

    /// <summary>A whole matrix for each state.</summary>
    Full,

    /// <summary>One whole matrix for all states.</summary>
    Tied,
}

/// <summary>States that emit vectors with a Gaussian distribution each.</summary>
public sealed class GaussianEmission : HiddenMarkovEmission
{
    // Half of the squared distance from which on it is taken as far, deployed: some hundred deviations; and the farthest number.
    private const double Far = 1e5, Farthest = 1e24;

    private readonly double[] _means, _covariances, _inverses, _logFactors;

    /// <param name="means">[states, dimensions].</param>
    /// <param name="covariances">
    /// Diagonal: variances [states · dimensions]. Full: matrices one after another [states · dimensions²]. Tied: one matrix
    /// [dimensions²].
    /// </param>
    /// <param name="kind">Which covariances they are.</param>
    /// <exception cref="ArgumentException">The sizes don't fit, a number isn't finite, or a covariance isn't positive definite.</exception>
    public GaussianEmission(double[,] means, ReadOnlySpan<double> covariances, CovarianceKind kind)
        : this(VectorMath.Flat(means), covariances.ToArray(), means.GetLength(0), kind)
    {
    }

    internal GaussianEmission(double[] means, double[] covariances, int states, CovarianceKind kind) : base(states)
    {
        (_means, _covariances, Dimensions, Kind) = (means, covariances, means.Length / states, kind);
        var size = MatrixSize;
        if (covariances.Length != size * Matrices)
            throw new ArgumentException($"There are {covariances.Length} numbers of {kind} covariances; expected {size * Matrices} for "
                + $"{states} states of {Dimensions} dimensions.");
        if (means.Any(mean => !double.IsFinite(mean)))
            throw new ArgumentException("A mean isn't a finite number.");
        // Diagonal: 1 / σ. Otherwise L⁻¹ with Σ = L Lᵀ.
        _inverses = new double[covariances.Length];
        _logFactors = new double[states];
        for (var matrix = 0; matrix < Matrices; matrix++)
            Prepare(matrix);
    }

    /// <inheritdoc/>
    public override int Dimensions { get; }

    /// <summary>Which covariances they have.</summary>
    public CovarianceKind Kind { get; }

    /// <summary>[states, dimensions].</summary>
    public double[,] Means => VectorMath.Square(_means, States, Dimensions);

    /// <summary>
    /// Diagonal: variances [states · dimensions]. Full: matrices one after another [states · dimensions²]. Tied: one matrix
    /// [dimensions²].
    /// </summary>
    public IReadOnlyList<double> Covariances => _covariances;

    /// <inheritdoc/>
    public override int ParameterCount => States * Dimensions
        + Matrices * (Kind == CovarianceKind.Diagonal ? Dimensions : Dimensions * (Dimensions + 1) / 2);

    internal int MatrixSize => Kind == CovarianceKind.Diagonal ? Dimensions : Dimensions * Dimensions;

    internal int Matrices => Kind == CovarianceKind.Tied ? 1 : States;

    internal ReadOnlySpan<double> MeanOf(int state) => _means.AsSpan(state * Dimensions, Dimensions);

    internal ReadOnlySpan<double> CovarianceOf(int state) =>
        _covariances.AsSpan((Kind == CovarianceKind.Tied ? 0 : state) * MatrixSize, MatrixSize);

    internal override double[] Sample(Random random, int state)
    {
        double[] noise = [.. Enumerable.Range(0, Dimensions).Select(_ => random.NextNormal())];
        var covariance = CovarianceOf(state);
        if (Kind == CovarianceKind.Diagonal)
            for (var d = 0; d < Dimensions; d++)
                noise[d] *= Math.Sqrt(covariance[d]);
        else
            noise = DenseMatrix.Product(DenseMatrix.Cholesky(covariance, Dimensions)!, noise, Dimensions, Dimensions, 1);
        return DenseMatrix.Sum(noise, MeanOf(state));
    }

    internal override void LogDensities(ObservedSequence x, Span<double> logs)
    {
        var (n, difference, scaled) = (Dimensions, new double[Dimensions], new double[Dimensions]);
        for (var step = 0; step < x.Steps; step++)
            for (var state = 0; state < States; state++)
            {
                ReadOnlySpan<double> values = x.At(step), mean = MeanOf(state), inverse = InverseOf(state);
                var distance = 0.0;
                if (Kind == CovarianceKind.Diagonal)
                    for (var d = 0; d < n; d++)
                        distance += Square((values[d] - mean[d]) * inverse[d]);
                else
                {
                    for (var d = 0; d < n; d++)
                        difference[d] = values[d] - mean[d];
                    for (var d = 0; d < n; d++)
                        distance += Square(VectorMath.Dot(inverse.Slice(d * n, d + 1), difference.AsSpan(0, d + 1)));
                }
                logs[step * States + state] = _logFactors[state] - distance / 2;
            }

        static double Square(double number) => number * number;
    }

    internal override HiddenMarkovSums NewSums() => new GaussianSums(this);

    internal override Value Write(Value x)
    {
        var (graph, n) = (x.Graph, Dimensions);
        // Around the middle of the means, so that single precision is enough far from 0.
        double[] middle = [.. Enumerable.Range(0, n).Select(d => Enumerable.Range(0, States).Average(state => MeanOf(state)[d]))];
        var centered = x - graph.Vector(Array.ConvertAll(middle, number => (float)number));                        // [time, batch, n]
        centered = Op.Clip(centered, -Farthest, Farthest);
        var (matrix, shift) = (new float[n * States * n], new float[States * n]);
        for (var state = 0; state < States; state++)
            for (var row = 0; row < n; row++)
                for (var column = 0; column < n; column++)
                {
                    var inverse = Kind == CovarianceKind.Diagonal ? row == column ? InverseOf(state)[row] : 0
                        : InverseOf(state)[row * n + column];
                    matrix[column * States * n + state * n + row] = (float)inverse;
                    shift[state * n + row] += (float)(inverse * (MeanOf(state)[column] - middle[column]));
                }
        var whitened = Op.MatMul(centered, graph.Constant(TensorData.Create(matrix, n, States * n))) - graph.Vector(shift);
        whitened = Op.Reshape(Op.Clip(whitened, -1e37, 1e37), [x.Shape[0], x.Shape[1], States, n], x);
        var factors = graph.Vector(Array.ConvertAll(_logFactors, factor => (float)factor));
        return factors - Op.Squeeze(Halves(whitened), 3);
    }

    // Half of the squared distance; far away it grows as a logarithm, so that no number is too large for single precision and the
    // nearest state stays the likeliest.
    private static Value Halves(Value whitened)
    {
        var most = Op.Max(Op.ReduceMax(Op.Abs(whitened), [3]), whitened.Number(1));
        var rest = Op.ReduceSumSquare(whitened / most, [3]);
        var near = Op.Min(most, most.Number(1e15));
        var half = near * near * rest * 0.5;
        var logarithm = Op.Log(most) * 2 + Op.Log(Op.Max(rest, rest.Number(1e-30))) - Math.Log(2 * Far);
        return Op.Where(Op.Less(half, half.Number(Far)), half, logarithm * (Far / 100) + Far);
    }

    private ReadOnlySpan<double> InverseOf(int state) =>
        _inverses.AsSpan((Kind == CovarianceKind.Tied ? 0 : state) * MatrixSize, MatrixSize);

    private void Prepare(int matrix)
    {
        var n = Dimensions;
        var covariance = _covariances.AsSpan(matrix * MatrixSize, MatrixSize);
        double logDeterminant = 0;
        if (Kind == CovarianceKind.Diagonal)
            for (var d = 0; d < n; d++)
            {
                if (!(covariance[d] > 0) || !double.IsFinite(covariance[d]))
                    throw new ArgumentException($"State {matrix}, dimension {d}: the variance is {covariance[d]}; expected a finite number "
                        + "above 0.");
                _inverses[matrix * n + d] = 1 / Math.Sqrt(covariance[d]);
                logDeterminant += Math.Log(covariance[d]);
            }
        else
        {
            var lower = DenseMatrix.Cholesky(covariance, n) ?? throw new ArgumentException(
                $"The covariance of {(Kind == CovarianceKind.Tied ? "all states" : $"state {matrix}")} isn't positive definite: it is "
                    + "singular, or no covariance.");
            DenseMatrix.InverseLower(lower, n).CopyTo(_inverses.AsSpan(matrix * MatrixSize));
            logDeterminant = DenseMatrix.LogDeterminant(lower, n);
        }
        var factor = -(n * Math.Log(2 * Math.PI) + logDeterminant) / 2;
        if (Kind == CovarianceKind.Tied)
            Array.Fill(_logFactors, factor);
        else
            _logFactors[matrix] = factor;
    }
}
