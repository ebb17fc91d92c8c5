namespace MLSeqGraph.Experiments;

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
