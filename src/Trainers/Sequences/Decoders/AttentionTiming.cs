namespace MLSeqGraph.Trainers;

/// <summary>When a recurrent decoder attends to its source.</summary>
public enum AttentionTiming
{
    /// <summary>Before a step, with the previous state; what it found is an input of the step (Bahdanau et al. 2015).</summary>
    Before,
    /// <summary>
    /// After a step, with its state, outside of the recurrence (Luong et al. 2015). All steps attend at once: the fastest to train.
    /// </summary>
    After,
    /// <summary>After a step, and the result is an input of the next step: input feeding (Luong et al. 2015, section 3.3).</summary>
    Feeding,
}
