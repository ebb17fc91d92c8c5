using System.Collections;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Forecasts from origins in the past, and compares them with what came.</summary>
internal static class Backtesting
{
    /// <summary>Tests a forecaster that is trained.</summary>
    internal static BacktestResult Run(ForecastScoringTransformer model, IDataView data, BacktestOptions options, Action<string> log)
    {
        options = options.Checked(model.Forecaster.Horizon);
        var panel = ForecastPanel.Read(data, model.Forecaster.Columns, TimeAxis.Read(model.Forecaster.Step, null));
        options.Season = SeasonOf(panel, options, log);
        return Compare(panel, model.Forecaster, options, places => model.Score(panel, places));
    }

    /// <summary>Trains before the first origin, or before each, and tests.</summary>
    internal static BacktestResult Run(ForecastingTrainer trainer, IDataView data, BacktestOptions options, Action<string> log)
    {
        var (horizon, columns) = (trainer.Setting.Horizon, trainer.Setting.Columns);
        options = options.Checked(horizon);
        var panel = ForecastPanel.Read(data, columns);
        options.Season = SeasonOf(panel, options, log);
        BacktestResult? all = null;
        // Origins are counted from the end of each series, so that all have one at the same distance.
        var origins = Enumerable.Range(0, (options.TestSteps - horizon) / options.Step + 1).Select(i =>
            options.TestSteps - i * options.Step)
            .ToArray();
        foreach (var group in options.Refit ? origins.Select(origin => (int[])[origin]) : [origins])
        {
            var kept = new RowSubsetView(data, panel.Rows.RowsBefore(series =>
                panel.Series[series] is var of && of.Steps - group[0] - options.Gap is > 0 and var end ? of.Times[end] : long.MinValue));
            using var model = trainer.Fit(kept);
            var found = Compare(panel, model.Forecaster, options, places => model.Score(panel, places), group);
            all = all is null ? found : new([.. all.Rows, .. found.Rows], all.Naive.ToDictionary(of => of.Key, of =>
                (IReadOnlyList<BacktestRow>)[.. of.Value, .. found.Naive[of.Key]]), all.Quantiles)
            {
                Season = options.Season,
            };
        }
        return all!;
    }

    private static BacktestResult Compare(ForecastPanel panel, ModelForecast model, BacktestOptions options,
        Func<WindowPlace[], float[][]> score, int[]? origins = null)
    {
        origins ??= [.. Enumerable.Range(0, (options.TestSteps - model.Horizon) / options.Step + 1)
            .Select(i => options.TestSteps - i * options.Step)];
        WindowPlace[] places = [.. from series in Enumerable.Range(0, panel.Series.Count)
                                   from origin in origins
                                   let end = panel.Series[series].Steps - origin
                                   where end >= model.Window
                                   select new WindowPlace(series, end - model.Window, end)];
        if (places.Length == 0)
            throw new InvalidDataException($"Column '{model.Columns.TargetColumnNames[0]}': no series has a window of {model.Window} steps "
                + $"before the {options.TestSteps} that are forecast.");
        var scores = score(places);
        var (targets, each) = (panel.TargetCount, 1 + model.Quantiles.Count);
        List<BacktestRow> rows = [];
        string[] names = ["naive", "seasonal naive", "drift"];
        var naive = Array.ConvertAll(names, _ => new List<double>());
        Dictionary<(int, int), double> scales = [];
        Dictionary<(int, int), string> times = [];
        for (var i = 0; i < places.Length; i++)
        {
            var (place, series) = (places[i], panel.Series[places[i].Series]);
            for (var step = 0; step < model.Horizon; step++)
                for (var target = 0; target < targets; target++)
                {
                    double At(int at) => series.Targets[at * targets + target];
                    var at = place.End + step;
                    if (series.IsThere is { } there && !there[at * targets + target])
                        continue;
                    if (!scales.TryGetValue((place.Series, target), out var scale))
                        scales[(place.Series, target)] = scale = Scale(At, series.Steps - options.TestSteps - options.Gap, options.Season);
                    var numbers = scores[i].AsSpan((step * targets + target) * each, each);
                    var row = new BacktestRow(panel.IdOf(place.Series), model.Columns.TargetColumnNames[target], place.End - 1, step + 1,
                        Time(place.Series, at), At(at), numbers[0], numbers[1..].ToArray(), scale);
                    rows.Add(row);
                    var last = At(place.End - 1);
                    var before = place.End - options.Season + step % options.Season;
                    naive[0].Add(last);
                    naive[1].Add(before >= 0 ? At(before) : last);
                    naive[2].Add(last + (step + 1) * (last - At(0)) / Math.Max(1, place.End - 1));
                }
        }
        return new(rows, names.Zip(naive).ToDictionary(of => of.First, of => (IReadOnlyList<BacktestRow>)new NaiveRows(rows, of.Second)),
            model.Quantiles)
        {
            Season = options.Season,
        };

        string Time(int series, int at) => times.TryGetValue((series, at), out var text) ? text
            : times[(series, at)] = panel.Axis.TextOf(panel.Series[series].Times[at]);
    }

    // What is compared says nothing about it.
    private static int SeasonOf(ForecastPanel panel, BacktestOptions options, Action<string> log)
    {
        if (options.Season > 0)
            return options.Season;
        var targets = panel.TargetCount;
        var season = Seasonality.Of(panel.Series.Select(series => (IReadOnlyList<float>)[.. Enumerable.Range(0,
            Math.Max(0, series.Steps - options.TestSteps - options.Gap)).Select(step => series.Targets[step * targets])]),
            panel.Axis.Length);
        log(season == 1 ? "No season is recognized: the seasonal naive forecast is the naive one"
            : $"A season of {season} steps is recognized");
        return season;
    }

    private static double Scale(Func<int, double> at, int steps, int season) => steps <= season ? double.NaN
        : Enumerable.Range(season, steps - season).Average(i => Math.Abs(at(i) - at(i - season)));
}

/// <summary>The rows of a forecaster with the forecasts of another, which are all that is kept.</summary>
internal sealed class NaiveRows(IReadOnlyList<BacktestRow> rows, IReadOnlyList<double> forecasts) : IReadOnlyList<BacktestRow>
{
    public int Count => rows.Count;

    public BacktestRow this[int index] => rows[index] with { Forecast = forecasts[index], Quantiles = [] };

    public IEnumerator<BacktestRow> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
