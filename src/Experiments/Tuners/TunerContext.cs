namespace MLSeqGraph.Experiments;

/// <summary>What a tuner knows.</summary>
/// <param name="Space">The search space.</param>
/// <param name="TrialId">The number of the trial, from 0.</param>
/// <param name="History">The trials so far, in the order of their numbers; those of earlier studies first.</param>
/// <param name="Random">Random numbers of this trial alone.</param>
/// <param name="Seed">The study's seed.</param>
public sealed record TunerContext(SearchSpace Space, int TrialId, IReadOnlyList<TunedTrial> History, Random Random, int Seed);
