namespace MLSeqGraph.Trainers;

/// <summary>
/// Where fitting starts: transitions nearly uniform among those there are; Gaussian distributions from k-means (Lloyd 1982, k-means++ by
/// Arthur and Vassilvitskii 2007) over steps; symbols at random around their frequencies. Of left-right models the states share each
/// sequence in equal parts.
/// </summary>
internal static class HiddenMarkovStart
{
    private const int MostSteps = 20_000;

    internal static HiddenMarkovModel Of(IReadOnlyList<ObservedSequence> sequences, HiddenMarkovOptions options, int? symbols,
        Random random,
        IReadOnlyList<int[]>? paths = null)
    {
        BaumWelch.CheckAny(sequences);
        var n = options.States;
        var isKnown = paths is not null;
        var (initial, transition) = (new double[n], new double[n * n]);
        for (var from = 0; from < n; from++)
        {
            initial[from] = options.AllowsFirst(from) ? isKnown ? 1 : 1 + random.NextDouble() : 0;
            for (var to = 0; to < n; to++)
                transition[from * n + to] = !options.Allows(from, to) ? 0 : isKnown ? 1 : from == to ? n : 1 + random.NextDouble();
            if (!VectorMath.Normalize(transition.AsSpan(from * n, n)))
                transition[from * n + from] = 1;
        }
        VectorMath.Normalize(initial);
        return new(initial, transition, sequences[0].Dimensions == 0 ? Symbols(sequences, n, symbols, isKnown, random)
            : Gaussians(sequences, options, random, paths));
    }

    /// <summary>The least variance in the data's units.</summary>
    internal static double LeastVariance(IReadOnlyList<ObservedSequence> sequences, HiddenMarkovOptions options)
    {
        if (sequences[0].Dimensions == 0)
            return 0;
        var moments = new Moments(sequences[0].Dimensions);
        foreach (var x in sequences)
            for (var step = 0; step < x.Steps; step++)
                moments.Add([.. x.ValueArray.AsSpan(step * x.Dimensions, x.Dimensions).ToArray().Select(value => (float)value)]);
        return options.MinimumVariance * moments.Deviation.Min(deviation => (double)deviation * deviation);
    }

    private static DiscreteEmission Symbols(IReadOnlyList<ObservedSequence> sequences, int states, int? symbols, bool isKnown,
        Random random)
    {
        var count = symbols ?? Math.Max(1, sequences.Max(x => x.SymbolArray.Max()) + 1);
        var frequencies = new double[count];
        Array.Fill(frequencies, 1);
        foreach (var x in sequences)
            foreach (var symbol in x.SymbolArray)
                if (symbol >= count)
                    throw new ArgumentException($"A sequence has the symbol {symbol}; expected symbols below {count}.");
                else if (symbol >= 0)
                    frequencies[symbol]++;
        double[] table = [.. Enumerable.Range(0, states * count).Select(
            i => frequencies[i % count] * (isKnown ? 1 : 0.5 + random.NextDouble()))];
        for (var state = 0; state < states; state++)
            VectorMath.Normalize(table.AsSpan(state * count, count));
        return new(table, states);
    }

    private static HiddenMarkovEmission Gaussians(IReadOnlyList<ObservedSequence> sequences, HiddenMarkovOptions options, Random random,
        IReadOnlyList<int[]>? paths)
    {
        var (d, n) = (sequences[0].Dimensions, options.States);
        var least = LeastVariance(sequences, options);
        var (points, states) = Points(sequences, options, random, paths);
        var (whole, centers) = (Spread(points, d), new List<double>());
        double[] scale = [.. whole.Select(variance => variance > 0 ? Math.Sqrt(variance) : 1)];
        for (var i = 0; i < points.Length; i++)
            points[i] /= scale[i % d];
        if (options.Mixtures == 1 && states is null)
            centers.AddRange(KMeans.Centers(points, d, n, random));
        else
        {
            // Of left-right models, mixtures and known states: each state's own steps.
            states ??= KMeans.Nearest(points, KMeans.Centers(points, d, n, random), d);
            for (var state = 0; state < n; state++)
            {
                double[] own = [.. Enumerable.Range(0, states.Length).Where(i => states[i] == state)
                    .SelectMany(i => points.AsSpan(i * d, d).ToArray())];
                centers.AddRange(KMeans.Centers(own.Length == 0 ? points : own, d, options.Mixtures, random));
            }
        }
        var matrix = Enumerable.Range(0, d).Select(i => Math.Max(whole[i], least)).ToArray();
        var covariance = options.Covariance == CovarianceKind.Diagonal ? matrix : new double[d * d];
        for (var i = 0; i < d && options.Covariance != CovarianceKind.Diagonal; i++)
            covariance[i * d + i] = matrix[i];
        var all = n * options.Mixtures;
        GaussianEmission emission = new([.. centers.Select((center, i) => center * scale[i % d])],
            options.Covariance == CovarianceKind.Tied ? covariance
            : [.. Enumerable.Repeat(covariance, all).SelectMany(each => each)], all, options.Covariance);
        if (options.Mixtures == 1)
            return emission;
        var weights = new double[all];
        Array.Fill(weights, 1.0 / options.Mixtures);
        return new GaussianMixtureEmission(weights, n, emission);
    }

    // Steps, as many as k-means needs, and their states where these are known.
    private static (double[] Points, int[]? States) Points(IReadOnlyList<ObservedSequence> sequences, HiddenMarkovOptions options,
        Random random, IReadOnlyList<int[]>? paths)
    {
        var share = Math.Min(1, MostSteps / (double)sequences.Sum(x => (long)x.Steps));
        var (points, states) = (new List<double>(), new List<int>());
        for (var i = 0; i < sequences.Count; i++)
            for (var step = 0; step < sequences[i].Steps; step++)
                if (points.Count == 0 || random.NextDouble() < share)
                {
                    points.AddRange(sequences[i].At(step));
                    states.Add(paths is not null && i < paths.Count && step < paths[i].Length ? paths[i][step]
                        : (int)((long)step * options.States / sequences[i].Steps));
                }
        return ([.. points], paths is null && options.Topology == HiddenMarkovTopology.Ergodic ? null : [.. states]);
    }

    private static double[] Spread(double[] points, int d)
    {
        var (count, mean, square) = (points.Length / d, new double[d], new double[d]);
        for (var i = 0; i < points.Length; i++)
            mean[i % d] += points[i] / count;
        for (var i = 0; i < points.Length; i++)
            square[i % d] += (points[i] - mean[i % d]) * (points[i] - mean[i % d]) / count;
        return square;
    }
}
