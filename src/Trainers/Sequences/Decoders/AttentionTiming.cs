namespace MLSeqGraph.Trainers;

/// <summary>When a recurrent decoder attends to its source.</summary>
public enum AttentionTiming
{
    /// <summary>Before a step, with the previous state; the context is an input of the step (Bahdanau et al. 2015).</summary>
    Before,
    /// <summary>
    /// After a step, with its state, outside the recurrence (Luong et al. 2015). All steps attend at once, so it trains fastest.
    /// </summary>
    After,
    /// <summary>After a step; the result is an input of the next step: input feeding (Luong et al. 2015, section 3.3).</summary>
    Feeding,
}
