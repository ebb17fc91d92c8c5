using Examples;
using ScottPlot;

namespace GraphsInTime;

/// <summary>Regions on a circle, those of one kind on each half, and lines between those that go together.</summary>
internal static class RegionPicture
{
    /// <summary>Draws them.</summary>
    /// <param name="path">The files' path without the ending.</param>
    /// <param name="title">What stands above it.</param>
    /// <param name="names">The regions.</param>
    /// <param name="isRight">Whether each is of the kind that stands on the right.</param>
    /// <param name="kinds">What the two kinds are called, the left one first.</param>
    /// <param name="links">Pairs that go together.</param>
    internal static void Write(string path, string title, IReadOnlyList<string> names, IReadOnlyList<bool> isRight,
        (string Left, string Right) kinds, IReadOnlyList<(int One, int Other)> links)
    {
        var plot = PictureFile.New(title);
        (double X, double Y)[] places = [.. names.Select((_, region) =>
        {
            // From top to bottom on its half.
            int[] half = [.. Enumerable.Range(0, names.Count).Where(other => isRight[other] == isRight[region])];
            var angle = Math.PI * (0.5 - (Array.IndexOf(half, region) + 0.5) / half.Length);
            return ((isRight[region] ? 1 : -1) * (0.08 + Math.Cos(angle)), Math.Sin(angle));
        })];
        foreach (var (one, other) in links)
            plot.Add.Line(places[one].X, places[one].Y, places[other].X, places[other].Y).LineStyle = new(1.5f, Color.FromHex("#8a94a0"));
        Color[] colors = [Color.FromHex("#1f4e8c"), Color.FromHex("#c8780a")];
        for (var region = 0; region < names.Count; region++)
        {
            var (x, y) = places[region];
            plot.Add.Marker(x, y, MarkerShape.FilledCircle, 14, colors[isRight[region] ? 1 : 0]);
            var name = plot.Add.Text(names[region], x * 1.05, y * 1.05);
            (name.LabelAlignment, name.LabelFontSize) = (isRight[region] ? Alignment.MiddleLeft : Alignment.MiddleRight,
                PictureFile.FontSize - 1);
            name.OffsetY = PictureFile.Lower;
        }
        foreach (var (kind, color) in ((string, Color)[])[(kinds.Left, colors[0]), (kinds.Right, colors[1])])
            plot.Legend.ManualItems.Add(new() { LabelText = kind, MarkerStyle = new(MarkerShape.FilledCircle, 12, color) });
        plot.ShowLegend(Edge.Bottom);
        plot.HideGrid();
        foreach (var axis in plot.Axes.GetAxes())
            axis.IsVisible = false;
        plot.Axes.SetLimits(-1.6, 1.6, -1.2, 1.2);
        plot.WriteTo(path, 760, 640);
    }
}
