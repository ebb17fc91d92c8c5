using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Means and deviations of the numbers of a panel: of the targets as the network sees them, and of the covariates.</summary>
/// <param name="TargetMean">For each target, after logarithm and seasonal difference.</param>
/// <param name="TargetDeviation">Likewise.</param>
/// <param name="CovariateMean">For each covariate of a step.</param>
/// <param name="CovariateDeviation">Likewise.</param>
/// <param name="HasSeveral">Whether there are several series, which may be of any sizes.</param>
internal sealed record ForecastScale(float[] TargetMean, float[] TargetDeviation, float[] CovariateMean, float[] CovariateDeviation,
    bool HasSeveral)
{
    /// <param name="panel">The series.</param>
    /// <param name="log">Whether logarithms are taken.</param>
    /// <param name="season">Steps of the seasonal difference; 0 for none.</param>
    /// <param name="steps">Steps of each series that count.</param>
    internal static ForecastScale Of(ForecastPanel panel, bool log, int season, Func<ForecastSeries, int> steps)
    {
        var (targets, past, known) = (panel.TargetCount, panel.PastWidth, panel.KnownWidth);
        var (ofTargets, ofPast, ofKnown) = (new Moments(targets), new Moments(past), new Moments(known));
        var row = new float[targets];
        foreach (var series in panel.Series)
            for (var step = 0; step < Math.Min(series.Steps, steps(series)); step++)
            {
                if (past > 0)
                    ofPast.Add(series.Past.AsSpan(step * past, past));
                if (known > 0)
                    ofKnown.Add(series.Known.AsSpan(step * known, known));
                if (step < season)
                    continue;
                for (var i = 0; i < targets; i++)
                    row[i] = At(step, i) - (season > 0 ? At(step - season, i) : 0);
                ofTargets.Add(row);

                float At(int at, int i) => series.Targets[at * targets + i] is var value && log
                    ? MathF.CopySign(MathF.Log(1 + MathF.Abs(value)), value) : value;
            }
        return new(ofTargets.Mean, ofTargets.Deviation, [.. ofPast.Mean, .. ofKnown.Mean], [.. ofPast.Deviation, .. ofKnown.Deviation],
            panel.Series.Count > 1);
    }
}
