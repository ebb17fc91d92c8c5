namespace MLSeqGraph.Trainers;

/// <summary>What hidden Markov models are used for.</summary>
public enum HiddenMarkovUse
{
    /// <summary>The states of the steps, found without labels: features for another model, or a segmentation.</summary>
    States,

    /// <summary>Tags of the steps: the labels are the states, learned by counting.</summary>
    Tagging,

    /// <summary>Classes of sequences, a model each.</summary>
    Classification,

    /// <summary>Clusters of sequences, a model each, found without labels.</summary>
    Clustering,
}
