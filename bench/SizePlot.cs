using System.Globalization;
using Examples;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace MLSeqGraph.Bench;

/// <summary>The cost of a run against size, a line for each series, both axes by powers of ten.</summary>
internal static class SizePlot
{
    private const int Width = 860, Height = 600;
    private static readonly string[] Colors = ["#1f4e8c", "#c0392b", "#e08e0b", "#2e8b57", "#7d3c98", "#5d6d7e"];

    private static readonly MarkerShape[] Markers =
    [
        MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleUp,
        MarkerShape.FilledTriangleDown, MarkerShape.OpenCircle,
    ];

    /// <summary>Writes <c>path.svg</c> and <c>path.png</c>.</summary>
    internal static void Write(string path, string title, IReadOnlyList<MeasuredSeries> series,
        string size = "size: number of rows, time steps, hidden features, nodes or edges")
    {
        var plot = PictureFile.New(title);
        for (var i = 0; i < series.Count; i++)
        {
            var line = plot.Add.Scatter(
                series[i].Sizes.Select(size => Math.Log10(size)).ToArray(), series[i].Milliseconds.Select(Math.Log10).ToArray(),
                Color.FromHex(Colors[i % Colors.Length]));
            (line.LineWidth, line.MarkerSize) = (2, 7);
            // Where there are more lines than colors, others have the same color and another marker.
            line.MarkerShape = Markers[(i + i / Colors.Length) % Markers.Length];
            line.LegendText = string.Create(CultureInfo.InvariantCulture, $"{series[i].Series.What} ({series[i].LastSlope:0.0})");
        }
        plot.XLabel(size);
        plot.YLabel("shortest run, ms");
        plot.Axes.Bottom.TickGenerator = Powers();
        plot.Axes.Left.TickGenerator = Powers();
        // A few lines in a row below, many in a column beside.
        var isLong = series.Count > Colors.Length;
        plot.Legend.Orientation = isLong ? Orientation.Vertical : Orientation.Horizontal;
        plot.ShowLegend(isLong ? Edge.Right : Edge.Bottom);
        plot.Axes.AutoScale();
        plot.WriteTo(path, Math.Max(isLong ? Width + 200 : Width, PictureFile.Width(title, PictureFile.TitleSize) + 120),
            isLong ? Height + 60 : Height);
    }

    // A power of ten as the number that it is.
    private static NumericAutomatic Powers() => new()
    {
        IntegerTicksOnly = true,
        LabelFormatter = power => Math.Pow(10, power).ToString(power < 0 ? "0.####" : "#,0", CultureInfo.InvariantCulture),
    };
}
