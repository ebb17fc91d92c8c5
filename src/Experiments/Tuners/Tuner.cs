namespace MLSeqGraph.Experiments;

/// <summary>Proposes what to try next.</summary>
/// <remarks>
/// A proposal depends on nothing but the seed, the number of the trial and what is known of the others, so that a study goes on after its
/// process was killed as if nothing had happened, and several processes share one.
/// <list type="table">
/// <listheader><term>Tuner</term><description>What it does; paper</description></listheader>
/// <item><term><see cref="RandomTuner"/></term><description>Evenly at random; Bergstra and Bengio 2012.</description></item>
/// <item><term><see cref="QuasiRandomTuner"/></term><description>A scrambled Halton sequence; Halton 1960, Owen 2017.</description></item>
/// <item><term><see cref="TpeTuner"/></term><description>Tree-structured Parzen estimators; Bergstra et al. 2011.</description></item>
/// <item><term><see cref="GaussianProcessTuner"/></term><description>Expected improvement under a Gaussian process, for small spaces and
/// costly trials; Snoek et al. 2012.</description></item>
/// <item><term><see cref="EvolutionaryTuner"/></term><description>Regularized evolution; Real et al. 2019.</description></item>
/// <item><term><see cref="PopulationBasedTuner"/></term><description>Networks that train side by side, those behind from the weights of
/// those ahead; Jaderberg et al. 2017.</description></item>
/// </list>
/// </remarks>
public abstract record Tuner
{
    /// <summary>Proposes a point: a place between 0 and 1 for each dimension of the space.</summary>
    public abstract double[] Propose(TunerContext context);

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal virtual void Validate()
    {
    }

    /// <summary>A point evenly at random.</summary>
    protected static double[] RandomPoint(TunerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return [.. context.Space.Dimensions.Select(_ => context.Random.NextDouble())];
    }
}
