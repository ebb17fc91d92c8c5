namespace MLSeqGraph.Trainers;

/// <summary>
/// Clusters of sequences, a hidden Markov model each (Smyth 1997): a mixture of models fitted by expectation maximization from k-means over
/// summaries of the sequences.
/// </summary>
internal static class HiddenMarkovMixture
{
    internal static (HiddenMarkovModel[] Models, double[] Shares, List<double> LogLikelihoods) Fit(
        IReadOnlyList<ObservedSequence> sequences, int clusters, HiddenMarkovOptions options, int? symbols,
        CancellationToken cancellationToken)
    {
        (HiddenMarkovModel[], double[], List<double> LogLikelihoods)? best = null;
        for (var start = 0; start < options.Starts; start++)
        {
            var fit = Run(sequences, clusters, options with { Seed = options.Seed + start }, symbols, cancellationToken);
            if (best is null || fit.LogLikelihoods[^1] > best.Value.LogLikelihoods[^1])
                best = fit;
        }
        return best!.Value;
    }

    private static (HiddenMarkovModel[] Models, double[] Shares, List<double> LogLikelihoods) Run(
        IReadOnlyList<ObservedSequence> sequences, int clusters, HiddenMarkovOptions options, int? symbols,
        CancellationToken cancellationToken)
    {
        var random = new Random(options.Seed);
        var count = symbols ?? (sequences[0].Dimensions == 0 ? sequences.Max(x => x.SymbolArray.Max()) + 1 : 0);
        var width = count > 0 ? count : 2 * sequences[0].Dimensions;
        double[] summaries = [.. sequences.SelectMany(x => Summary(x, count))];
        Standardize(summaries, width);
        // Deviations of short sequences are mostly chance.
        for (var i = 0; i < summaries.Length && count == 0; i++)
            summaries[i] *= i % width < width / 2 ? 1 : 0.3;
        var nearest = KMeans.Nearest(summaries, KMeans.Centers(summaries, width, clusters, random), width);
        var least = HiddenMarkovStart.LeastVariance(sequences, options);
        var steps = sequences.Sum(x => (long)x.Steps);
        HiddenMarkovModel[] models = [.. Enumerable.Range(0, clusters).Select(cluster =>
        {
            ObservedSequence[] own = [.. sequences.Where((_, i) => nearest[i] == cluster)];
            return BaumWelch.Fit(own.Length > 0 ? own : sequences, options with { MaximumIterations = 5, Starts = 1 },
                count > 0 ? count : null, cancellationToken).Model;
        })];
        var shares = new double[clusters];
        Array.Fill(shares, 1.0 / clusters);
        List<double> reached = [];
        for (var iteration = 0; ; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var weights = new double[clusters][];
            for (var cluster = 0; cluster < clusters; cluster++)
                weights[cluster] = [.. sequences.Select(models[cluster].LogLikelihood)];
            reached.Add(Responsibilities(weights, shares));
            var gain = reached.Count > 1 ? (reached[^1] - reached[^2]) / steps : double.PositiveInfinity;
            if (iteration == options.MaximumIterations || gain < options.Tolerance)
                return (models, shares, reached);
            for (var cluster = 0; cluster < clusters; cluster++)
            {
                shares[cluster] = weights[cluster].Average();
                models[cluster] = BaumWelch.Step(models[cluster], sequences, weights[cluster], options.PseudoCount, least).Model;
            }
        }
    }

    // Log likelihoods become probabilities of clusters; returns the log likelihood of all sequences.
    private static double Responsibilities(double[][] logs, double[] shares)
    {
        var (total, row) = (0.0, new double[shares.Length]);
        for (var i = 0; i < logs[0].Length; i++)
        {
            for (var cluster = 0; cluster < row.Length; cluster++)
                row[cluster] = Math.Log(shares[cluster]) + logs[cluster][i];
            var whole = VectorMath.LogSumExp(row);
            if (double.IsNegativeInfinity(whole))
                throw new InvalidDataException($"Sequence {i}: no cluster can emit it; smooth the models with "
                    + $"{nameof(HiddenMarkovOptions.PseudoCount)}.");
            for (var cluster = 0; cluster < row.Length; cluster++)
                logs[cluster][i] = Math.Exp(row[cluster] - whole);
            total += whole;
        }
        return total;
    }

    // Shares of symbols, or means and deviations.
    private static double[] Summary(ObservedSequence x, int symbols)
    {
        var summary = new double[symbols > 0 ? symbols : 2 * x.Dimensions];
        if (symbols > 0)
        {
            foreach (var symbol in x.SymbolArray)
                if (symbol >= 0)
                    summary[symbol] += 1.0 / x.Steps;
            return summary;
        }
        for (var step = 0; step < x.Steps; step++)
            VectorMath.AddScaled(1.0 / x.Steps, x.At(step), summary.AsSpan(0, x.Dimensions));
        for (var step = 0; step < x.Steps; step++)
            for (var d = 0; d < x.Dimensions; d++)
                summary[x.Dimensions + d] += Math.Abs(x.At(step)[d] - summary[d]) / x.Steps;
        return summary;
    }

    private static void Standardize(double[] points, int width)
    {
        for (var d = 0; d < width; d++)
        {
            double[] column = [.. Enumerable.Range(0, points.Length / width).Select(i => points[i * width + d])];
            var mean = column.Average();
            var deviation = Math.Sqrt(column.Average(value => (value - mean) * (value - mean)));
            for (var i = 0; i < column.Length; i++)
                points[i * width + d] = deviation > 0 ? (column[i] - mean) / deviation : 0;
        }
    }
}
