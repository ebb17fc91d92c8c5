using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A linear dynamical system (Kalman 1960): z ← F z + B u + w with w ~ N(0, Q), x = H z + D u + v with v ~ N(0, R), where only x and
/// known inputs u are seen. The initial distribution is that of the first step's state. Values of x that are NaN are missing: whole steps,
/// or single components.
/// </summary>
public sealed class LinearGaussianModel
{
    private readonly double[] _f, _h, _q, _r, _mean, _covariance, _b, _d;

    /// <param name="transition">F, [states, states].</param>
    /// <param name="observation">H, [dimensions, states].</param>
    /// <param name="transitionCovariance">Q, [states, states]; may be singular.</param>
    /// <param name="observationCovariance">R, [dimensions, dimensions].</param>
    /// <param name="initialMean">The mean of the first state, [states].</param>
    /// <param name="initialCovariance">Its covariance, [states, states].</param>
    /// <param name="inputEffect">B, [states, inputs]; null for none.</param>
    /// <param name="inputFeedthrough">D, [dimensions, inputs]; null for none.</param>
    /// <exception cref="ArgumentException">
    /// Sizes don't fit, a number isn't finite, or a covariance isn't symmetric or has a negative eigenvalue.
    /// </exception>
    public LinearGaussianModel(double[,] transition, double[,] observation, double[,] transitionCovariance, double[,] observationCovariance,
        ReadOnlySpan<double> initialMean, double[,] initialCovariance, double[,]? inputEffect = null, double[,]? inputFeedthrough = null)
        : this(VectorMath.Flat(transition), VectorMath.Flat(observation), VectorMath.Flat(transitionCovariance),
            VectorMath.Flat(observationCovariance), initialMean.ToArray(), VectorMath.Flat(initialCovariance),
            inputEffect is null ? [] : VectorMath.Flat(inputEffect), inputFeedthrough is null ? [] : VectorMath.Flat(inputFeedthrough))
    {
    }

    internal LinearGaussianModel(double[] f, double[] h, double[] q, double[] r, double[] mean, double[] covariance, double[]? b = null,
        double[]? d = null)
    {
        (States, Dimensions) = (mean.Length, mean.Length == 0 ? 0 : h.Length / mean.Length);
        (_f, _h, _q, _r, _mean, _covariance) = (f, h, q, r, mean, covariance);
        var inputs = b is { Length: > 0 } ? b.Length / Math.Max(States, 1) : d is { Length: > 0 } ? d.Length / Math.Max(Dimensions, 1) : 0;
        (_b, _d) = (b is { Length: > 0 } ? b : new double[States * inputs], d is { Length: > 0 } ? d : new double[Dimensions * inputs]);
        Inputs = inputs;
        Check("transition", f, States * States);
        Check("observation", h, Math.Max(1, Dimensions) * States);
        Check("initial mean", mean, Math.Max(1, States));
        Check("effect of inputs", _b, States * inputs);
        Check("feedthrough of inputs", _d, Dimensions * inputs);
        CheckCovariance("transition covariance", q, States);
        CheckCovariance("observation covariance", r, Dimensions);
        CheckCovariance("initial covariance", covariance, States);
    }

    /// <summary>Size of the hidden state.</summary>
    public int States { get; }

    /// <summary>Numbers of an observation.</summary>
    public int Dimensions { get; }

    /// <summary>Numbers of a known input; 0 for none.</summary>
    public int Inputs { get; }

    /// <summary>F, [states, states].</summary>
    public double[,] Transition => VectorMath.Square(_f, States, States);

    /// <summary>H, [dimensions, states].</summary>
    public double[,] Observation => VectorMath.Square(_h, Dimensions, States);

    /// <summary>Q, [states, states].</summary>
    public double[,] TransitionCovariance => VectorMath.Square(_q, States, States);

    /// <summary>R, [dimensions, dimensions].</summary>
    public double[,] ObservationCovariance => VectorMath.Square(_r, Dimensions, Dimensions);

    /// <summary>The mean of the first state, [states].</summary>
    public IReadOnlyList<double> InitialMean => _mean;

    /// <summary>Its covariance, [states, states].</summary>
    public double[,] InitialCovariance => VectorMath.Square(_covariance, States, States);

