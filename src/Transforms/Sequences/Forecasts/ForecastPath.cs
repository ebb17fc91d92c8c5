using MathNet.Numerics.Distributions;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>One drawn future of a series.</summary>
/// <param name="Series">The series, empty where there is one.</param>
/// <param name="Path">Which of its futures, from 0.</param>
/// <param name="Target">The column.</param>
/// <param name="Times">The times of the steps as text.</param>
/// <param name="Values">The numbers, one per step.</param>
public sealed record ForecastPath(string Series, int Path, string Target, IReadOnlyList<string> Times, IReadOnlyList<float> Values)
{
    // What is drawn stands in memory, with a window before it and covariates beside it.
    private const double MostNumbers = 1e8;

    /// <summary>Draws each step from the distribution that the model's quantiles tell, given those drawn before it.</summary>
    internal static IReadOnlyList<ForecastPath> Draw(ForecastScoringTransformer model, ForecastPanel panel, int steps, int paths, int seed,
        CancellationToken cancel)
    {
        var (of, targets, known) = (model.Forecaster, panel.TargetCount, panel.KnownWidth);
        var each = 1 + of.Quantiles.Count;
        var numbers = (double)panel.Series.Count * paths * ((double)of.Window + steps + of.Horizon) * (targets + known);
        if (numbers > MostNumbers)
            throw new ArgumentOutOfRangeException(nameof(paths), paths, FormattableString.Invariant($"{paths} paths of {steps} steps, a ")
                + FormattableString.Invariant($"window and a horizon of {panel.Series.Count} series are {numbers:0.##E+0} numbers; ")
                + FormattableString.Invariant($"expected at most {MostNumbers:0E+0}."));
        double[] levels = [.. of.Quantiles.Select(level => Normal.InvCDF(0, 1, level))];
        var drawn = (from series in panel.Series from path in Enumerable.Range(0, paths) select Start(series)).ToArray();
        var names = panel.Series.Select(series => panel.IdOf(series.Number)).ToArray();
        panel.Replace(drawn);
        SplitMix64[] random = [.. drawn.Select((_, i) => SplitMix64.OfItem(seed, i))];
        for (var step = 0; step < steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            var scores = model.Score(panel, [.. drawn.Select((_, i) => new WindowPlace(i, step, step + of.Window))]);
            for (var i = 0; i < drawn.Length; i++)
                for (var target = 0; target < targets; target++)
                    drawn[i].Targets[(of.Window + step) * targets + target] =
                        At(levels, scores[i].AsSpan(target * each + 1, levels.Length), Normal.InvCDF(0, 1, random[i].NextPositive()));
        }
        return [.. from i in Enumerable.Range(0, drawn.Length)
                   let times = (string[])[.. Enumerable.Range(1, steps).Select(step =>
                       panel.Axis.TextOf(panel.Axis.After(drawn[i].Times[of.Window - 1], step)))]
                   from target in Enumerable.Range(0, targets)
                   select new ForecastPath(names[i / paths], i % paths, of.Columns.TargetColumnNames[target], times,
                       [.. Enumerable.Range(of.Window, steps).Select(step => drawn[i].Targets[step * targets + target])])];

        // The last window, with room for what is drawn. A forecast reads covariates of its whole horizon, also behind the last step that
        // is drawn.
        ForecastSeries Start(ForecastSeries series)
        {
            var first = series.Steps - of.Window;
            var values = new float[(of.Window + steps) * targets];
            series.Targets.AsSpan(first * targets, of.Window * targets).CopyTo(values);
            var covariates = FutureCovariates.Held(panel, of.Columns, series.Known[(first * known)..((series.Steps + steps) * known)],
                series.Times[first], of.Window + steps + of.Horizon);
            bool[]? there = null;
            if (series.IsThere is { } isThere)
                there = [.. isThere.Skip(first * targets).Take(of.Window * targets), .. Enumerable.Repeat(true, steps * targets)];
            return series with
            {
                Times = series.Times[first..series.Steps], Steps = of.Window + steps, Targets = values, Known = covariates, IsThere = there,
            };
        }
    }

    // Between quantiles linear in units of a normal distribution, beyond the last ones too; so a normal distribution is itself.
    private static float At(double[] levels, ReadOnlySpan<float> quantiles, double z)
    {
        var next = Math.Clamp(Array.FindIndex(levels, level => level >= z) is >= 0 and var found ? found : levels.Length - 1, 1,
            levels.Length - 1);
        var share = (z - levels[next - 1]) / (levels[next] - levels[next - 1]);
        return (float)(quantiles[next - 1] + share * (quantiles[next] - quantiles[next - 1]));
    }
}
