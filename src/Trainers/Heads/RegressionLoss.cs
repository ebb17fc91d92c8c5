namespace MLSeqGraph.Trainers;

/// <summary>Which loss a regression minimizes.</summary>
public enum RegressionLoss
{
    /// <summary>Mean squared error.</summary>
    MeanSquaredError,

    /// <summary>Mean absolute error.</summary>
    MeanAbsoluteError,

    /// <summary>Huber's loss with δ = 1 standard deviation of the target.</summary>
    Huber,
}
