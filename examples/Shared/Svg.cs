using System.Globalization;
using System.Net;
using System.Text;

namespace Examples;

/// <summary>Pictures of a training run.</summary>
internal static class Svg
{
    /// <summary>Lines over epochs: the losses of training and validation.</summary>
    internal static string Curves(string title, IReadOnlyList<(string Name, string Color, double[] Values)> lines)
    {
        const int Width = 640, Height = 360, Left = 60, Top = 40, Bottom = 320, Right = 620;
        var count = lines.Max(line => line.Values.Length);
        double low = lines.Min(line => line.Values.Min()), high = lines.Max(line => line.Values.Max());
        if (high - low < 1e-9)
            high = low + 1;
        double X(int i) => count == 1 ? (Left + Right) / 2.0 : Left + (double)i / (count - 1) * (Right - Left);
        double Y(double value) => Bottom - (value - low) / (high - low) * (Bottom - Top - 20);
        var svg = Start(Width, Height, title);
        for (var tick = 0; tick <= 4; tick++)
        {
            var value = low + (high - low) * tick / 4;
            Add(svg, $"<line x1='{Left}' x2='{Right}' y1='{Y(value):0.0}' y2='{Y(value):0.0}' stroke='#ddd'/><text x='{Left - 6}' y='{Y(value) + 4:0.0}' text-anchor='end'>{value:0.00}</text>");
        }
        for (var i = 0; i < count; i += Math.Max(1, count / 10))
            Add(svg, $"<text x='{X(i):0.0}' y='{Bottom + 18}' text-anchor='middle'>{i + 1}</text>");
        Add(svg, $"<text x='{(Left + Right) / 2}' y='{Height - 6}' text-anchor='middle'>epoch</text>");
        for (var i = 0; i < lines.Count; i++)
        {
            var (name, color, values) = lines[i];
            var points = string.Join(' ', values.Select((value, at) => string.Create(CultureInfo.InvariantCulture, $"{X(at):0.0},{Y(value):0.0}")));
            Add(svg, $"<polyline points='{points}' fill='none' stroke='{color}' stroke-width='2'/><text x='{Right}' y='{Top + 16 * i}' text-anchor='end' fill='{color}'>{WebUtility.HtmlEncode(name)}</text>");
        }
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>Where each written word looked: source words above, written words at the left, dark where the weight is high.</summary>
    internal static string HeatMap(string title, IReadOnlyList<string> source, IReadOnlyList<string> written, IReadOnlyList<float[]> weights)
    {
        const int Cell = 26, Left = 110, Top = 130;
        var svg = Start(Left + Cell * source.Count + 20, Top + Cell * written.Count + 20, title);
        for (var column = 0; column < source.Count; column++)
            Add(svg, $"<text transform='translate({Left + Cell * column + 17},{Top - 8}) rotate(-60)'>{WebUtility.HtmlEncode(source[column])}</text>");
        for (var row = 0; row < written.Count; row++)
        {
            Add(svg, $"<text x='{Left - 8}' y='{Top + Cell * row + 17}' text-anchor='end'>{WebUtility.HtmlEncode(written[row])}</text>");
            for (var column = 0; column < source.Count; column++)
                Add(svg, $"<rect x='{Left + Cell * column}' y='{Top + Cell * row}' width='{Cell - 1}' height='{Cell - 1}' fill='#1f4e8c' fill-opacity='{Math.Clamp(weights[row][column], 0.02f, 1):0.000}'><title>{weights[row][column]:0.00}</title></rect>");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static StringBuilder Start(int width, int height, string title)
    {
        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' font-family='sans-serif' font-size='13'>");
        Add(svg, $"<rect width='{width}' height='{height}' fill='white'/><text x='10' y='20' font-size='15'>{WebUtility.HtmlEncode(title)}</text>");
        return svg;
    }

    private static void Add(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
