namespace MLSeqGraph.Trainers;

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
