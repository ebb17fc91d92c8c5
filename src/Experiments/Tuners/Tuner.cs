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

/// <summary>What a tuner knows.</summary>
/// <param name="Space">The search space.</param>
/// <param name="TrialId">The number of the trial, from 0.</param>
/// <param name="History">The trials so far, in the order of their numbers; those of earlier studies first.</param>
/// <param name="Random">Random numbers of this trial alone.</param>
/// <param name="Seed">The study's seed.</param>
public sealed record TunerContext(SearchSpace Space, int TrialId, IReadOnlyList<TunedTrial> History, Random Random, int Seed);

/// <summary>A trial as a tuner sees it.</summary>
/// <param name="Point">Its place in the space.</param>
/// <param name="Parameters">Its values, of the dimensions that matter.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Loss">Its metric, so that less is better; infinite without one.</param>
public sealed record TunedTrial(double[] Point, IReadOnlyDictionary<string, object> Parameters, TrialState State, double Loss)
{
    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => State is TrialState.Completed or TrialState.Pruned or TrialState.Failed;
}
