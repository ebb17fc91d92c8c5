using ScottPlot;
using ScottPlot.Palettes;

namespace Examples;

/// <summary>A node to draw.</summary>
/// <param name="Name">What stands in it.</param>
/// <param name="Class">What decides its color: the class predicted.</param>
/// <param name="IsKnown">Whether its class was known; it gets a ring.</param>
/// <param name="IsWrong">Whether it is another class in truth; it gets a cross.</param>
internal sealed record DrawnNode(string Name, string Class, bool IsKnown, bool IsWrong);

/// <summary>A drawing of a small graph, nodes colored by class.</summary>
internal static class GraphDrawing
{
    /// <summary>The most nodes that can be told apart.</summary>
    internal const int MostNodes = 300;

    /// <summary>Draws a graph.</summary>
    /// <param name="path">The files' path without the ending.</param>
    /// <param name="title">What stands above it.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="edges">The edges, by the nodes' positions in the list.</param>
    internal static void Write(string path, string title, IReadOnlyList<DrawnNode> nodes, IReadOnlyList<(int Source, int Target)> edges)
    {
        var plot = PictureFile.New(title);
        var (x, y) = ForceLayout.Of(nodes.Count, edges);
        foreach (var (source, target) in edges)
            plot.Add.Line(x[source], y[source], x[target], y[target]).LineStyle = new(1, Color.FromHex("#c4c4c4"));
        var size = nodes.Count > 100 ? 14 : 24;
        var palette = new Category10();
        string[] classes = [.. nodes.Select(node => node.Class).Distinct().Order(StringComparer.Ordinal)];
        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].IsWrong)
                plot.Add.Marker(x[i], y[i], MarkerShape.Eks, size + 12, Colors.Red).LineWidth = 3;
            var marker = plot.Add.Marker(x[i], y[i], MarkerShape.FilledCircle, size, ColorOf(nodes[i].Class));
            if (nodes[i].IsKnown)
                (marker.MarkerStyle.OutlineColor, marker.MarkerStyle.OutlineWidth) = (Colors.Black, 3);
            var name = plot.Add.Text(nodes[i].Name, x[i], y[i]);
            (name.LabelAlignment, name.LabelFontColor) = (Alignment.MiddleCenter, Colors.White);
            (name.LabelFontSize, name.OffsetY) = (size * 0.45f, PictureFile.Lower * 0.75f);
        }

        foreach (var name in classes)
            Explain(name, MarkerShape.FilledCircle, ColorOf(name));
        Explain("label known", MarkerShape.OpenCircle, Colors.Black);
        if (nodes.Any(node => node.IsWrong))
            Explain("predicted wrong", MarkerShape.Eks, Colors.Red);
        plot.HideGrid();
        foreach (var axis in plot.Axes.GetAxes())
            axis.IsVisible = false;
        plot.ShowLegend(Edge.Bottom);
        plot.WriteTo(path, Math.Max(900, PictureFile.Width(title, PictureFile.TitleSize) + 40), 700);

        Color ColorOf(string name) => palette.GetColor(Array.IndexOf(classes, name));

        void Explain(string text, MarkerShape shape, Color color) => plot.Legend.ManualItems.Add(new()
        {
            LabelText = text,
            MarkerStyle = new(shape, 12, color) { LineWidth = 2.5f, LineColor = color },
        });
    }
}
