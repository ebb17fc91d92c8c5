using System.Globalization;

namespace MLSeqGraph.Trainers;

/// <summary>How far forecasts were from what came.</summary>
/// <param name="Count">The number of values compared.</param>
/// <param name="MeanAbsoluteError">Mean of |y - f|.</param>
/// <param name="RootMeanSquaredError">√ mean of (y - f)².</param>
/// <param name="MeanAbsolutePercentageError">Mean of |y - f| / |y| in percent, over values that aren't 0.</param>
/// <param name="SymmetricPercentageError">Mean of 2 |y - f| / (|y| + |f|) in percent.</param>
/// <param name="MeanAbsoluteScaledError">
/// Mean of |y - f| divided by the mean of |y(t) - y(t - season)| before the first origin, of each series (Hyndman and Koehler 2006); NaN
/// where that is 0.
/// </param>
/// <param name="Pinball">
/// Twice the mean pinball loss of the quantiles, which approximates the continuous ranked probability score; NaN without quantiles.
/// </param>
/// <param name="Coverages">
/// The share of values inside each interval, the widest first: of the lowest and highest quantile, and so on inward.
/// </param>
public sealed record ForecastMetrics(long Count, double MeanAbsoluteError, double RootMeanSquaredError, double MeanAbsolutePercentageError,
    double SymmetricPercentageError, double MeanAbsoluteScaledError, double Pinball, IReadOnlyList<double> Coverages)
{
    /// <summary>The figures on one line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"MAE {MeanAbsoluteError:g5}, RMSE "
        + $"{RootMeanSquaredError:g5}, MAPE {MeanAbsolutePercentageError:0.00} %, sMAPE {SymmetricPercentageError:0.00} %, MASE "
        + $"{MeanAbsoluteScaledError:0.000}{(Coverages.Count == 0 ? "" : $", CRPS {Pinball:g4}, inside the intervals, the widest first, "
            + string.Join(" / ", Coverages.Select(c => c.ToString("0.000", CultureInfo.InvariantCulture))))}");
}
