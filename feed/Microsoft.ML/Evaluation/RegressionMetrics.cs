namespace Microsoft.ML.Data;

/// <summary>How well a regressor did.</summary>
public sealed class RegressionMetrics
{
    /// <summary>The mean of |label − score|.</summary>
    public double MeanAbsoluteError { get; internal init; }

    /// <summary>The mean of (label − score)².</summary>
    public double MeanSquaredError { get; internal init; }

    /// <summary>The square root of <see cref="MeanSquaredError"/>.</summary>
    public double RootMeanSquaredError { get; internal init; }

    /// <summary>The mean of the loss function, the squared error in single precision.</summary>
    public double LossFunction { get; internal init; }

    /// <summary>1 − squared error / squared deviation of the labels from their mean; NaN where the labels do not vary.</summary>
    public double RSquared { get; internal init; }

    internal RegressionMetrics()
    {
    }
}
