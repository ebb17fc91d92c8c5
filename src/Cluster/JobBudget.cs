namespace MLSeqGraph.Cluster;

/// <summary>How long a study goes on: until the first of these is used up.</summary>
/// <param name="Trials">The most trials of the study, those of earlier jobs counted.</param>
/// <param name="Seconds">The most seconds from when the job is handed over.</param>
/// <param name="Epochs">The most epochs of all trials together.</param>
public sealed record JobBudget(int? Trials = null, uint? Seconds = null, long? Epochs = null);
