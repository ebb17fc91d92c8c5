using System.Globalization;
using System.Security;
using System.Text;
using SkiaSharp;

namespace Examples;

/// <summary>
/// A picture made of rectangles, lines, circles and text, written as SVG and PNG. Colors are <c>#rrggbb</c>; coordinates are pixels, y
/// downwards.
/// </summary>
internal sealed class VectorDrawing
{
    private const string Families = "Open Sans, Helvetica, Arial, sans-serif", TextColor = "#333333", None = "none";

    // Twice as many pixels: sharp on any screen.
    private const int Scale = 2;

    private readonly int _width, _height;
    private readonly StringBuilder _svg = new();
    private readonly List<Action<SKCanvas>> _painted = [];

    /// <summary>An empty picture on white.</summary>
    internal VectorDrawing(int width, int height)
    {
        (_width, _height) = (width, height);
        Rectangle(0, 0, width, height, "#ffffff");
    }

    internal void Rectangle(double x, double y, double width, double height, string fill, string stroke = None, double strokeWidth = 1,
        double fillOpacity = 1)
    {
        _svg.Append($"<rect x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\" fill=\"{fill}\"")
            .Append(fillOpacity == 1 ? "" : $" fill-opacity=\"{Number(fillOpacity, 2)}\"")
            .Append(Stroke(stroke, strokeWidth)).Append("/>\n");
        var area = SKRect.Create((float)x, (float)y, (float)width, (float)height);
        Paint(fill, fillOpacity, stroke, strokeWidth, (canvas, paint) => canvas.DrawRect(area, paint));
    }

    internal void Circle(double x, double y, double radius, string fill, string stroke = None)
    {
        _svg.Append($"<circle cx=\"{Number(x)}\" cy=\"{Number(y)}\" r=\"{Number(radius)}\" fill=\"{fill}\"{Stroke(stroke, 1)}/>\n");
        Paint(fill, 1, stroke, 1, (canvas, paint) => canvas.DrawCircle((float)x, (float)y, (float)radius, paint));
    }

    /// <summary>A line through points, closed where it is filled.</summary>
    internal void Path(IEnumerable<(double X, double Y)> points, string stroke, double width, string fill = None, double opacity = 1)
    {
        (double X, double Y)[] all = [.. points];
        _svg.Append(fill == None ? "<polyline" : "<polygon").Append(" points=\"")
            .AppendJoin(' ', all.Select(at => $"{Number(at.X)},{Number(at.Y)}")).Append($"\" fill=\"{fill}\"{Stroke(stroke, width)}")
            .Append(opacity == 1 ? "" : $" stroke-opacity=\"{Number(opacity, 2)}\"").Append("/>\n");
        Paint(fill, 1, stroke, width, (canvas, paint) =>
        {
            using var path = new SKPath();
            path.AddPoly(Array.ConvertAll(all, at => new SKPoint((float)at.X, (float)at.Y)), close: fill != None);
            canvas.DrawPath(path, paint);
        }, opacity);
    }

    internal void Line((double X, double Y) from, (double X, double Y) to, string color, double width, double opacity = 1) =>
        Path([from, to], color, width, opacity: opacity);

    /// <summary>A line of text whose baseline is at y.</summary>
    /// <param name="x">Where it begins, is in the middle or ends.</param>
    /// <param name="y">The baseline.</param>
    /// <param name="text">What it says.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="size">Pixels.</param>
    /// <param name="color">Its color.</param>
    internal void Text(double x, double y, string text, string anchor, double size = 14, string color = TextColor)
    {
        _svg.Append($"<text x=\"{Number(x)}\" y=\"{Number(y)}\" text-anchor=\"{anchor}\" font-size=\"{Number(size)}\" fill=\"{color}\">")
            .Append(SecurityElement.Escape(text)).Append("</text>\n");
        _painted.Add(canvas =>
        {
            using var face = SKTypeface.FromFamilyName(PictureFile.Font);
            using var font = new SKFont(face, (float)size);
            using var paint = new SKPaint { IsAntialias = true, Color = SKColor.Parse(color) };
            canvas.DrawText(text, (float)x, (float)y, anchor switch
            {
                "middle" => SKTextAlign.Center, "end" => SKTextAlign.Right, _ => SKTextAlign.Left,
            }, font, paint);
        });
    }

    /// <summary>What is drawn until the result is disposed of is cut off at the rim.</summary>
    internal IDisposable Clip(int x, int y, int width, int height)
    {
        _svg.Append($"<svg x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" viewBox=\"{x} {y} {width} {height}\">\n");
        _painted.Add(canvas =>
        {
            canvas.Save();
            canvas.ClipRect(SKRect.Create(x, y, width, height));
        });
        return new Clipping(this);
    }

    /// <summary>An element of SVG, such as one that moves: a picture with one is written by <see cref="WriteSvg"/>.</summary>
    internal void Element(string svg) => _svg.Append(svg);

    /// <summary>Writes <c>path.svg</c> alone.</summary>
    internal void WriteSvg(string path) => WholeFile.Write($"{path}.svg", $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{_width}\" "
        + $"height=\"{_height}\" viewBox=\"0 0 {_width} {_height}\" font-family=\"{Families}\">\n{_svg}</svg>\n");

    /// <summary>Writes <c>path.svg</c> and <c>path.png</c>.</summary>
    internal void WriteTo(string path)
    {
        WriteSvg(path);
        using var surface = SKSurface.Create(new SKImageInfo(Scale * _width, Scale * _height));
        surface.Canvas.Scale(Scale);
        _painted.ForEach(paint => paint(surface.Canvas));
        using var image = surface.Snapshot();
        using var bytes = image.Encode(SKEncodedImageFormat.Png, 100);
        WholeFile.Write($"{path}.png", bytes.ToArray());
    }

    private void Paint(string fill, double fillOpacity, string stroke, double width, Action<SKCanvas, SKPaint> draw, double opacity = 1)
    {
        foreach (var (color, share, style) in ((string, double, SKPaintStyle)[])[(fill, fillOpacity, SKPaintStyle.Fill),
            (stroke, opacity, SKPaintStyle.Stroke)])
            if (color != None)
                _painted.Add(canvas =>
                {
                    using var paint = new SKPaint
                    {
                        IsAntialias = true, Style = style, StrokeWidth = (float)width,
                        Color = SKColor.Parse(color).WithAlpha((byte)Math.Round(255 * Math.Clamp(share, 0, 1))),
                    };
                    draw(canvas, paint);
                });
    }

    private static string Stroke(string color, double width) =>
        color == None ? "" : $" stroke=\"{color}\"{(width == 1 ? "" : $" stroke-width=\"{Number(width, 2)}\"")}";

    internal static string Number(double number, int digits = 1) => Math.Round(number, digits).ToString(CultureInfo.InvariantCulture);

    private sealed class Clipping(VectorDrawing drawing) : IDisposable
    {
        public void Dispose()
        {
            drawing._svg.Append("</svg>\n");
            drawing._painted.Add(canvas => canvas.Restore());
        }
    }
}
