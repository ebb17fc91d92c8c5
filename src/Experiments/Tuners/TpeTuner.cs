namespace MLSeqGraph.Experiments;

/// <summary>
/// Tree-structured Parzen estimators (Bergstra et al. 2011): of candidates drawn near good trials, the one with the greatest ratio of the
/// density l(x) of good trials to that g(x) of the others. A dimension at a time; one that depends on a choice learns from trials with that
/// choice alone. Trials that failed or were pruned are among the others.
/// </summary>
public sealed record TpeTuner : Tuner
{
    /// <summary>Trials at random before the first estimate. 10 by default.</summary>
    public int StartupTrials { get; init; } = 10;

    /// <summary>Candidates of a dimension. 24 by default.</summary>
    public int Candidates { get; init; } = 24;

    internal override void Validate()
    {
        Experiment.Check(nameof(StartupTrials), StartupTrials, 0);
        Experiment.Check(nameof(Candidates), Candidates, 1);
    }

    /// <inheritdoc/>
    public override double[] Propose(TunerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        TunedTrial[] completed = [.. context.History.Where(trial => trial.State == TrialState.Completed).OrderBy(trial => trial.Loss)];
        TunedTrial[] known = [.. context.History.Where(trial => trial.HasEnded)];
        if (known.Length < StartupTrials || completed.Length == 0)
            return RandomPoint(context);
        var good = completed.Take(Math.Clamp((int)Math.Ceiling(0.1 * known.Length), 1, 25)).ToHashSet();
        // What runs elsewhere counts as bad, so that it isn't proposed twice.
        TunedTrial[] bad = [.. context.History.Where(trial => !good.Contains(trial))];
        var (point, values) = (new double[context.Space.Dimensions.Count], new Dictionary<string, object>());
        foreach (var (i, dimension) in context.Space.Dimensions.Indexed())
        {
            double[] Places(IEnumerable<TunedTrial> trials) =>
                [.. trials.Where(trial => trial.Parameters.ContainsKey(dimension.Name)).Select(trial => trial.Point[i])];
            point[i] = dimension.IsChoice ? Choose(dimension, Places(good), Places(bad), context.Random)
                : Place(Places(good), Places(bad), context.Random);
            if (SearchSpace.Matters(dimension, values))
                values[dimension.Name] = dimension.At(point[i]);
        }
        return point;
    }

    private double Place(double[] good, double[] bad, Random random)
    {
        var (likely, others) = (new ParzenDensity(good), new ParzenDensity(bad));
        return Enumerable.Range(0, Candidates).Select(_ => likely.Draw(random)).MaxBy(place =>
            Math.Log(likely.At(place)) - Math.Log(others.At(place)));
    }

    private double Choose(Dimension dimension, double[] good, double[] bad, Random random)
    {
        var count = dimension.Choices.Count;
        double[] likely = Shares(good, count), others = Shares(bad, count);
        var choice = Enumerable.Range(0, Candidates).Select(_ => Draw(likely, random)).MaxBy(i => likely[i] / others[i]);
        return (choice + 0.5) / count;
    }

    // Counts with one more of each choice: with less, what was tried a few times in vain would never be tried again.
    private static double[] Shares(double[] places, int count)
    {
        var shares = new double[count];
        Array.Fill(shares, 1.0 / (places.Length + count));
        foreach (var place in places)
            shares[Math.Min((int)(place * count), count - 1)] += 1.0 / (places.Length + count);
        return shares;
    }

    private static int Draw(double[] shares, Random random)
    {
        var left = random.NextDouble();
        for (var i = 0; i < shares.Length - 1; i++)
            if ((left -= shares[i]) < 0)
                return i;
        return shares.Length - 1;
    }
}
