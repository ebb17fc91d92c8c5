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

/// <summary>How a window is normalized inside the model, and what is forecast from it taken back.</summary>
public enum WindowNormalization
{
    /// <summary>By mean and deviation of the training data.</summary>
    None,

    /// <summary>The last value is subtracted; the deviation is that of the training data, with several series the window's.</summary>
    LastValue,

    /// <summary>By the window's mean and deviation.</summary>
    MeanDeviation,

    /// <summary>By the window's mean and deviation, with a trained gain and offset for each target (Kim et al. 2022).</summary>
    Reversible,

    /// <summary>By the window's mean absolute value, as counts are (Salinas et al. 2020).</summary>
    Scale,
}
