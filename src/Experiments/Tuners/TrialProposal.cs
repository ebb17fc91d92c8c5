namespace MLSeqGraph.Experiments;

/// <summary>What is tried next.</summary>
/// <param name="Parameters">The values.</param>
/// <param name="ParentTrialId">The trial whose checkpoint it goes on from; null for none.</param>
internal sealed record TrialProposal(IReadOnlyDictionary<string, object> Parameters, int? ParentTrialId = null);
