using System.Text.RegularExpressions;
using ScottPlot;
using SkiaSharp;

namespace Examples;

/// <summary>What pictures have in common: the font, the title, and the two files that each is written to.</summary>
internal static class PictureFile
{
    internal const float FontSize = 13, TitleSize = 16;

    /// <summary>Pixels to lower text by that is to be centered: a line's height counts room below its letters.</summary>
    internal const float Lower = 2;

    // The first that the machine has.
    internal static readonly string Font = new[] { "Open Sans", "Segoe UI", "Helvetica Neue", "Arial", "Liberation Sans", "DejaVu Sans" }
        .FirstOrDefault(SKFontManager.Default.FontFamilies.Contains, Fonts.Default);

    /// <summary>An empty picture.</summary>
    /// <param name="title">What stands above it.</param>
    internal static Plot New(string title)
    {
        var plot = new Plot();
        plot.Font.Set(Font);
        plot.Title(title, TitleSize);
        plot.Axes.Title.Label.Bold = false;
        foreach (var axis in plot.Axes.GetAxes())
        {
            (axis.Label.FontSize, axis.Label.Bold, axis.TickLabelStyle.FontSize) = (FontSize, false, FontSize - 1);
            axis.MinorTickStyle.Length = 0;
        }
        plot.Axes.Left.TickLabelStyle.OffsetY = Lower;
        plot.Legend.FontSize = FontSize;
        plot.Legend.TightHorizontalWrapping = true;
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.Legend.OutlineColor = plot.Legend.ShadowColor = Colors.Transparent;
        return plot;
    }

    /// <summary>Writes <c>path.svg</c> and <c>path.png</c></summary>
    /// <param name="plot">The picture.</param>
    /// <param name="path">The files' path without the ending.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    internal static void WriteTo(this Plot plot, string path, double width, double height)
    {
        // Places of letters are written with a comma after the last, at which some readers drop the text.
        WholeFile.Write($"{path}.svg", Regex.Replace(plot.GetSvgXml((int)width, (int)height), "( [xy]=\"[^\"]*), \"", "$1\""));
        // Twice as many pixels: sharp on any screen.
        plot.ScaleFactor = 2;
        WholeFile.Write($"{path}.png", plot.GetImageBytes(2 * (int)width, 2 * (int)height, ImageFormat.Png));
    }

    /// <summary>The pixels that a line of text takes.</summary>
    internal static float Width(string text, float size = FontSize - 1)
    {
        using var paint = Paint.NewDisposablePaint();
        return new LabelStyle { Text = text, FontName = Font, FontSize = size }.Measure(text, paint).Width;
    }
}
