using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Covariates known ahead for the steps after the end of each series.</summary>
internal static class FutureCovariates
{
    /// <summary>The series with covariates for all steps of a horizon.</summary>
    /// <param name="panel">The series.</param>
    /// <param name="columns">Their columns.</param>
    /// <param name="horizon">The steps.</param>
    /// <param name="future">Rows of later times, with the columns of the series, the times and the covariates; null for none.</param>
    /// <exception cref="InvalidDataException">A covariate is missing; the message names it, series and time.</exception>
    internal static ForecastSeries[] Extend(ForecastPanel panel, ForecastColumns columns, int horizon, IDataView? future)
    {
        if (panel.KnownWidth == 0)
            return [.. panel.Series];
        var given = future is null || panel.GivenWidth == 0 ? [] : Read(panel, columns, future);
        return [.. panel.Series.Select(series => Extended(panel, columns, series, horizon, given.GetValueOrDefault(series.Name) ?? []))];
    }

    /// <summary>Covariates with more steps at their end: what columns give stays as it is in the last one, dates go on.</summary>
    /// <param name="panel">The series.</param>
    /// <param name="columns">Their columns.</param>
    /// <param name="known">The covariates of the first steps.</param>
    /// <param name="first">The time of the first step.</param>
    /// <param name="steps">The steps in all.</param>
    internal static float[] Held(ForecastPanel panel, ForecastColumns columns, float[] known, long first, int steps)
    {
        var width = panel.KnownWidth;
        if (width == 0 || known.Length >= steps * width)
            return known;
        var held = new float[steps * width];
        known.CopyTo(held, 0);
        for (var step = known.Length / width; step < steps; step++)
        {
            var to = held.AsSpan(step * width, width);
            held.AsSpan((step - 1) * width, panel.GivenWidth).CopyTo(to);
            Calendar.Write(columns.Calendar, TimeAxis.DateOf(panel.Axis.After(first, step)), to[panel.GivenWidth..]);
        }
        return held;
    }

    private static ForecastSeries Extended(ForecastPanel panel, ForecastColumns columns, ForecastSeries series, int horizon,
        Dictionary<int, float[]> given)
    {
        var width = panel.KnownWidth;
        var known = new float[(series.Steps + horizon) * width];
        series.Known.AsSpan(0, Math.Min(known.Length, series.Known.Length)).CopyTo(known);
        var end = series.Times[series.Steps - 1];
        for (var step = series.Known.Length / width; step < series.Steps + horizon; step++)
        {
            var time = panel.Axis.After(end, step - series.Steps + 1);
            var to = known.AsSpan(step * width, width);
            if (given.TryGetValue(step - series.Steps + 1, out var values))
                values.CopyTo(to);
            else if (panel.GivenWidth > 0)
                throw new InvalidDataException($"Column '{columns.KnownColumnNames[0]}', {series.Name}: it is known ahead, but has "
                    + $"no row for "
                    + $"{panel.Axis.TextOf(time)}, step {step - series.Steps + 1} of the forecast; expected {horizon} rows after "
                    + $"{panel.Axis.TextOf(end)}.");
            Calendar.Write(columns.Calendar, TimeAxis.DateOf(time), to[panel.GivenWidth..]);
        }
        return series with { Known = known };
    }

    // By series, the values of the steps after its end.
    private static Dictionary<string, Dictionary<int, float[]>> Read(ForecastPanel panel, ForecastColumns columns, IDataView future)
    {
        var bound = new PanelColumns(columns.SeriesColumnName is { } series ? future.Schema.Require(series) : null,
            columns.TimeColumnName is { } name ? future.Schema.Require(name) : null,
            [.. columns.KnownColumnNames.Select(column => future.Schema.Require(column))], [])
        {
            TimeFormat = columns.TimeFormat, InOrder = !columns.SortRows,
        };
        bound.Check();
        if (bound.FeatureCount != panel.GivenWidth)
            throw new ArgumentException($"The future's covariates {string.Join(", ", columns.KnownColumnNames)} have {bound.FeatureCount} "
                + $"numbers in all, those of the history {panel.GivenWidth}.");
        var rows = new Panel(future, bound);
        var ends = panel.Series.ToDictionary(of => of.Name, of => of.Times[of.Steps - 1]);
        Dictionary<string, Dictionary<int, float[]>> found = [];
        for (var i = 0; i < rows.Series.Count; i++)
        {
            var of = columns.SeriesColumnName is null ? "the series" : $"series {rows.Series.Describe(i)}";
            if (!ends.TryGetValue(of, out var end))
                continue;
            var times = rows.TimesOf(i);
            for (var row = 0; row < times.Length; row++)
            {
                // Rows without times follow the history.
                var step = bound.Time is null ? row + 1 : times[row] <= end ? 0 : panel.Axis.Between(end, times[row]) ?? 0;
                if (step < 1)
                    continue;
                var values = rows.StepOf(i, row).ToArray();
                if (Array.FindIndex(values, value => !float.IsFinite(value)) is >= 0 and var wrong)
                    throw new InvalidDataException($"Column '{bound.NameAt(wrong)}', {of}, time {panel.Axis.TextOf(times[row])}: the "
                        + $"value is "
                        + $"{values[wrong]}; expected a finite number, as it is known ahead.");
                (found.TryGetValue(of, out var steps) ? steps : found[of] = [])[step] = values;
            }
        }
        return found;
    }
}
