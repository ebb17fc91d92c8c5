using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>How far quantiles have to be moved so that held-out windows lie below them as often as they say.</summary>
internal static class ForecastCalibration
{
    // With fewer windows than this the steps of the horizon are taken together.
    private const int Enough = 200;

    // Where learned quantiles all but coincide with the forecast, their distances say nothing, and dividing by them would say anything.
    private const double MostStretch = 10;

    /// <summary>
    /// For each quantile q below ½ the (1 - q) quantile of (forecast - target) / (forecast - quantile), above ½ likewise, with the
    /// correction for a finite number of windows (Romano et al. 2019), of which those that overlap count as one; the distance from forecast
    /// to quantile is multiplied by it.
    /// </summary>
    /// <param name="panel">The series.</param>
    /// <param name="places">Windows that weights were not trained on.</param>
    /// <param name="scores">Their scores.</param>
    /// <param name="setup">What they are.</param>
    /// <returns>[horizon × targets × quantiles].</returns>
    internal static float[] Stretches(ForecastPanel panel, IReadOnlyList<WindowPlace> places, float[][] scores, ForecastSetup setup)
    {
        var (horizon, targets, quantiles) = (setup.Horizon, setup.Targets.Count, setup.Quantiles.Length);
        var stretches = new float[horizon * targets * quantiles];
        var perStep = places.Count >= Enough;
        var apart = Math.Max(1, places.Count / horizon);
        for (var target = 0; target < targets; target++)
            for (var q = 0; q < quantiles; q++)
            {
                List<double> all = [];
                for (var step = 0; step < horizon; step++)
                {
                    if (perStep)
                        all.Clear();
                    for (var i = 0; i < places.Count; i++)
                        if (Ratio(panel, places[i], scores[i], setup, step, target, q) is { } ratio)
                            all.Add(ratio);
                    if (perStep)
                        stretches[(step * targets + target) * quantiles + q] = Of(all, setup.Quantiles[q], apart);
                }
                for (var step = 0; step < horizon && !perStep; step++)
                    stretches[(step * targets + target) * quantiles + q] = Of(all, setup.Quantiles[q], apart);
            }
        return stretches;
    }

    private static double? Ratio(ForecastPanel panel, WindowPlace place, float[] score, ForecastSetup setup, int step, int target, int q)
    {
        var (series, targets) = (panel.Series[place.Series], setup.Targets.Count);
        var at = (place.End + step) * targets + target;
        if (series.IsThere is { } there && !there[at])
            return null;
        var row = (step * targets + target) * (1 + setup.Quantiles.Length);
        double point = score[row], distance = score[row + 1 + q] - point;
        var error = series.Targets[at] - point;
        // An even forecast says nothing of distances.
        var least = 1e-9 * setup.Scale.TargetDeviation[target] + 1e-12 * Math.Abs(point);
        return Math.Abs(distance) <= least ? null : error / distance;
    }

    private static float Of(List<double> ratios, float quantile, int windows)
    {
        if (ratios.Count == 0 || quantile == 0.5f)
            return 1;
        ratios.Sort();
        var level = Math.Max(quantile, 1 - quantile) * (1 + 1.0 / windows);
        var ratio = ratios[(int)Math.Clamp(Math.Ceiling(level * ratios.Count) - 1, 0, ratios.Count - 1)];
        return (float)Math.Clamp(ratio, 0, MostStretch);
    }
}
