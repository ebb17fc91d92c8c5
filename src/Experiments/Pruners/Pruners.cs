namespace MLSeqGraph.Experiments;

/// <summary>
/// Ends a trial whose best so far is worse than the median of the others' best up to the same epoch (Golovin et al. 2017).
/// </summary>
public sealed record MedianPruner : Pruner
{
    /// <summary>Trials that reach an epoch before others are judged there. 5 by default.</summary>
    public int StartupTrials { get; init; } = 5;

    /// <summary>Epochs before the first judgement. 0 by default.</summary>
    public int WarmupEpochs { get; init; }

    internal override void Validate()
    {
        Experiment.Check(nameof(StartupTrials), StartupTrials, 1);
        Experiment.Check(nameof(WarmupEpochs), WarmupEpochs, 0);
    }

    /// <inheritdoc/>
    public override PruneDecision Decide(PrunerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Epoch <= WarmupEpochs)
            return PruneDecision.Continue;
        double[] others = [.. context.Others.Values.Where(curve => curve.ContainsKey(context.Epoch))
            .Select(curve => PrunerContext.Best(curve, context.Epoch)).Order()];
        return others.Length >= StartupTrials && PrunerContext.Best(context.Curve, context.Epoch) > Median(others)
            ? PruneDecision.Prune : PruneDecision.Continue;
    }

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}

/// <summary>
/// Asynchronous successive halving (Li et al. 2020): at the epochs r, r·η, r·η², … a trial goes on if it is among the best 1/η of
/// those
/// that got there so far.
/// </summary>
public sealed record SuccessiveHalvingPruner : Pruner
{
    /// <summary>The epoch of the first rung, r. 1 by default.</summary>
    public int MinimumEpochs { get; init; } = 1;

    /// <summary>What a rung leaves: one in so many, η. 3 by default.</summary>
    public int ReductionFactor { get; init; } = 3;

    internal override void Validate()
    {
        Experiment.Check(nameof(MinimumEpochs), MinimumEpochs, 1);
        Experiment.Check(nameof(ReductionFactor), ReductionFactor, 2);
    }

    /// <inheritdoc/>
    public override PruneDecision Decide(PrunerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        long rung = MinimumEpochs;
        while (rung < context.Epoch)
            rung *= ReductionFactor;
        if (rung != context.Epoch)
            return PruneDecision.Continue;
        var own = PrunerContext.Best(context.Curve, context.Epoch);
        double[] there = [.. context.Others.Values.Where(curve => curve.ContainsKey(context.Epoch))
            .Select(curve => PrunerContext.Best(curve, context.Epoch))];
        var places = Math.Max(1, (there.Length + 1) / ReductionFactor);
        return there.Count(other => other < own) < places ? PruneDecision.Continue : PruneDecision.Prune;
    }
}

/// <summary>
/// Hyperband (Li et al. 2018) without waiting: trials take turns in brackets of successive halving whose first rung is later in each, since
/// nobody knows how early an epoch tells.
/// </summary>
public sealed record HyperbandPruner : Pruner
{
    /// <summary>The epoch of the first rung of the first bracket. 1 by default.</summary>
    public int MinimumEpochs { get; init; } = 1;

    /// <summary>The most epochs of a trial: the last bracket's first rung is no later. 27 by default.</summary>
    public int MaximumEpochs { get; init; } = 27;

    /// <summary>What a rung leaves: one in so many, η. 3 by default.</summary>
    public int ReductionFactor { get; init; } = 3;

    internal override void Validate()
    {
        Experiment.Check(nameof(MinimumEpochs), MinimumEpochs, 1);
        Experiment.Check(nameof(MaximumEpochs), MaximumEpochs, MinimumEpochs);
        Experiment.Check(nameof(ReductionFactor), ReductionFactor, 2);
    }

    /// <inheritdoc/>
    public override PruneDecision Decide(PrunerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var rungs = new List<int>();
        for (long rung = MinimumEpochs; rung <= MaximumEpochs; rung *= ReductionFactor)
            rungs.Add((int)rung);
        if (rungs.Count == 0)
            return PruneDecision.Continue;
        var bracket = context.TrialId % rungs.Count;
        var rivals = context.Others.Where(other => other.Key % rungs.Count == bracket)
            .ToDictionary(other => other.Key, other => other.Value);
        return new SuccessiveHalvingPruner { MinimumEpochs = rungs[bracket], ReductionFactor = ReductionFactor }
            .Decide(context with { Others = rivals });
    }
}

/// <summary>Ends a trial that has not improved for some epochs in a row. What it reached is evaluated and counts.</summary>
public sealed record PatiencePruner : Pruner
{
    /// <summary>Epochs in a row. 5 by default.</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>What counts as an improvement. 0 by default.</summary>
    public double MinimumDelta { get; init; }

    internal override void Validate()
    {
        Experiment.Check(nameof(Epochs), Epochs, 1);
        Experiment.Check(nameof(MinimumDelta), MinimumDelta, 0);
    }

    /// <inheritdoc/>
    public override PruneDecision Decide(PrunerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (best, at) = (double.PositiveInfinity, 0);
        foreach (var (epoch, value) in context.Curve.OrderBy(one => one.Key))
            if (value < best - MinimumDelta || at == 0)
                (best, at) = (value, epoch);
        return context.Epoch - at >= Epochs ? PruneDecision.Stop : PruneDecision.Continue;
    }
}
