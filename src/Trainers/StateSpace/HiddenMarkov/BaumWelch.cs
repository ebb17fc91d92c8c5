namespace MLSeqGraph.Trainers;

/// <summary>Fits hidden Markov models: Baum-Welch steps (Baum et al. 1970), and counts where states are known.</summary>
public static class BaumWelch
{
    /// <summary>Fits a model to sequences whose states aren't known.</summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="symbols">For symbols: how many there are; null for the largest there is, plus 1.</param>
    /// <param name="cancellationToken">Ends fitting.</param>
    /// <exception cref="ArgumentException">There are no sequences, they are of different kinds, or an option is out of its
    /// range.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public static HiddenMarkovFit Fit(IReadOnlyList<ObservedSequence> sequences, HiddenMarkovOptions? options = null, int? symbols = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new();
        options.Check();
        HiddenMarkovFit? best = null;
        for (var start = 0; start < options.Starts; start++)
        {
            var fit = Fit(HiddenMarkovStart.Of(sequences, options, symbols, new(options.Seed + start)), sequences, options,
                cancellationToken);
            if (best is null || fit.LogLikelihood > best.LogLikelihood)
                best = fit;
        }
        return best!;
    }

    /// <summary>Fits a model from a given start.</summary>
    /// <param name="start">The model to start from.</param>
    /// <param name="sequences">The sequences.</param>
    /// <param name="options">How; of these states, topology, starts and seed have no effect. Null for the defaults.</param>
    /// <param name="cancellationToken">Ends fitting.</param>
    /// <exception cref="ArgumentException">There are no sequences, they don't fit, or an option is out of its range.</exception>
    /// <exception cref="InvalidDataException">The model can't emit one of the sequences.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public static HiddenMarkovFit Fit(HiddenMarkovModel start, IReadOnlyList<ObservedSequence> sequences,
        HiddenMarkovOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        options ??= new();
        options.Check();
        CheckAny(sequences);
        var least = HiddenMarkovStart.LeastVariance(sequences, options);
        var (model, steps, reached) = (start, sequences.Sum(x => (long)x.Steps), new List<double>());
        for (var iteration = 0; ; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (next, logLikelihood) = Step(model, sequences, null, options.PseudoCount, least);
            reached.Add(logLikelihood);
            var gain = reached.Count > 1 ? (reached[^1] - reached[^2]) / steps : double.PositiveInfinity;
            if (iteration == options.MaximumIterations || gain < options.Tolerance)
                return new(model, reached, gain < options.Tolerance);
            model = next;
        }
    }

    /// <summary>One Baum-Welch step on all sequences together, without priors or floors.</summary>
    /// <returns>The model after it, and the log likelihood before it.</returns>
    /// <exception cref="ArgumentException">There are no sequences, or they don't fit.</exception>
    /// <exception cref="InvalidDataException">The model can't emit one of the sequences.</exception>
    public static (HiddenMarkovModel Model, double LogLikelihood) Step(
        HiddenMarkovModel model, IReadOnlyList<ObservedSequence> sequences)
    {
        ArgumentNullException.ThrowIfNull(model);
        CheckAny(sequences);
        return Step(model, sequences, null, 0, 0);
    }

    /// <summary>A step in which sequences have weights.</summary>
    internal static (HiddenMarkovModel Model, double LogLikelihood) Step(HiddenMarkovModel model, IReadOnlyList<ObservedSequence> sequences,
        double[]? weights, double pseudoCount, double leastVariance)
    {
        var (n, total) = (model.States, 0.0);
        var (initial, transition, sums, run) = (new double[n], new double[n * n], model.Emission.NewSums(), new ForwardBackward(model));
        for (var i = 0; i < sequences.Count; i++)
        {
            var weight = weights?[i] ?? 1;
            if (weight == 0)
                continue;
            var logLikelihood = run.Run(sequences[i], wantsPosterior: true, transition, weight);
            if (double.IsNegativeInfinity(logLikelihood))
                throw new InvalidDataException($"Sequence {i}: the model can't emit it, its probability is 0; smooth the model with "
                    + $"{nameof(HiddenMarkovOptions.PseudoCount)}, or allow more transitions.");
            total += weight * logLikelihood;
            var posterior = run.Posterior;
            if (weight != 1)
                VectorMath.Scale(weight, posterior);
            VectorMath.AddScaled(1, posterior[..n], initial);
            sums.Add(sequences[i], posterior);
        }
        return (Maximize(model, initial, transition, sums, pseudoCount, leastVariance), total);
    }

    /// <summary>Fits a model to sequences whose states are known, by counting.</summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="paths">The state of each step of each of them, from 0; -1 where it isn't known.</param>
    /// <param name="options">The options: states, covariance, mixtures, pseudo count, least variance; null for the defaults.</param>
    /// <param name="symbols">For symbols: how many there are; null for the largest there is, plus 1.</param>
    /// <exception cref="ArgumentException">There are no sequences, or a path doesn't fit its sequence.</exception>
    public static HiddenMarkovModel Count(IReadOnlyList<ObservedSequence> sequences, IReadOnlyList<int[]> paths,
        HiddenMarkovOptions? options = null, int? symbols = null)
    {
        options ??= new();
        options.Check();
        CheckAny(sequences);
        ArgumentNullException.ThrowIfNull(paths);
        var n = options.States;
        var model = HiddenMarkovStart.Of(sequences, options, symbols, new(options.Seed), paths);
        var (initial, transition, sums) = (new double[n], new double[n * n], model.Emission.NewSums());
        for (var i = 0; i < sequences.Count; i++)
        {
            var path = i < paths.Count && paths[i] is { } known && known.Length == sequences[i].Steps && known.All(s => s >= -1 && s < n)
                ? known : throw new ArgumentException($"Sequence {i}: expected a path of {sequences[i].Steps} states below {n}.",
                    nameof(paths));
            var posterior = new double[sequences[i].Steps * n];
            for (var step = 0; step < path.Length; step++)
                if (path[step] >= 0)
                {
                    posterior[step * n + path[step]] = 1;
                    if (step == 0)
                        initial[path[0]]++;
                    else if (path[step - 1] >= 0)
                        transition[path[step - 1] * n + path[step]]++;
                }
            sums.Add(sequences[i], posterior);
        }
        return Maximize(model, initial, transition, sums, options.PseudoCount, HiddenMarkovStart.LeastVariance(sequences, options));
    }

    internal static void CheckAny(IReadOnlyList<ObservedSequence> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        if (sequences.Count == 0)
            throw new ArgumentException("There are no sequences; expected at least one.", nameof(sequences));
        for (var i = 0; i < sequences.Count; i++)
            if (sequences[i].ValueArray.Any(double.IsNaN))
                throw new ArgumentException($"Sequence {i} has a NaN, expected a finite number.", nameof(sequences));
            else if (sequences[i].Dimensions != sequences[0].Dimensions)
                throw new ArgumentException($"Sequence {i} has {sequences[i].Dimensions} dimensions, but sequence 0 has "
                    + $"{sequences[0].Dimensions} (0 for symbols).", nameof(sequences));
    }

    // Probabilities of 0 keep it; a state that nobody leaves keeps its transitions.
    private static HiddenMarkovModel Maximize(HiddenMarkovModel before, double[] initial, double[] transition, HiddenMarkovSums sums,
        double pseudoCount, double leastVariance)
    {
        var n = before.States;
        Row(initial, before.InitialArray);
        for (var state = 0; state < n; state++)
            Row(transition.AsSpan(state * n, n), before.TransitionArray.AsSpan(state * n, n));
        return new(initial, transition, sums.Maximize(pseudoCount, leastVariance));

        void Row(Span<double> counts, ReadOnlySpan<double> known)
        {
            for (var i = 0; i < counts.Length; i++)
                counts[i] = known[i] > 0 ? counts[i] + pseudoCount : 0;
            if (!VectorMath.Normalize(counts))
                known.CopyTo(counts);
        }
    }
}
