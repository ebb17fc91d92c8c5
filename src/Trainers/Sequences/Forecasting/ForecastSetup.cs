namespace MLSeqGraph.Trainers;

/// <summary>What a forecaster's head is made for.</summary>
/// <param name="Horizon">Steps to forecast.</param>
/// <param name="Targets">The targets' names.</param>
/// <param name="KnownWidth">Covariates per step that are known ahead; 0 for none.</param>
/// <param name="HasStatic">Whether there are features of the series.</param>
/// <param name="IsMasked">Whether targets may be missing.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Normalization">How windows are normalized.</param>
/// <param name="Log">Whether logarithms are forecast.</param>
/// <param name="Season">Steps of the seasonal difference; 0 for none.</param>
/// <param name="Quantiles">The quantiles to give.</param>
/// <param name="Scale">Means and deviations of the training data.</param>
internal sealed record ForecastSetup(int Horizon, IReadOnlyList<string> Targets, int KnownWidth, bool HasStatic, bool IsMasked,
    ForecastLoss Loss, WindowNormalization Normalization, bool Log, int Season, float[] Quantiles, ForecastScale Scale)
{
    /// <summary>Numbers that the network gives for each target and step.</summary>
    internal int Parameters => Loss switch
    {
        ForecastLoss.Gaussian or ForecastLoss.NegativeBinomial => 2,
        ForecastLoss.StudentT => 3,
        ForecastLoss.Quantiles => Quantiles.Length,
        _ => 1,
    };

    /// <summary>Numbers of a row's score.</summary>
    internal int Scores => Horizon * Targets.Count * (1 + Quantiles.Length);
}
