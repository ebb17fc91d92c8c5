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
