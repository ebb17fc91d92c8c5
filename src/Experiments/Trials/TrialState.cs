namespace MLSeqGraph.Experiments;

/// <summary>Where a trial stands.</summary>
public enum TrialState
{
    /// <summary>It was proposed or interrupted, and nobody works on it.</summary>
    Waiting,
    /// <summary>A process works on it.</summary>
    Running,
    /// <summary>It has a metric.</summary>
    Completed,
    /// <summary>A pruner ended it.</summary>
    Pruned,
    /// <summary>It ended with an error, or its metric is no number: <see cref="TrialResult.Reason"/>.</summary>
    Failed,
}
