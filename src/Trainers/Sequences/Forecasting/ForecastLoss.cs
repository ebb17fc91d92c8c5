namespace MLSeqGraph.Trainers;

/// <summary>Which loss a forecaster minimizes, and so what it knows about the spread of what it forecasts.</summary>
public enum ForecastLoss
{
    /// <summary>Mean squared error: forecasts are means. Quantiles come from held-out windows alone.</summary>
    MeanSquaredError,

    /// <summary>Mean absolute error: forecasts are medians. Quantiles come from held-out windows alone.</summary>
    MeanAbsoluteError,

    /// <summary>Huber's loss with δ = 1 deviation. Quantiles come from held-out windows alone.</summary>
    Huber,

    /// <summary>The pinball loss of each quantile; forecasts are medians.</summary>
    Quantiles,

    /// <summary>The likelihood of a normal distribution for each step.</summary>
    Gaussian,

    /// <summary>The likelihood of Student's t distribution for each step, which expects outliers.</summary>
    StudentT,

    /// <summary>The likelihood of a negative binomial distribution for each step: of counts.</summary>
    NegativeBinomial,
}
