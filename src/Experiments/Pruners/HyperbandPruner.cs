namespace MLSeqGraph.Experiments;

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
