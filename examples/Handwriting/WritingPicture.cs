using Examples;
using Handwriting.Data;
using MLSeqGraph.Onnx;
using ScottPlot;

namespace Handwriting;

/// <summary>
/// A line of writing, the probability of each character over time, and by how much each point of the pen changes what was decided: the
/// gradient of the log-probability of each character, where it is likeliest, by the point's place (Graves et al. 2009).
/// </summary>
internal static class WritingPicture
{
    // Panels from above, in units of the picture's height.
    private const double Width = 10, Drawing = 3, Shares = 2, Gap = 0.5, Margin = 0.12;

    internal static void Write(string path, Reader reader, Writing line)
    {
        var frames = reader.Frames([line])[0];
        var labels = frames.Greedy();
        var peaks = labels.Length == 0 ? [] : Peaks(frames, frames.Align(labels));
        var plot = PictureFile.New($"written: {line.Text}    read: {reader.Text(labels)}");
        plot.HideGrid();
        foreach (var axis in plot.Axes.GetAxes())
            axis.IsVisible = false;
        var palette = new ScottPlot.Palettes.Category10();
        Color Of(int label) => palette.GetColor(label);

        Strokes(plot, line, Shares + Drawing + 2 * Gap, _ => (Colors.Black, 1.5f));
        Label(plot, "the writing", Shares + 2 * Drawing + 2 * Gap);
        Probabilities(plot, frames, labels, peaks, reader, Drawing + Gap, Of);
        Label(plot, "probability over time; gray: no character", Drawing + Shares + Gap);

        var gradients = Gradients(reader, line, frames, labels, peaks);
        var most = gradients.SelectMany(of => of).DefaultIfEmpty(0).Max();
        Strokes(plot, line, 0, _ => (Colors.LightGray, 1));
        Points(plot, line, point =>
        {
            if (labels.Length == 0 || most == 0)
                return (Colors.LightGray, 2);
            // The character whose decision depends most on the point.
            var label = Enumerable.Range(0, labels.Length).MaxBy(i => gradients[i][point]);
            return (Of(label), (float)(2 + 14 * Math.Sqrt(gradients[label][point] / most)));
        });
        Label(plot, "gradient of each decided character at the pen's points", Drawing);
        plot.Axes.SetLimits(-0.1, Width + 0.1, -0.2, Shares + 2 * Drawing + 2 * Gap + 0.4);
        plot.WriteTo(path, 900, 700);
    }

    // Of each label the frame of its own where it is likeliest.
    private static int[] Peaks(CtcFrames frames, CtcPath path) => [.. path.Labels.Select(span =>
        Enumerable.Range(span.Start, span.End - span.Start).MaxBy(frame => frames.LogProbabilities(frame)[path.Classes[frame]]))];

    // Of each label and point the length of the gradient: differences of the whole pipeline, from the points on.
    private static double[][] Gradients(Reader reader, Writing line, CtcFrames frames, int[] labels, int[] peaks)
    {
        var points = line.Pen.Length / 3;
        var step = (line.Pen.Where((_, i) => i % 3 == 1).Max() - line.Pen.Where((_, i) => i % 3 == 1).Min()) * 1e-3f;
        IEnumerable<Writing> moved = from point in Enumerable.Range(0, points)
                                     from axis in (int[])[0, 1]
                                     from side in (int[])[-1, 1]
                                     select Moved(line, 3 * point + axis, side * step);
        var all = reader.Frames(moved);
        return [.. labels.Select((label, i) => Enumerable.Range(0, points).Select(point =>
        {
            // To both sides; not to one where a stroke gets another number of points, so that times can't be compared.
            double Slope(int axis)
            {
                int[] rows = [4 * point + 2 * axis, 4 * point + 2 * axis + 1];
                bool[] fit = [.. rows.Select(row => all[row].Count == frames.Count)];
                double At(int side) => (fit[side] ? all[rows[side]] : frames).LogProbabilities(peaks[i])[label];
                return (At(1) - At(0)) / (step * Math.Max(1, fit.Count(it => it)));
            }
            return Math.Sqrt(Math.Pow(Slope(0), 2) + Math.Pow(Slope(1), 2));
        }).ToArray())];
    }

    private static Writing Moved(Writing line, int at, float by)
    {
        var pen = (float[])line.Pen.Clone();
        pen[at] += by;
        return new() { Pen = pen, Characters = line.Characters, Text = line.Text };
    }

    private static void Probabilities(Plot plot, CtcFrames frames, int[] labels, int[] peaks, Reader reader, double bottom,
        Func<int, Color> of)
    {
        double X(int frame) => frames.Count == 1 ? 0 : Width * frame / (frames.Count - 1);
        foreach (var number in labels.Distinct().Prepend(frames.Blank))
        {
            var curve = plot.Add.Scatter(Enumerable.Range(0, frames.Count).Select(X).ToArray(), Enumerable.Range(0, frames.Count)
                .Select(frame => bottom + (Shares - 0.4) * Math.Exp(frames.LogProbabilities(frame)[number])).ToArray(),
                number == frames.Blank ? Colors.LightGray : Colors.Gray);
            (curve.MarkerSize, curve.LineWidth) = (0, 1.5f);
        }
        for (var i = 0; i < labels.Length; i++)
        {
            var top = bottom + (Shares - 0.4) * Math.Exp(frames.LogProbabilities(peaks[i])[labels[i]]);
            var line = plot.Add.Line(X(peaks[i]), bottom, X(peaks[i]), top);
            (line.Color, line.LineWidth) = (of(i), 3);
            var text = plot.Add.Text(reader.Characters[labels[i]], X(peaks[i]), top + 0.05);
            (text.LabelAlignment, text.LabelFontSize, text.LabelFontColor, text.LabelBold) =
                (Alignment.LowerCenter, PictureFile.FontSize + 2, of(i), true);
        }
    }

    private static void Strokes(Plot plot, Writing line, double bottom, Func<int, (Color Color, float Width)> style)
    {
        var (x, y) = Places(line);
        foreach (var points in line.Strokes())
        {
            var stroke = plot.Add.Scatter(x[points], Array.ConvertAll(y[points], up => up + bottom));
            (stroke.Color, stroke.LineWidth) = style(points.Start.Value);
            stroke.MarkerSize = points.End.Value - points.Start.Value == 1 ? 4 : 0;
        }
    }

    private static void Points(Plot plot, Writing line, Func<int, (Color Color, float Size)> style)
    {
        var (x, y) = Places(line);
        for (var point = 0; point < x.Length; point++)
        {
            var (color, size) = style(point);
            plot.Add.Marker(x[point], y[point], MarkerShape.FilledCircle, size, color);
        }
    }

    // As wide as the picture, or as high as its panel.
    private static (double[] X, double[] Y) Places(Writing line)
    {
        var (x, y, wide, _) = line.Fitted(Width, Drawing - 0.6);
        return (Array.ConvertAll(x, across => (Width - wide) / 2 + across), Array.ConvertAll(y, up => Margin + up));
    }

    private static void Label(Plot plot, string text, double top)
    {
        var label = plot.Add.Text(text, 0, top + 0.05);
        (label.LabelAlignment, label.LabelFontSize, label.LabelFontColor) = (Alignment.MiddleLeft, PictureFile.FontSize, Colors.Gray);
    }
}
