using ScottPlot;
using ScottPlot.TickGenerators;

namespace Examples;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="X">Where its points are.</param>
/// <param name="Y">How high they are.</param>
/// <param name="IsGuide">Whether it only guides the eye: dashed, without markers.</param>
internal sealed record ChartLine(string Name, double[] X, double[] Y, bool IsGuide = false);

/// <summary>Lines over numbers.</summary>
internal static class LineChart
{
    private static readonly string[] Palette = ["#1f4e8c", "#d1495b", "#2e7d5b", "#e39b26", "#7b5ea7", "#4aa3c7", "#8a6d3b", "#555555"];

    /// <summary>Draws lines.</summary>
    /// <param name="path">The files' path without the ending.</param>
    /// <param name="title">What stands above it.</param>
    /// <param name="x">What lies along, with its unit.</param>
    /// <param name="y">What is measured, with its unit.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="logarithmic">Whether both axes are logarithmic; numbers are above 0 then.</param>
    internal static void Write(string path, string title, string x, string y, IReadOnlyList<ChartLine> lines, bool logarithmic = false)
    {
        var plot = PictureFile.New(title);
        var drawn = 0;
        foreach (var line in lines.Where(line => line.X.Length > 0))
        {
            var color = line.IsGuide ? Colors.Gray : Color.FromHex(Palette[drawn++ % Palette.Length]);
            var added = plot.Add.Scatter(Of(line.X), Of(line.Y), color);
            (added.LegendText, added.LineWidth, added.MarkerSize) = (line.Name, line.IsGuide ? 1 : 2, line.IsGuide ? 0 : 6);
            if (line.IsGuide)
                added.LinePattern = LinePattern.Dashed;
        }
        plot.XLabel(x);
        plot.YLabel(y);
        plot.Axes.AutoScale();
        if (logarithmic)
        {
            plot.Axes.Bottom.TickGenerator = Powers(lines.SelectMany(line => line.X).Distinct().Order(), 2);
            plot.Axes.Left.TickGenerator = Powers(Tens(lines.SelectMany(line => line.Y)), 1);
        }
        plot.ShowLegend(Edge.Bottom);
        plot.WriteTo(path, Math.Max(720, PictureFile.Width(title, PictureFile.TitleSize) + 120), 480);

        double[] Of(double[] values) => logarithmic ? Array.ConvertAll(values, Math.Log10) : values;
    }

    private static IEnumerable<double> Tens(IEnumerable<double> values)
    {
        var (low, high) = (Math.Floor(Math.Log10(values.Min())), Math.Ceiling(Math.Log10(values.Max())));
        for (var power = low; power <= high; power++)
            yield return Math.Pow(10, power);
    }

    // Every so manieth of the values gets a tick.
    private static NumericManual Powers(IEnumerable<double> values, int every)
    {
        double[] all = [.. values];
        var ticks = new NumericManual();
        for (var i = 0; i < all.Length; i += all.Length > 8 ? every : 1)
            ticks.AddMajor(Math.Log10(all[i]), FormattableString.Invariant($"{all[i]:#,0.######}"));
        return ticks;
    }
}
