using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Which windows of a panel are trained on, and which are held out: those at the end.</summary>
internal static class ForecastSplit
{
    /// <summary>The steps of a series that are trained on, where a share at its end is held out.</summary>
    internal static int Trained(ForecastSeries series, float heldOut, int horizon) =>
        heldOut == 0 ? series.Steps : series.Steps - Math.Max(horizon, (int)Math.Ceiling(series.Steps * heldOut));

    /// <summary>The windows whose forecasts end in the first so many steps of each series.</summary>
    /// <exception cref="InvalidDataException">A series is too short for one, and is not to be left out; or all are.</exception>
    internal static WindowPlace[] Windows(ForecastPanel panel, ForecastingTrainer.Options options, string column,
        Func<ForecastSeries, int> first, Func<ForecastSeries, int> end, int stride, bool mayBeEmpty)
    {
        var (window, horizon) = (options.Window, options.Horizon);
        List<WindowPlace> places = [];
        for (var i = 0; i < panel.Series.Count; i++)
        {
            var series = panel.Series[i];
            var (from, to) = (Math.Max(window, first(series)), end(series) - horizon);
            if (from > to && !mayBeEmpty && !options.SkipShortSeries)
                throw new InvalidDataException($"Column '{column}', {series.Name}: {end(series)} steps"
                    + (end(series) < series.Steps ? $" of {series.Steps}, the others of which are held out" : "")
                    + $"; expected at least {window + horizon}: {window} for a window and {horizon} to forecast. "
                    + $"{nameof(options.SkipShortSeries)} leaves such series out.");
            // The last window is the nearest to what will be forecast: it is always among them.
            for (var at = to; at >= from; at -= stride)
                places.Add(new(i, at - window, at));
        }
        return places.Count > 0 || mayBeEmpty ? [.. places] : throw new InvalidDataException($"Column '{column}': none of the "
            + $"{panel.Series.Count} series has the {window + horizon} steps of a window ({window}) and a horizon ({horizon}).");
    }
}
