namespace MLSeqGraph.Experiments;

/// <summary>Ends trials that promise nothing, by what their epochs report.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Pruner</term><description>What it does; paper</description></listheader>
/// <item><term><see cref="MedianPruner"/></term><description>Ends what is worse than half of the trials at the same epoch; Golovin et al.
/// 2017.</description></item>
/// <item><term><see cref="SuccessiveHalvingPruner"/></term><description>Lets the best of each rung go on, without waiting for the others
/// (ASHA); Li et al. 2020.</description></item>
/// <item><term><see cref="HyperbandPruner"/></term><description>Several of these that begin to judge at different epochs; Li et al.
/// 2018.</description></item>
/// <item><term><see cref="PatiencePruner"/></term><description>Ends a trial that has not improved for some epochs; it
/// counts.</description></item>
/// </list>
/// </remarks>
public abstract record Pruner
{
    /// <summary>Decides about a trial after one of its epochs.</summary>
    public abstract PruneDecision Decide(PrunerContext context);

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal virtual void Validate()
    {
    }
}
