namespace MLSeqGraph.Experiments;

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
