using Examples;
using GraphsInTime.Data;
using ScottPlot;

namespace GraphsInTime;

/// <summary>The forecasts of a place beside what came, one step ahead each, with the graph and without.</summary>
internal static class ForecastPicture
{
    private const int MostTimes = 90;

    internal static void Write(string path, PlaceData data, Split split, IReadOnlyDictionary<string, float[][]> forecasts)
    {
        // The place with most values among the forecast times.
        var place = Enumerable.Range(0, data.Places.Length).MaxBy(place =>
            data.Values.Skip(split.Test).Count(row => !float.IsNaN(row[place])));
        var count = data.Values.Length - split.Test;
        var times = Math.Min(MostTimes, count);
        var plot = PictureFile.New($"{data.Places[place]} of {data.Name}, forecast one step ahead");
        Draw("what came", time => data.Values[split.Test + time][place], Colors.Gray, 3);
        var colors = new Dictionary<string, Color> { [Forecaster.None] = Color.FromHex("#c8780a") };
        foreach (var (network, values) in forecasts)
            Draw(network == Forecaster.None ? "without the graph" : network, time => values[time][place],
                colors.GetValueOrDefault(network, Color.FromHex("#1f4e8c")), 1.5f);
        plot.XLabel($"steps from {data.Times[split.Test]}, the first {times} of {count:N0}");
        plot.YLabel(data.AreCounts ? "log(1 + count)" : "value");
        plot.ShowLegend(Edge.Bottom);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(0, Math.Max(1, times - 1));
        plot.WriteTo(path, 900, 460);

        void Draw(string name, Func<int, float> value, Color color, float width)
        {
            var line = plot.Add.Scatter(Enumerable.Range(0, times).Select(time => (double)time).ToArray(),
                Enumerable.Range(0, times).Select(time => (double)value(time)).ToArray(), color);
            (line.LegendText, line.LineWidth, line.MarkerSize) = (name, width, 0);
        }
    }
}
