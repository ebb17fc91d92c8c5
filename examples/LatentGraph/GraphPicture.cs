using System.Globalization;
using System.Text;
using Examples;
using LatentGraph.Data;

namespace LatentGraph;

/// <summary>Motions with the graph that was inferred beside the true one: a link is as dark as it is probable.</summary>
internal static class GraphPicture
{
    private const int Side = 230, Gap = 20, Top = 44, Bottom = 22, Motions = 4;

    private static readonly string[] Colors = ["#1f4e8c", "#c8780a", "#2e8b57", "#b03060", "#6a5acd", "#708090", "#20809f", "#9a6b2f"];

    internal static void Write(string path, MotionSet data, Inference.Result result)
    {
        var count = Math.Min(Motions, data.Test.Length);
        var hasTruth = data.Test[0].IsLinked is not null;
        int width = 90 + count * (Side + Gap), height = Top + (hasTruth ? 2 : 1) * (Side + Gap) + Bottom;
        var svg = new StringBuilder()
            .Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" ")
            .Append("font-family=\"Open Sans, Helvetica, Arial, sans-serif\" font-size=\"14\">\n")
            .Append($"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n");
        Text(svg, width / 2, 24, $"{data.Name}: which bodies act on each other", "middle");
        for (var motion = 0; motion < count; motion++)
        {
            var found = result.Probabilities[motion];
            Panel(svg, 90 + motion * (Side + Gap), Top, data, data.Test[motion], (to, from) => Math.Max(found[to, from], found[from, to]));
            if (data.Test[motion].IsLinked is { } isLinked)
                Panel(svg, 90 + motion * (Side + Gap), Top + Side + Gap, data, data.Test[motion], (to, from) =>
                    isLinked[to, from] || isLinked[from, to] ? 1 : 0);
        }
        Text(svg, 80, Top + Side / 2, "inferred", "end");
        if (hasTruth)
            Text(svg, 80, Top + Side + Gap + Side / 2, "true", "end");
        Text(svg, width / 2, height - 14, "a line of color is where a body was, a dot where it is at the end; a dark line between two is a "
            + "link, the darker the surer", "middle");
        WholeFile.Write(path, svg.Append("</svg>\n").ToString());
    }

    private static void Panel(StringBuilder svg, int left, int top, MotionSet data, Motion motion, Func<int, int, float> link)
    {
        var bodies = motion.Times[0].Length / data.FeaturesPerStep;
        float Axis(float[] time, int body, int axis) => axis < data.Dimensions ? time[body * data.FeaturesPerStep + axis] : 0;
        double[] low = [.. Enumerable.Range(0, 2).Select(axis => (double)motion.Times.Min(time => Enumerable.Range(0, bodies)
            .Min(body => Axis(time, body, axis))))], high = [.. Enumerable.Range(0, 2).Select(axis => (double)motion.Times.Max(time =>
            Enumerable.Range(0, bodies).Max(body => Axis(time, body, axis))))];
        var scale = (Side - 30) / Math.Max(1e-9, Math.Max(high[0] - low[0], high[1] - low[1]));
        string X(float[] time, int body) => Number(left + Side / 2.0 + (Axis(time, body, 0) - (low[0] + high[0]) / 2) * scale);
        string Y(float[] time, int body) => Number(top + Side / 2.0 - (Axis(time, body, 1) - (low[1] + high[1]) / 2) * scale);
        svg.Append($"<rect x=\"{left}\" y=\"{top}\" width=\"{Side}\" height=\"{Side}\" fill=\"#f6f8fa\" stroke=\"#9aa5b1\"/>\n");
        var last = motion.Times[^1];
        for (var to = 0; to < bodies; to++)
            for (var from = 0; from < to; from++)
                if (link(to, from) is > 0.02f and var share)
                    svg.Append($"<line x1=\"{X(last, from)}\" y1=\"{Y(last, from)}\" x2=\"{X(last, to)}\" y2=\"{Y(last, to)}\" ")
                        .Append($"stroke=\"#333\" stroke-width=\"2.5\" stroke-opacity=\"{Number(share, 2)}\"/>\n");
        for (var body = 0; body < bodies; body++)
        {
            var color = Colors[body % Colors.Length];
            svg.Append("<polyline fill=\"none\" stroke-opacity=\"0.45\" stroke-width=\"1.5\" ").Append($"stroke=\"{color}\" points=\"")
                .AppendJoin(' ', motion.Times.Select(time => $"{X(time, body)},{Y(time, body)}")).Append("\"/>\n")
                .Append($"<circle cx=\"{X(last, body)}\" cy=\"{Y(last, body)}\" r=\"7\" fill=\"{color}\" stroke=\"white\"/>\n");
        }
    }

    private static void Text(StringBuilder svg, int x, int y, string text, string anchor) => svg
        .Append($"<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" fill=\"#333\">")
        .Append(System.Security.SecurityElement.Escape(text)).Append("</text>\n");

    private static string Number(double number, int digits = 1) => Math.Round(number, digits).ToString(CultureInfo.InvariantCulture);
}
