using System.Globalization;
using System.Text;
using GraphQuickstart.Data;

namespace GraphQuickstart;

/// <summary>A drawing of a small graph, nodes coloured by class.</summary>
internal static class Picture
{
    internal const int MostNodes = 300;

    private const double Width = 900, Height = 640, Margin = 40;
    private static readonly string[] Colors = ["#4878d0", "#ee854a", "#6acc64", "#d65f5f", "#956cb4", "#8c613c", "#dc7ec0", "#797979", "#d5bb67", "#82c6e2"];

    /// <summary>Writes an SVG file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">What stands above it.</param>
    /// <param name="data">The graph; nodes of the training split get a ring, wrong predictions a cross.</param>
    /// <param name="predicted">The class of each node.</param>
    internal static void Write(string path, string title, NodeData data, IReadOnlyList<string> predicted)
    {
        var (x, y) = Layout(data);
        string[] classes = [.. predicted.Concat(data.Rows.Select(node => node.Class)).Where(name => name.Length > 0).Distinct().Order(StringComparer.Ordinal)];
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height + 70}\" font-family=\"sans-serif\" font-size=\"13\">");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<rect width=\"100%\" height=\"100%\" fill=\"white\"/><text x=\"{Margin}\" y=\"28\" font-size=\"18\">{Escaped(title)}</text>");
        foreach (var edge in data.Ends)
            svg.AppendLine(CultureInfo.InvariantCulture, $"<line x1=\"{x[edge.Source]:0.0}\" y1=\"{y[edge.Source]:0.0}\" x2=\"{x[edge.Target]:0.0}\" y2=\"{y[edge.Target]:0.0}\" stroke=\"#c4c4c4\"/>");
        for (var node = 0; node < data.Rows.Count; node++)
        {
            var row = data.Rows[node];
            var color = Colors[Array.IndexOf(classes, predicted[node]) % Colors.Length];
            var ring = row.Split == "train" ? " stroke=\"black\" stroke-width=\"3\"" : "";
            svg.AppendLine(CultureInfo.InvariantCulture, $"<circle cx=\"{x[node]:0.0}\" cy=\"{y[node]:0.0}\" r=\"13\" fill=\"{color}\"{ring}/>");
            svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{x[node]:0.0}\" y=\"{y[node] + 4:0.0}\" text-anchor=\"middle\" fill=\"white\" font-size=\"11\">{row.Id}</text>");
            if (row.Class.Length > 0 && row.Class != predicted[node])
                svg.AppendLine(CultureInfo.InvariantCulture, $"<path d=\"M{x[node] - 15:0.0} {y[node] - 15:0.0}l30 30m0 -30l-30 30\" stroke=\"#c00000\" stroke-width=\"2.5\"/>");
        }
        for (var i = 0; i < classes.Length; i++)
            svg.AppendLine(CultureInfo.InvariantCulture, $"<circle cx=\"{Margin + 8 + 150 * i}\" cy=\"{Height + 40}\" r=\"8\" fill=\"{Colors[i % Colors.Length]}\"/><text x=\"{Margin + 22 + 150 * i}\" y=\"{Height + 45}\">{Escaped(classes[i])}</text>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{Width - Margin}\" y=\"{Height + 45}\" text-anchor=\"end\" fill=\"#555\">ring: label known; red cross: predicted wrong</text>");
        svg.AppendLine("</svg>");
        File.WriteAllText(path, svg.ToString());
    }

    // Forces between all nodes and along edges (Fruchterman and Reingold 1991), from a circle.
    private static (double[] X, double[] Y) Layout(NodeData data)
    {
        var count = data.Rows.Count;
        double[] x = [.. Enumerable.Range(0, count).Select(i => Math.Cos(2 * Math.PI * i / count))], y = [.. Enumerable.Range(0, count).Select(i => Math.Sin(2 * Math.PI * i / count))];
        var distance = 2 / Math.Sqrt(count);
        const int Rounds = 500;
        for (var round = 0; round < Rounds; round++)
        {
            double[] dx = new double[count], dy = new double[count];
            void Move(int a, int b, double force)
            {
                double towardsX = x[b] - x[a], towardsY = y[b] - y[a], length = Math.Max(1e-6, Math.Sqrt(towardsX * towardsX + towardsY * towardsY));
                dx[a] += towardsX / length * force;
                dy[a] += towardsY / length * force;
                dx[b] -= towardsX / length * force;
                dy[b] -= towardsY / length * force;
            }
            double Length(int a, int b) => Math.Max(1e-6, Math.Sqrt((x[a] - x[b]) * (x[a] - x[b]) + (y[a] - y[b]) * (y[a] - y[b])));
            for (var a = 0; a < count; a++)
                for (var b = a + 1; b < count; b++)
                    Move(a, b, -distance * distance / Length(a, b));
            foreach (var edge in data.Ends)
                if (edge.Source != edge.Target)
                    Move(edge.Source, edge.Target, Math.Pow(Length(edge.Source, edge.Target), 2) / distance);
            var step = 0.1 * (1 - (double)round / Rounds);
            for (var node = 0; node < count; node++)
            {
                var length = Math.Max(1e-9, Math.Sqrt(dx[node] * dx[node] + dy[node] * dy[node]));
                x[node] += dx[node] / length * Math.Min(length, step);
                y[node] += dy[node] / length * Math.Min(length, step);
            }
        }
        return (Scaled(x, Margin, Width - Margin), Scaled(y, Margin + 20, Height - 10));
    }

    private static double[] Scaled(double[] values, double from, double to)
    {
        double least = values.Min(), range = Math.Max(1e-9, values.Max() - least);
        return Array.ConvertAll(values, value => from + (value - least) / range * (to - from));
    }

    private static string Escaped(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;");
}
