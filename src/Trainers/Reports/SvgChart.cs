using System.Globalization;
using System.Text;

namespace MLSeqGraph.Trainers;

/// <summary>A chart of lines, points and bars as SVG: its legend stands above what is drawn.</summary>
/// <param name="title">What it shows.</param>
/// <param name="across">What the horizontal axis is.</param>
/// <param name="up">What the vertical axis is.</param>
internal sealed class SvgChart(string title, string across, string up)
{
    /// <summary>Colors that differ for readers who see few.</summary>
    internal static readonly IReadOnlyList<string> Colors =
        ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999", "#7a5195"];

    private const double Left = 58, Right = 16, Bottom = 44, Letter = 6.2;

    private readonly List<Series> _series = [];
    private readonly List<(double X, string Name)> _marks = [];

    internal double Width { get; init; } = 450;

    internal double Height { get; init; } = 280;

    /// <summary>The ends of the axes; null for those of the values.</summary>
    internal (double Low, double High)? XRange { get; init; }

    internal (double Low, double High)? YRange { get; init; }

    /// <summary>Whether the horizontal axis counts.</summary>
    internal bool CountsAcross { get; init; }

    /// <summary>Points that can't be drawn, those that are no number, are left out.</summary>
    internal SvgChart Line(string name, IEnumerable<(double X, double Y)> points, string color, bool isDashed = false) =>
        Add(new(name, [.. points.Where(IsFinite)], color, isDashed ? Kind.Dashed : Kind.Line, null));

    internal SvgChart Points(string name, IEnumerable<(double X, double Y)> points, string color, IReadOnlyList<string>? hints = null) =>
        Add(new(name, [.. points.Where(IsFinite)], color, Kind.Points, hints));

    /// <summary>Bars from the lowest to their heights, each as wide as given.</summary>
    internal SvgChart Bars(string name, IEnumerable<(double X, double Y)> points, string color, double width, IReadOnlyList<string>? hints)
        => Add(new(name, [.. points], color, Kind.Bars, hints) { BarWidth = width });

    /// <summary>A dashed vertical line.</summary>
    internal SvgChart Mark(double x, string name)
    {
        _marks.Add((x, name));
        return this;
    }

