namespace MLSeqGraph.Trainers;

/// <summary>
/// An echo state network that predicts the next step of a series (Jaeger 2001) and, fed with its own predictions, generates what
/// follows. The readout is a ridge regression on the reservoirs' states and the step itself.
/// </summary>
public sealed class EchoStateForecaster
{
    private EchoStateForecaster(EchoStateReservoir reservoir, double[] readout, double ridge) =>
        (Reservoir, Readout, Ridge) = (reservoir, readout, ridge);

    /// <summary>Numbers of a step.</summary>
    public int Dimensions => Reservoir.Inputs;

    /// <summary>The ridge, given or chosen by generalized cross-validation.</summary>
    public double Ridge { get; }

    internal EchoStateReservoir Reservoir { get; }

    /// <summary>[dimensions, units + dimensions + 1].</summary>
    internal double[] Readout { get; }

    /// <summary>Fits the readout.</summary>
    /// <param name="sequences">The series, scaled to about ±1.</param>
    /// <param name="options">The reservoirs; null for the defaults.</param>
    /// <param name="washout">First steps of each series that are only read, so that the start is forgotten.</param>
    /// <param name="ridge">Null to choose it by generalized cross-validation.</param>
    /// <param name="cancellationToken">Ends fitting.</param>
    /// <exception cref="ArgumentException">There are no series, a value is NaN, an option is out of its range, or no series is longer
    /// than the washout by two steps.</exception>
    /// <exception cref="InvalidDataException">The readout's equations can't be solved.</exception>
    public static EchoStateForecaster Fit(IReadOnlyList<ObservedSequence> sequences, EchoStateOptions? options = null, int washout = 50,
        double? ridge = null, CancellationToken cancellationToken = default)
    {
        BaumWelch.CheckAny(sequences);
        ArgumentOutOfRangeException.ThrowIfNegative(washout);
        var d = sequences[0].Dimensions;
        if (d == 0)
            throw new ArgumentException("The sequences are symbols; expected series of numbers.", nameof(sequences));
        var reservoir = new EchoStateReservoir(options ?? new(), d);
        var regression = new RidgeRegression(reservoir.Size + d, d);
        foreach (var x in sequences)
        {
            var state = new double[reservoir.Size];
            for (var step = 0; step + 1 < x.Steps; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                reservoir.Step(state, x.At(step));
                if (step >= washout)
                    regression.Add([.. state, .. x.At(step)], x.At(step + 1));
            }
        }
        if (regression.Rows == 0)
            throw new ArgumentException($"No series has more than {washout + 1} steps, the washout and two; expected a longer one, or a "
                + "shorter washout.", nameof(sequences));
        var (weights, chosen, _) = regression.Solve(ridge);
        return new(reservoir, weights, chosen);
    }

    /// <summary>The series that follows, from the network fed with its own predictions.</summary>
    /// <param name="x">The series so far.</param>
    /// <param name="horizon">Steps to generate, at least 1.</param>
    /// <returns>[horizon · dimensions].</returns>
    /// <exception cref="ArgumentException">The series has other dimensions.</exception>
    public double[] Generate(ObservedSequence x, int horizon) => [.. GenerateFrom(x, horizon, [x.Steps - 1]).Single()];

    /// <summary>The same from several places in a series: each knows the steps up to its own.</summary>
    /// <param name="x">The series.</param>
    /// <param name="horizon">Steps to generate, at least 1.</param>
    /// <param name="places">Steps, counted from 0, in ascending order.</param>
    /// <returns>For each place [horizon · dimensions].</returns>
    /// <exception cref="ArgumentException">The series has other dimensions.</exception>
    public IEnumerable<double[]> GenerateFrom(ObservedSequence x, int horizon, IReadOnlyList<int> places)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        if (x.Dimensions != Dimensions)
            throw new ArgumentException($"The series has {x.Dimensions} dimensions; the network {Dimensions}.", nameof(x));
        return Run();

        IEnumerable<double[]> Run()
        {
            var (state, step) = (new double[Reservoir.Size], 0);
            foreach (var place in places)
            {
                for (; step <= place; step++)
                    Reservoir.Step(state, x.At(step));
                yield return Free((double[])state.Clone(), x.At(place).ToArray(), horizon);
            }
        }
    }

    private double[] Free(double[] state, double[] last, int horizon)
    {
        var generated = new List<double>();
        for (var ahead = 0; ahead < horizon; ahead++)
        {
            if (ahead > 0)
                Reservoir.Step(state, last);
            last = Read(state, last);
            generated.AddRange(last);
        }
        return [.. generated];
    }

    private double[] Read(double[] state, double[] x)
    {
        var size = state.Length + x.Length + 1;
        return [.. Enumerable.Range(0, x.Length).Select(d => Readout[(d + 1) * size - 1]
            + VectorMath.Dot(Readout.AsSpan(d * size, state.Length), state)
            + VectorMath.Dot(Readout.AsSpan(d * size + state.Length, x.Length), x))];
    }
}