    /// <summary>B, [states · inputs].</summary>
    public IReadOnlyList<double> InputEffect => _b;

    /// <summary>D, [dimensions · inputs].</summary>
    public IReadOnlyList<double> InputFeedthrough => _d;

    internal double[] F => _f;

    internal double[] H => _h;

    internal double[] Q => _q;

    internal double[] R => _r;

    internal double[] Mean => _mean;

    internal double[] Covariance => _covariance;

    internal double[] B => _b;

    internal double[] D => _d;

    /// <summary>Runs the Kalman filter.</summary>
    /// <param name="x">The observations; NaN for missing ones.</param>
    /// <param name="inputs">The known inputs of the same steps; null for none.</param>
    /// <exception cref="ArgumentException">They don't fit the model.</exception>
    /// <exception cref="InvalidDataException">The covariance of an observation is singular.</exception>
    public KalmanFiltered Filter(ObservedSequence x, ObservedSequence? inputs = null) => KalmanFilter.Run(this, x, inputs);

    /// <summary>Runs filter and smoother (Rauch, Tung and Striebel 1965).</summary>
    /// <inheritdoc cref="Filter"/>
    public KalmanSmoothed Smooth(ObservedSequence x, ObservedSequence? inputs = null) => KalmanSmoother.Run(this, Filter(x, inputs));

    /// <summary>log p(x), of the values that aren't missing.</summary>
    /// <inheritdoc cref="Filter"/>
    public double LogLikelihood(ObservedSequence x, ObservedSequence? inputs = null) => Filter(x, inputs).LogLikelihood;

    /// <summary>The distribution of the next observations.</summary>
    /// <param name="x">The observations so far; NaN for missing ones.</param>
    /// <param name="horizon">How many steps ahead, at least 1.</param>
    /// <param name="inputs">The known inputs so far and of the steps ahead; null for none.</param>
    /// <returns>Means and covariances of the observation 1, 2, … steps after the last.</returns>
    /// <exception cref="ArgumentException">They don't fit the model.</exception>
    /// <exception cref="InvalidDataException">The covariance of an observation is singular.</exception>
    public IReadOnlyList<(double[] Mean, double[,] Covariance)> Forecast(ObservedSequence x, int horizon, ObservedSequence? inputs = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        ArgumentNullException.ThrowIfNull(x);
        CheckInputs(inputs, x.Steps + horizon);
        var filtered = KalmanFilter.Run(this, x, inputs is null || inputs.Steps == x.Steps ? inputs
            : ObservedSequence.OfValues(inputs.Values[..(x.Steps * Inputs)], Inputs));
        double[] mean = filtered.FilteredMeans[^1], covariance = filtered.FilteredCovariances[^1];
        var result = new List<(double[], double[,])>();
        for (var ahead = 0; ahead < horizon; ahead++)
        {
            (mean, covariance) = KalmanFilter.Predict(this, mean, covariance, InputAt(inputs, x.Steps + ahead));
            result.Add((KalmanFilter.Observed(this, mean, InputAt(inputs, x.Steps + ahead)), Observed(covariance)));
        }
        return result;
    }

    /// <summary>The covariance of an observation, given that of the state.</summary>
    internal double[,] Observed(double[] covariance) => VectorMath.Square(
        DenseMatrix.Sum(DenseMatrix.Sandwich(H, covariance, Dimensions, States), R), Dimensions, Dimensions);

    /// <summary>Draws a sequence.</summary>
    /// <param name="steps">Its length, at least 1.</param>
    /// <param name="random">Draws it.</param>
    /// <param name="inputs">The known inputs of as many steps; null for none.</param>
    /// <exception cref="ArgumentException">The inputs don't fit.</exception>
    public ObservedSequence Sample(int steps, Random random, ObservedSequence? inputs = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentNullException.ThrowIfNull(random);
        CheckInputs(inputs, steps);
        var values = new List<double>();
        var z = Noise(_covariance, States, _mean, random);
        for (var step = 0; step < steps; step++)
        {
            if (step > 0)
                z = Noise(_q, States, KalmanFilter.Moved(this, z, InputAt(inputs, step)), random);
            values.AddRange(Noise(_r, Dimensions, KalmanFilter.Observed(this, z, InputAt(inputs, step)), random));
        }
        return ObservedSequence.OfValues([.. values], Dimensions);
    }

