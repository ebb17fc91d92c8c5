using Examples;
using MLSeqGraph.Transforms;
using ScottPlot;

namespace Shapes;

/// <summary>A mesh seen from the front, vertices colored by part.</summary>
internal static class MeshPicture
{
    private static readonly Color[] Colors = [Color.FromHex("#b9c4d0"), Color.FromHex("#c8780a"), Color.FromHex("#1f4e8c")];

    internal static void Write(string path, string title, TriangleMesh mesh, string[] parts, string[] names)
    {
        var plot = PictureFile.New(title);
        var (points, corners) = (mesh.Vertices.ToArray(), mesh.Triangles.ToArray().Chunk(3).ToArray());
        // The far ones first, so that near ones cover them; those that face away aren't seen.
        foreach (var triangle in corners.OrderBy(triangle => triangle.Sum(vertex => points[3 * vertex + 2])))
        {
            Coordinates[] outline = [.. triangle.Select(vertex => new Coordinates(points[3 * vertex], points[3 * vertex + 1]))];
            var facing = (outline[1].X - outline[0].X) * (outline[2].Y - outline[0].Y)
                - (outline[2].X - outline[0].X) * (outline[1].Y - outline[0].Y);
            if (facing <= 0)
                continue;
            var shape = plot.Add.Polygon(outline);
            var part = triangle.Select(vertex => parts[vertex]).GroupBy(name => name).MaxBy(group => group.Count())!.Key;
            (shape.FillColor, shape.LineColor, shape.LineWidth) = (Colors[Array.IndexOf(names, part)], ScottPlot.Colors.White, 0.5f);
        }
        foreach (var (i, name) in names.Index())
            plot.Legend.ManualItems.Add(new() { LabelText = name, MarkerStyle = new(MarkerShape.FilledSquare, 12, Colors[i]) });
        plot.HideGrid();
        foreach (var axis in plot.Axes.GetAxes())
            axis.IsVisible = false;
        plot.Axes.SquareUnits();
        plot.ShowLegend(Edge.Bottom);
        plot.WriteTo(path, 640, 640);
    }
}
