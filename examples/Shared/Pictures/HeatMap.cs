using MLSeqGraph.Trainers;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Examples;

/// <summary>A table of shares between 0 and 1, the darker the higher: what a decoder attended to, which classes are confused.</summary>
internal static class HeatMap
{
    private const int Cell = 26, Most = 60;

    /// <summary>Draws where each written token looked.</summary>
    /// <param name="path">The files' path without the ending.</param>
    /// <param name="title">What stands above it.</param>
    /// <param name="source">The tokens that were read.</param>
    /// <param name="written">The tokens that were written.</param>
    /// <param name="weights">Of each written token, a weight for each source token.</param>
    internal static void WriteAttention(
        string path, string title, IReadOnlyList<string> source, IReadOnlyList<string> written, IReadOnlyList<float[]> weights) => Write(
            path, title, written, source, (row, column) => weights[row][column], null,
            "written token", "source token", "attention weight", Cell);

    /// <summary>Draws how much nodes read of each other, relative to the most that each reads of one.</summary>
    /// <param name="path">The files' path without the ending.</param>
    /// <param name="title">What stands above it.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="weights">Of each node, how much it reads of each.</param>
    /// <param name="isMarked">Whether a dot stands where a node (row) reads of another.</param>
    internal static void WriteConnections(string path, string title, IReadOnlyList<string> nodes, IReadOnlyList<float[]> weights,
        Func<int, int, bool> isMarked) => Write(path, title, nodes, nodes,
            (row, column) => weights[row][column] / Math.Max(1e-12, weights[row].Max()),
            (row, column) => isMarked(row, column) ? "●" : "", "place that reads", "place it reads of", "share of the row's most",
            Cell);

    /// <summary>Draws how many rows of each class were predicted to be of which; not for more than 60 classes.</summary>
    /// <param name="path">The files' path without the ending.</param>
    /// <param name="title">What stands above it.</param>
    /// <param name="metrics">Have the classes and, of each, the rows predicted to be of each class.</param>
    internal static void WriteConfusion(string path, string title, ClassificationMetrics metrics)
    {
        var counts = metrics.ConfusionMatrix;
        if (counts.Count > Most)
            return;
        string[] classes = [.. metrics.PerClass.Select(one => one.Name)];
        double[] rows = [.. counts.Select(row => Math.Max(1, row.Sum()))];
        var digits = counts.Max(row => row.Max()).ToString("0").Length;
        Write(
            path, title, classes, classes,
            (row, column) => counts[row][column] / rows[row], (row, column) => counts[row][column].ToString("0"),
            "class", "predicted class", "share of the class's rows", Math.Max(Cell + 8, 9 * digits + 8));
    }

    private static void Write(
        string path, string title, IReadOnlyList<string> rows, IReadOnlyList<string> columns, Func<int, int, double> share,
        Func<int, int, string>? text, string rowLabel, string columnLabel, string shareLabel, int cell)
    {
        // The bar beside a small table has to hold its label.
        cell = Math.Max(cell, 180 / rows.Count);
        var plot = PictureFile.New(title);
        var colors = new ScottPlot.Colormaps.CustomInterpolated([Colors.White, Color.FromHex("#1f4e8c")]);
        for (var row = 0; row < rows.Count; row++)
            for (var column = 0; column < columns.Count; column++)
            {
                // Rectangles rather than a bitmap: sharp at any size.
                var box = plot.Add.Rectangle(column - 0.5, column + 0.5, row - 0.5, row + 0.5);
                (box.FillColor, box.LineColor, box.LineWidth) = (colors.GetColor(share(row, column)), Color.FromHex("#e4e4e4"), 1);
                if (text is null)
                    continue;
                var label = plot.Add.Text(text(row, column), column, row);
                (label.LabelAlignment, label.OffsetY) = (Alignment.MiddleCenter, PictureFile.Lower);
                label.LabelFontSize = PictureFile.FontSize - 1;
                label.LabelFontColor = share(row, column) > 0.5 ? Colors.White : Colors.Black;
            }
        plot.HideGrid();
        plot.Axes.SetLimits(-0.5, columns.Count - 0.5, rows.Count - 0.5, -0.5);
        plot.Axes.Left.SetTicks([.. Enumerable.Range(0, rows.Count).Select(row => (double)row)], [.. rows]);
        plot.Axes.Left.Label.Text = rowLabel;
        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, columns.Count).Select(column => (double)column)], [.. columns]);
        plot.Axes.Bottom.Label.Text = columnLabel;
        foreach (var axis in new IAxis[] { plot.Axes.Left, plot.Axes.Bottom })
            axis.MajorTickStyle.Length = 3;

        var scale = plot.Add.ColorBar(new Scale(colors));
        scale.Label = shareLabel;
        scale.LabelStyle.FontSize = PictureFile.FontSize;
        scale.LabelStyle.Bold = false;
        scale.Axis.TickGenerator = new NumericManual([0, 0.2, 0.4, 0.6, 0.8, 1], ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        (scale.Axis.TickLabelStyle.FontSize, scale.Axis.TickLabelStyle.OffsetY) = (PictureFile.FontSize - 1, PictureFile.Lower);

        float widest = columns.Max(text => PictureFile.Width(text)), bottom = 50;
        if (widest > cell - 4)
        {
            (plot.Axes.Bottom.TickLabelStyle.Rotation, plot.Axes.Bottom.TickLabelStyle.Alignment) = (-60, Alignment.MiddleRight);
            plot.Axes.Bottom.MinimumSize = bottom = 0.87f * widest + 40;
        }
        // The title is centered above the table and may be wider.
        float width = cell * columns.Count, over = (PictureFile.Width(title, PictureFile.TitleSize) - width) / 2 + 10;
        float left = Math.Max(over, 50 + rows.Max(text => PictureFile.Width(text))), right = Math.Max(over, 100), top = 45;
        plot.Layout.Fixed(new PixelPadding(left, right, bottom, top));
        plot.WriteTo(path, left + width + right, top + cell * rows.Count + bottom);
    }

    // The colors of shares, for the bar beside the table.
    private sealed class Scale(IColormap colors) : IHasColorAxis
    {
        public IColormap Colormap { get; } = colors;

        public ScottPlot.Range GetRange() => new(0, 1);
    }
}