    public override string ToString()
    {
        var legend = Legend();
        var top = 30 + 16.0 * legend.Count;
        var x = Axis.Of(XRange, _series.SelectMany(one => one.Points.Select(point => point.X)), 6, CountsAcross);
        var y = Axis.Of(YRange, _series.SelectMany(one => one.Points.Select(point => point.Y)), 5, false);
        double X(double value) => Left + (Width - Left - Right) * (value - x.Low) / (x.High - x.Low);
        double Y(double value) => Height - Bottom - (Height - Bottom - top) * (value - y.Low) / (y.High - y.Low);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" font-size=\"11\">\n");
        svg.Append(Text(Width / 2, 18, HtmlPage.Shortened(title, (int)(Width / 7.5)), "middle", " font-size=\"13\"", title));
        foreach (var tick in y.Ticks)
            svg.Append(Stroke(Left, Y(tick), Width - Right, Y(tick), "#ddd")).Append(Text(Left - 5, Y(tick) + 4, Number(tick), "end"));
        foreach (var tick in x.Ticks)
            svg.Append(Stroke(X(tick), Height - Bottom, X(tick), Height - Bottom + 4, "#888"))
                .Append(Text(X(tick), Height - Bottom + 16, Number(tick), "middle"));
        svg.Append(Stroke(Left, Height - Bottom, Width - Right, Height - Bottom, "#888"));
        svg.Append(Text((Left + Width - Right) / 2, Height - 8, across, "middle"));
        svg.Append(Text(0, 0, up, "middle", FormattableString.Invariant(
            $" transform=\"translate(13 {(top + Height - Bottom) / 2:0.#}) rotate(-90)\"")));
        foreach (var (line, entries) in legend.Select((entries, line) => (line, entries)))
            foreach (var (at, one) in entries)
                svg.Append(Stroke(at, 32 + 16 * line, at + 16, 32 + 16 * line, one.Color, one.Kind == Kind.Dashed ? "5 3" : null, 3))
                    .Append(Text(at + 21, 36 + 16 * line, one.Name));
        foreach (var one in _series)
            Draw(svg, one, X, Y, Height - Bottom);
        foreach (var (at, name) in _marks)
        {
            var isRight = X(at) > Width / 2;
            svg.Append(Stroke(X(at), top, X(at), Height - Bottom, "#666", "2 3"))
                .Append(Text(X(at) + (isRight ? -4 : 4), top + 10, name, isRight ? "end" : "start"));
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, Series one, Func<double, double> x, Func<double, double> y, double floor)
    {
        if (one.Kind is Kind.Line or Kind.Dashed)
        {
            svg.Append($"<polyline fill=\"none\" stroke=\"{one.Color}\" stroke-width=\"2\"{(one.Kind == Kind.Dashed
                ? " stroke-dasharray=\"5 3\"" : "")} points=\"").AppendJoin(' ', one.Points.Select(point =>
                FormattableString.Invariant($"{x(point.X):0.#},{y(point.Y):0.#}"))).Append("\"/>\n");
            // A line of one point would not be seen.
            if (one.Points.Count != 1)
                return;
        }
        foreach (var (i, point) in one.Points.Select((point, i) => (i, point)))
        {
            var hint = one.Hints is { } hints ? $"<title>{HtmlPage.Escaped(hints[i])}</title>" : "";
            if (one.Kind == Kind.Bars)
                svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x(point.X - one.BarWidth / 2) + 0.5:0.#}\" y=\"{y(point.Y):0.#}\" ")
                    .Append(CultureInfo.InvariantCulture,
                        $"width=\"{x(point.X + one.BarWidth / 2) - x(point.X - one.BarWidth / 2) - 1:0.#}")
                    .Append(CultureInfo.InvariantCulture, $"\" height=\"{Math.Max(0, floor - y(point.Y)):0.#}\" fill=\"{one.Color}\">")
                    .Append(hint).Append("</rect>\n");
            else
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x(point.X):0.#}\" cy=\"{y(point.Y):0.#}\" r=\"3\" ")
                    .Append($"fill=\"{one.Color}\" fill-opacity=\"0.6\">").Append(hint).Append("</circle>\n");
        }
    }

    // Lines of entries, each with its place.
    private List<List<(double At, Series Of)>> Legend()
    {
        var lines = new List<List<(double, Series)>>();
        var at = double.PositiveInfinity;
        foreach (var one in _series.Where(one => one.Name.Length > 0))
        {
            var shown = one with { Name = HtmlPage.Shortened(one.Name, (int)((Width - Left - 40) / Letter)) };
            var width = 21 + Letter * shown.Name.Length + 14;
            if (at + width > Width)
            {
                lines.Add([]);
                at = Left;
            }
            lines[^1].Add((at, shown));
            at += width;
        }
        return lines;
    }

    private SvgChart Add(Series series)
    {
        _series.Add(series);
        return this;
    }

    private static bool IsFinite((double X, double Y) point) => double.IsFinite(point.X) && double.IsFinite(point.Y);

    internal static string Text(double x, double y, string text, string anchor = "start", string more = "", string? hint = null) =>
        FormattableString.Invariant($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\"{more}>{HtmlPage.Escaped(text)}")
        + (hint is null || hint == text ? "" : $"<title>{HtmlPage.Escaped(hint)}</title>") + "</text>\n";

    private static string Stroke(double x1, double y1, double x2, double y2, string color, string? dashes = null, double width = 1) =>
        FormattableString.Invariant($"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke=\"{color}\" ")
        + FormattableString.Invariant($"stroke-width=\"{width}\"{(dashes is null ? "" : $" stroke-dasharray=\"{dashes}\"")}/>\n");

    /// <summary>A number in few letters.</summary>
    internal static string Number(double value) => double.IsNaN(value) ? "–" : Math.Abs(value) is 0 or (>= 1e-3 and < 1e5)
        ? value.ToString("0.####", CultureInfo.InvariantCulture) : value.ToString("0.##e+0", CultureInfo.InvariantCulture);

    private enum Kind
    {
        Line,
        Dashed,
        Points,
        Bars,
    }

    private sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points, string Color, Kind Kind,
        IReadOnlyList<string>? Hints)
    {
        internal double BarWidth { get; init; }
    }

    /// <summary>An axis whose ticks are 1, 2 or 5 times a power of ten apart.</summary>
    private sealed record Axis(double Low, double High, double[] Ticks)
    {
        internal static Axis Of((double Low, double High)? given, IEnumerable<double> values, int ticks, bool counts)
        {
            double[] all = [.. values];
            var (low, high) = given ?? (all.Length == 0 ? (0, 1) : (all.Min(), all.Max()));
            if (!(high > low))
                (low, high) = counts ? (low - 1, high + 1) : low == 0 ? (0, 1) : low > 0 ? (0, 1.25 * low) : (1.25 * low, 0);
            var step = Math.Pow(10, Math.Floor(Math.Log10((high - low) / ticks)));
            step *= ((double[])[1, 2, 5, 10]).First(times => (high - low) / (step * times) <= ticks);
            if (counts)
                step = Math.Max(1, step);
            if (given is null && !counts)
                (low, high) = (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step);
            var first = Math.Ceiling(low / step - 1e-9);
            var count = (int)(Math.Floor(high / step + 1e-9) - first) + 1;
            return new(low, high, [.. Enumerable.Range(0, count).Select(i => (first + i) * step)]);
        }
    }
}
