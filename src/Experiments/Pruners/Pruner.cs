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

/// <summary>What becomes of a trial.</summary>
public enum PruneDecision
{
    /// <summary>It goes on.</summary>
    Continue,
    /// <summary>It ends, and has no metric.</summary>
    Prune,
    /// <summary>It ends with the weights reached, which are evaluated.</summary>
    Stop,
}

/// <summary>What a pruner knows.</summary>
/// <param name="TrialId">The number of the trial.</param>
/// <param name="Epoch">The epoch that was just reported, from 1.</param>
/// <param name="Curve">What the trial reported so far by epoch, so that less is better.</param>
/// <param name="Others">What the other trials of the study reported, by their numbers.</param>
public sealed record PrunerContext(int TrialId, int Epoch, IReadOnlyDictionary<int, double> Curve,
    IReadOnlyDictionary<int, IReadOnlyDictionary<int, double>> Others)
{
    /// <summary>The best of a curve up to an epoch; infinite before its first.</summary>
    internal static double Best(IReadOnlyDictionary<int, double> curve, int epoch) =>
        curve.Where(one => one.Key <= epoch).Select(one => one.Value).DefaultIfEmpty(double.PositiveInfinity).Min();
}
