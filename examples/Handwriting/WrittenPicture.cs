using Examples;
using Handwriting.Data;
using ScottPlot;

namespace Handwriting;

/// <summary>Texts as a network writes them, more regularly from column to column.</summary>
internal static class WrittenPicture
{
    private const double Wide = 10, High = 4, Margin = 0.8;

    internal static void Write(string path, IReadOnlyList<Writing> texts, (double Bias, Writing[] Lines)[] columns)
    {
        var plot = PictureFile.New("Texts written by a network, more regularly from left to right");
        plot.HideGrid();
        foreach (var axis in plot.Axes.GetAxes())
            axis.IsVisible = false;
        for (var column = 0; column < columns.Length; column++)
            for (var row = 0; row < texts.Count; row++)
            {
                var (left, bottom) = (column * (Wide + 2 * Margin), (texts.Count - 1 - row) * (High + 2 * Margin));
                Draw(plot, columns[column].Lines[row], left, bottom);
                Label(plot, column == 0 ? $"{texts[row].Text}:" : "", left, bottom + High + Margin / 2);
                if (row == 0)
                    Label(plot, $"bias {columns[column].Bias}", left + Wide / 2, bottom + High + 2 * Margin);
            }
        plot.Axes.SetLimits(-Margin, columns.Length * (Wide + 2 * Margin), -Margin, texts.Count * (High + 2 * Margin) + Margin);
        plot.WriteTo(path, 300 * columns.Length, 120 * texts.Count + 100);
    }

    private static void Draw(Plot plot, Writing line, double left, double bottom)
    {
        var (x, y, _, high) = line.Fitted(Wide, High);
        bottom += (High - high) / 2;
        foreach (var points in line.Strokes())
        {
            var stroke = plot.Add.Scatter(Array.ConvertAll(x[points], across => left + across),
                Array.ConvertAll(y[points], up => bottom + up), Colors.Black);
            (stroke.LineWidth, stroke.MarkerSize) = (1.5f, x[points].Length == 1 ? 3 : 0);
        }
    }

    private static void Label(Plot plot, string text, double x, double y)
    {
        var label = plot.Add.Text(text, x, y);
        (label.LabelAlignment, label.LabelFontSize, label.LabelFontColor) = (Alignment.MiddleLeft, PictureFile.FontSize, Colors.Gray);
    }
}
