using Examples;
using Forecasting.Data;
using MLSeqGraph.Trainers;
using ScottPlot;

namespace Forecasting;

/// <summary>A series with what was forecast of its end, and the intervals around it.</summary>
internal static class ForecastPicture
{
    private static readonly Color Blue = Color.FromHex("#1f4e8c");

    internal static void Write(string path, SeriesSet set, string network, BacktestResult test)
    {
        // The first series and target; forecasts that follow one another without overlap.
        var rows = test.Rows.Where(row => row.Series == test.Rows[0].Series && row.Target == test.Rows[0].Target).ToArray();
        var origins = rows.Select(row => row.Origin).Distinct().Order().ToArray();
        var drawn = new List<BacktestRow>();
        foreach (var origin in origins)
            if (drawn.Count == 0 || origin >= drawn[^1].Origin + drawn[^1].Step)
                drawn.AddRange(rows.Where(row => row.Origin == origin).OrderBy(row => row.Step));
        drawn = [.. drawn.Take(Math.Max(3 * set.Horizon, 120))];
        double At(BacktestRow row) => row.Origin + row.Step;
        var values = set.Steps.Where(step => step.Series == set.Steps[0].Series).Select(step => (double)step.Numbers[0]).ToArray();
        var (from, to) = ((int)Math.Max(0, At(drawn[0]) - Math.Max(2 * drawn.Count, 2 * set.Season)), (int)At(drawn[^1]));

        var plot = PictureFile.New($"{set.Name}{(set.HasSeries ? $", {set.Steps[0].Series}" : "")}: {set.Targets[0]}, "
            + $"{set.Horizon} steps ahead by {network}");
        double[] x = [.. drawn.Select(At)];
        foreach (var (low, name, alpha) in ((int, string, double)[])[(0, "95 %", 0.15), (1, "80 %", 0.3)])
        {
            var band = plot.Add.FillY(x, [.. drawn.Select(row => (double)row.Quantiles[low])],
                [.. drawn.Select(row => (double)row.Quantiles[^(low + 1)])]);
            (band.FillColor, band.LineWidth, band.MarkerSize, band.LegendText) = (Blue.WithAlpha(alpha), 0, 0, name);
        }
        Line([.. Enumerable.Range(from, to - from + 1).Select(i => (double)i)], values[from..(to + 1)], Colors.Gray, "measured", 1.5f);
        foreach (var forecast in drawn.GroupBy(row => row.Origin))
            Line([.. forecast.Select(At)], [.. forecast.Select(row => row.Forecast)], Blue,
                forecast.Key == drawn[0].Origin ? "forecast" : "", 2);
        plot.XLabel("step");
        plot.ShowLegend(Edge.Bottom);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(from, to + 1);
        plot.WriteTo(path, 900, 420);

        void Line(double[] at, double[] of, Color color, string name, float width)
        {
            var line = plot.Add.Scatter(at, of, color);
            (line.LineWidth, line.MarkerSize, line.LegendText) = (width, of.Length == 1 ? 5 : 0, name);
        }
    }
}
