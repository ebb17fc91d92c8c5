namespace MLSeqGraph.Experiments;

/// <summary>Metrics of one of several classes.</summary>
public enum MulticlassClassificationMetric
{
    /// <summary>The share of rows that are right.</summary>
    MicroAccuracy,
    /// <summary>The mean over the classes of the share of their rows that are right.</summary>
    MacroAccuracy,
    /// <summary>The mean over the rows of −ln of the score of their class; less is better.</summary>
    LogLoss,
    /// <summary>The mean over the classes of the harmonic mean of precision and recall.</summary>
    MacroF1Score,
}
