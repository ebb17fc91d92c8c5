namespace MLSeqGraph.Trainers;

/// <summary>A forecaster tested on the past, beside the naive ones.</summary>
/// <param name="Rows">Every forecast of the network.</param>
/// <param name="Naive">The same of the forecasters that need no training: <c>naive</c> (the last value), <c>seasonal naive</c> (that a
/// season before), <c>drift</c> (the last value and the mean change so far).</param>
/// <param name="Quantiles">The quantiles of the rows.</param>
public sealed record BacktestResult(IReadOnlyList<BacktestRow> Rows, IReadOnlyDictionary<string, IReadOnlyList<BacktestRow>> Naive,
    IReadOnlyList<float> Quantiles)
{
    /// <summary>Steps of a season, given or recognized; 1 for none.</summary>
    public int Season { get; init; } = 1;

    /// <summary>The figures of all forecasts.</summary>
    public ForecastMetrics Metrics => Of(Rows);

    /// <summary>The figures for each step ahead.</summary>
    public IReadOnlyDictionary<int, ForecastMetrics> PerStep => By(row => row.Step);

    /// <summary>The figures for each series.</summary>
    public IReadOnlyDictionary<string, ForecastMetrics> PerSeries => By(row => row.Series);

    /// <summary>The figures for each target.</summary>
    public IReadOnlyDictionary<string, ForecastMetrics> PerTarget => By(row => row.Target);

    /// <summary>The figures of a naive forecaster.</summary>
    public ForecastMetrics MetricsOf(string naive) => Of(Naive[naive]);

    /// <summary>A table of the network beside the naive forecasters.</summary>
    public override string ToString() => string.Join('\n', Naive.Select(of =>
        $"{of.Key,-16}{Of(of.Value)}").Prepend($"{"network",-16}{Metrics}"));

    /// <summary>The figures of some forecasts.</summary>
    public ForecastMetrics Of(IEnumerable<BacktestRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        BacktestRow[] all = [.. rows];
        double Mean(Func<BacktestRow, double> of) => all.Select(of).Where(x => !double.IsNaN(x)).DefaultIfEmpty(double.NaN).Average();
        static double Error(BacktestRow row) => Math.Abs(row.Actual - row.Forecast);
        var pairs = Quantiles.Count / 2;
        return new(all.Length, Mean(Error), Math.Sqrt(Mean(row => Error(row) * Error(row))),
            100 * Mean(row => row.Actual == 0 ? double.NaN : Error(row) / Math.Abs(row.Actual)),
            100 * Mean(row => Error(row) == 0 ? 0 : 2 * Error(row) / (Math.Abs(row.Actual) + Math.Abs(row.Forecast))),
            Mean(row => row.Scale > 0 ? Error(row) / row.Scale : double.NaN), Mean(Pinball),
            [.. Enumerable.Range(0, all.Any(row => row.Quantiles.Count > 0) ? pairs : 0).Select(i => Mean(row =>
                row.Actual >= row.Quantiles[i] && row.Actual <= row.Quantiles[^(i + 1)] ? 1 : 0))]);

        double Pinball(BacktestRow row) => row.Quantiles.Count == 0 ? double.NaN : 2 * row.Quantiles.Zip(Quantiles, (value, q) =>
            Math.Max(q * (row.Actual - value), (q - 1) * (row.Actual - value))).Average();
    }

    private Dictionary<T, ForecastMetrics> By<T>(Func<BacktestRow, T> key) where T : notnull =>
        Rows.GroupBy(key).ToDictionary(group => group.Key, Of);
}
