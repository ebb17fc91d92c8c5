namespace MLSeqGraph.Experiments;

/// <summary>Metrics of numbers.</summary>
public enum RegressionMetric
{
    /// <summary>The mean of |error|; less is better.</summary>
    MeanAbsoluteError,
    /// <summary>The mean of error²; less is better.</summary>
    MeanSquaredError,
    /// <summary>Its root; less is better.</summary>
    RootMeanSquaredError,
    /// <summary>The share of the variance that is explained; more is better.</summary>
    RSquared,
}
