namespace MLSeqGraph.Transforms;

/// <summary>A step of a series beside what was forecast of it, one step ahead.</summary>
/// <param name="Series">The series, empty where there is one.</param>
/// <param name="Time">The time as text.</param>
/// <param name="Target">The column.</param>
/// <param name="Actual">What came.</param>
/// <param name="Forecast">What was forecast.</param>
/// <param name="Low">The lowest quantile.</param>
/// <param name="High">The highest quantile.</param>
/// <param name="Score">How far the value is from the forecast, in distances from there to the end of the interval on its side.</param>
/// <param name="Threshold">The score from which on it is an anomaly.</param>
/// <remarks><c>ml.Data.LoadFromEnumerable</c> makes columns of them.</remarks>
public sealed record ForecastAnomaly(string Series, string Time, string Target, float Actual, float Forecast, float Low, float High,
    float Score, float Threshold)
{
    /// <summary>Whether the score is above the threshold.</summary>
    public bool IsAnomaly => Score > Threshold;

    internal static IReadOnlyList<ForecastAnomaly> Find(ForecastScoringTransformer model, ForecastPanel panel, float threshold)
    {
        if (!(threshold > 0) || !float.IsFinite(threshold))
            throw new ArgumentException($"The threshold is {threshold}; expected a number above 0.", nameof(threshold));
        var (of, targets, each) = (model.Forecaster, panel.TargetCount, 1 + model.Forecaster.Quantiles.Count);
        if (of.Quantiles.Count == 0 || of.Quantiles[0] >= 0.5f || of.Quantiles[^1] <= 0.5f)
            throw new InvalidOperationException($"The model's quantiles are [{string.Join(", ", of.Quantiles)}]; expected some below and "
                + "above 0.5, the ends of an interval.");
        List<WindowPlace> places = [];
        for (var series = 0; series < panel.Series.Count; series++)
        {
            if (panel.Series[series] is var one && one.Steps <= of.Window)
                throw new InvalidDataException($"Column '{of.Columns.TargetColumnNames[0]}', {one.Name}: {one.Steps} steps; expected "
                    + $"more than {of.Window}, the window that is forecast from.");
            for (var end = of.Window; end < panel.Series[series].Steps; end++)
                places.Add(new(series, end - of.Window, end));
        }
        // A forecast reads covariates of its whole horizon, also behind the end of the data.
        panel.Replace([.. panel.Series.Select(series => series with
        {
            Known = FutureCovariates.Held(panel, of.Columns, series.Known, series.Times[0], series.Steps + of.Horizon),
        })]);
        var scores = model.Score(panel, places);
        List<ForecastAnomaly> found = [];
        for (var i = 0; i < places.Count; i++)
            for (var target = 0; target < targets; target++)
            {
                var (series, at) = (panel.Series[places[i].Series], places[i].End * targets + target);
                var numbers = scores[i].AsSpan(target * each, each);
                if (series.IsThere?[at] == false || !float.IsFinite(series.Targets[at]) || !Knows(series, places[i], targets)
                    || numbers.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                    continue;
                var (actual, forecast, low, high) = (series.Targets[at], numbers[0], numbers[1], numbers[each - 1]);
                // An interval of no width holds its forecast alone.
                var width = Math.Max(Math.Abs((actual < forecast ? low : high) - forecast), float.Epsilon);
                found.Add(new(panel.IdOf(places[i].Series), panel.Axis.TextOf(series.Times[places[i].End]),
                    of.Columns.TargetColumnNames[target], actual, forecast, low, high,
                    actual == forecast ? 0 : Math.Min(Math.Abs(actual - forecast) / width, float.MaxValue), threshold));
            }
        return found;
    }

    // A forecast from a window of which most is missing tells little.
    private static bool Knows(ForecastSeries series, WindowPlace place, int targets) => series.IsThere is not { } there
        || 2 * there.AsSpan(place.Start * targets, (place.End - place.Start) * targets).Count(true)
            >= (place.End - place.Start) * targets;
}
