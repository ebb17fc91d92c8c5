using ScottPlot;

namespace Examples;

/// <summary>An image to draw, and how much each of its pixels counted.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="Pixels">Brightness, row by row, in any unit.</param>
/// <param name="Weights">How much each pixel counted, at least 0.</param>
internal sealed record DrawnImage(string Title, double[] Pixels, double[] Weights)
{
    /// <summary>The color of each pixel; null for shades of gray by brightness.</summary>
    internal Color[]? Colors { get; init; }
}

/// <summary>A row of images, and below each the same with the pixels that counted most in red.</summary>
internal static class ImagePictures
{
    /// <summary>Draws images.</summary>
    /// <param name="path">The files' path without the ending.</param>
    /// <param name="title">What stands above them.</param>
    /// <param name="width">Columns of each image.</param>
    /// <param name="images">The images, of one size.</param>
    internal static void Write(string path, string title, int width, IReadOnlyList<DrawnImage> images)
    {
        var plot = PictureFile.New(title);
        var height = images[0].Pixels.Length / width;
        var red = Color.FromHex("#d62728");
        for (var number = 0; number < images.Count; number++)
        {
            var image = images[number];
            double left = number * (width + 1.0), least = image.Pixels.Min(), range = Math.Max(1e-9, image.Pixels.Max() - least),
                low = image.Weights.Min(), span = Math.Max(1e-9, image.Weights.Max() - low);
            for (var pixel = 0; pixel < image.Pixels.Length; pixel++)
            {
                double x = left + pixel % width, y = pixel / width;
                var plain = image.Colors?[pixel] ?? Colors.White.MixedWith(Colors.Black, (image.Pixels[pixel] - least) / range);
                Box(x, y, plain);
                Box(x, y + height + 1, plain.MixedWith(red, 0.75 * (image.Weights[pixel] - low) / span));
            }
            var text = plot.Add.Text(image.Title, left + width / 2.0, -0.3);
            (text.LabelAlignment, text.LabelFontSize) = (Alignment.LowerCenter, PictureFile.FontSize);
        }
        plot.HideGrid();
        foreach (var axis in plot.Axes.GetAxes())
            axis.IsVisible = false;
        plot.Axes.SetLimits(-0.5, images.Count * (width + 1.0) - 0.5, 2 * height + 1.5, -3);
        var cell = Math.Max(2, 110 / width);
        plot.WriteTo(path, Math.Max(images.Count * (width + 1) * cell + 40, PictureFile.Width(title, PictureFile.TitleSize) + 60),
            (2 * height + 5) * cell + 60);

        void Box(double x, double y, Color color)
        {
            var box = plot.Add.Rectangle(x, x + 1, y, y + 1);
            (box.FillColor, box.LineWidth) = (color, 0);
        }
    }
}
