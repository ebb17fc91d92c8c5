namespace MLSeqGraph.Trainers;

/// <summary>
/// Expectation maximization for linear dynamical systems (Shumway and Stoffer 1982; Ghahramani and Hinton 1996). Steps of which nothing is
/// seen are left out of H and R; where a part is seen, the rest is taken from its distribution given the part and the state.
/// </summary>
public static class KalmanEm
{
    /// <summary>Fits a model from a given start.</summary>
    /// <param name="start">The model to start from.</param>
    /// <param name="sequences">The sequences; NaN for missing values.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="inputs">The known inputs of each sequence; null for none.</param>
    /// <param name="cancellationToken">Ends fitting.</param>
    /// <exception cref="ArgumentException">The sequences don't fit the model, there are none, or all values are missing.</exception>
    /// <exception cref="InvalidDataException">The covariance of an observation is singular.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public static LinearGaussianFit Fit(LinearGaussianModel start, IReadOnlyList<ObservedSequence> sequences,
        LinearGaussianOptions? options = null, IReadOnlyList<ObservedSequence>? inputs = null,
            CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(sequences);
        options ??= new();
        options.Check();
        if (sequences.Count == 0)
            throw new ArgumentException("There are no sequences; expected at least one.", nameof(sequences));
        var seen = sequences.Sum(x => x.ValueArray.LongCount(value => !double.IsNaN(value)));
        if (seen == 0)
            throw new ArgumentException("All values of all sequences are missing; expected some to learn from.", nameof(sequences));
        var (model, steps, reached) = (start, sequences.Sum(x => (long)x.Steps), new List<double>());
        for (var iteration = 0; ; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (next, logLikelihood) = Step(model, sequences, options, inputs);
            reached.Add(logLikelihood);
            var gain = reached.Count > 1 ? (reached[^1] - reached[^2]) / steps : double.PositiveInfinity;
            if (iteration == options.MaximumIterations || gain < options.Tolerance)
                return new(model, reached, gain < options.Tolerance);
            model = next;
        }
    }

    /// <summary>One step.</summary>
    /// <returns>The model after it, and the log likelihood before it.</returns>
    /// <inheritdoc cref="Fit"/>
    public static (LinearGaussianModel Model, double LogLikelihood) Step(LinearGaussianModel model,
        IReadOnlyList<ObservedSequence> sequences, LinearGaussianOptions? options = null, IReadOnlyList<ObservedSequence>? inputs = null)
    {
        options ??= new();
        var (sums, logLikelihood) = (new KalmanSums(model), 0.0);
        for (var i = 0; i < sequences.Count; i++)
        {
            var smoothed = model.Smooth(sequences[i], inputs?[i]);
            logLikelihood += smoothed.LogLikelihood;
            sums.Add(smoothed);
        }
        return (sums.Maximize(options), logLikelihood);
    }
}
