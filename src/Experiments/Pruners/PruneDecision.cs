namespace MLSeqGraph.Experiments;

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
