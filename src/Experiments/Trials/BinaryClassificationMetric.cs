namespace MLSeqGraph.Experiments;

/// <summary>Metrics of true or false.</summary>
public enum BinaryClassificationMetric
{
    /// <summary>The share of rows that are right.</summary>
    Accuracy,
    /// <summary>The area under the curve of true over false positives.</summary>
    AreaUnderRocCurve,
    /// <summary>The area under the curve of precision over recall.</summary>
    AreaUnderPrecisionRecallCurve,
    /// <summary>The harmonic mean of precision and recall.</summary>
    F1Score,
    /// <summary>The share of positive predictions that are right.</summary>
    PositivePrecision,
    /// <summary>The share of positive rows that are found.</summary>
    PositiveRecall,
}