    /// <summary>The unit of each dimension, a power of 2: what a step adds to it, observed with noise.</summary>
    internal double[] Units()
    {
        var step = Observed(Q, R);
        double[] start = Observed(Covariance, R), first = [.. H.Chunk(States).Select(row => row.Max(Math.Abs))];
        return [.. Enumerable.Range(0, Dimensions).Select(d => PowerOfTwo(step[d] > 0 ? Math.Sqrt(step[d])
            : start[d] > 0 ? Math.Sqrt(start[d]) : first[d]))];

        double[] Observed(double[] state, double[] noise)
        {
            var all = DenseMatrix.Sum(DenseMatrix.Sandwich(H, state, Dimensions, States), noise);
            return [.. Enumerable.Range(0, Dimensions).Select(d => all[d * Dimensions + d])];
        }
    }

    /// <summary>The same model of observations that are divided by units.</summary>
    internal LinearGaussianModel In(double[] units)
    {
        double[] Rows(double[] numbers, int width) => [.. numbers.Select((number, i) => number / units[i / width])];
        return new(F, Rows(H, States), Q, [.. R.Select((number, i) => number / units[i / Dimensions] / units[i % Dimensions])], Mean,
            Covariance, Inputs == 0 ? null : B, Inputs == 0 ? null : Rows(D, Inputs));
    }

    /// <summary>The same model with known inputs that have no effect yet.</summary>
    internal LinearGaussianModel WithInputs(int inputs) => inputs == Inputs ? this
        : new(F, H, Q, R, Mean, Covariance, new double[States * inputs], new double[Dimensions * inputs]);

    /// <summary>The power of 2 near a size, by which dividing changes no digit; 1 of nothing.</summary>
    internal static double PowerOfTwo(double size) => size > 0 && double.IsFinite(size) ? Math.Pow(2, Math.Round(Math.Log2(size))) : 1;

    internal double[] InputAt(ObservedSequence? inputs, int step) => inputs is null ? new double[Inputs] : inputs.At(step).ToArray();

    internal void CheckInputs(ObservedSequence? inputs, int steps)
    {
        if (inputs is null ? Inputs > 0 : inputs.Dimensions != Inputs || inputs.Steps != steps)
            throw new ArgumentException($"The known inputs have {inputs?.Steps ?? 0} steps of {inputs?.Dimensions ?? 0} numbers; expected "
                + $"{steps} steps of {Inputs}.", nameof(inputs));
        if (inputs?.ValueArray.Any(double.IsNaN) == true)
            throw new ArgumentException("A known input is NaN; only observations may be missing.", nameof(inputs));
    }

    // Draws around a mean; the covariance may be singular.
    private static double[] Noise(double[] covariance, int n, double[] mean, Random random)
    {
        var (values, vectors) = SymmetricEigen.Of(covariance, n);
        var result = (double[])mean.Clone();
        for (var k = 0; k < n; k++)
            VectorMath.AddScaled(Math.Sqrt(Math.Max(values[k], 0)) * random.NextNormal(), vectors.AsSpan(k * n, n), result);
        return result;
    }

    private static void Check(string what, double[] numbers, int expected)
    {
        if (numbers.Length != expected)
            throw new ArgumentException($"The {what} has {numbers.Length} numbers; expected {expected}.");
        if (numbers.Any(number => !double.IsFinite(number)))
            throw new ArgumentException($"The {what} has a number that isn't finite.");
    }

    private static void CheckCovariance(string what, double[] covariance, int n)
    {
        Check(what, covariance, n * n);
        var most = covariance.Max(Math.Abs);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++)
                if (Math.Abs(covariance[i * n + j] - covariance[j * n + i]) > 1e-8 * most)
                    throw new ArgumentException($"The {what} isn't symmetric: {covariance[i * n + j]} and {covariance[j * n + i]} in rows "
                        + $"{i} and {j}.");
        if (SymmetricEigen.Of(covariance, n).Values.Min() is var least && least < -1e-8 * most)
            throw new ArgumentException($"The {what} is none: it has the eigenvalue {least}; expected none below 0.");
    }
}
