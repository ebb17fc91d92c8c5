using System.Globalization;
using System.Text;
using Examples;
using GraphGeneration.Data;

namespace GraphGeneration;

/// <summary>Some graphs side by side, each in a panel of its own, nodes with labels colored by what they are.</summary>
internal static class GraphPicture
{
    private const int Columns = 4, Side = 210, Gap = 14, Top = 50, Bottom = 40, Margin = 22;

    private static readonly string[] Colors = ["#1f4e8c", "#c8780a", "#2e8b57", "#b03060", "#6a5acd", "#20809f", "#9a6b2f", "#708090",
        "#8c1f4e", "#4e8c1f"];

    internal static void Write(string path, string title, IEnumerable<SmallGraph> graphs)
    {
        SmallGraph[] all = [.. graphs];
        if (all.Length == 0)
            return;
        string[] names = [.. all.SelectMany(graph => graph.Labels).Where(label => label != 0).Select(Element).Distinct()
            .Order(StringComparer.Ordinal)];
        int columns = Math.Min(Columns, all.Length), rows = (all.Length + columns - 1) / columns,
            width = Math.Max(columns * (Side + Gap) + Gap, 480), height = Top + rows * (Side + Gap) + (names.Length > 0 ? Bottom : 0);
        var svg = new StringBuilder()
            .Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" ")
            .Append("font-family=\"Open Sans, Helvetica, Arial, sans-serif\" font-size=\"13\">\n")
            .Append($"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n");
        Text(svg, width / 2, 30, title, "middle", 16);
        for (var i = 0; i < all.Length; i++)
            Panel(svg, all[i], Gap + i % columns * (Side + Gap), Top + i / columns * (Side + Gap), names);
        for (var i = 0; i < names.Length; i++)
        {
            var x = width / 2 + (2 * i - names.Length) * 30 + 10;
            svg.Append($"<circle cx=\"{x}\" cy=\"{height - 20}\" r=\"6\" fill=\"{Colors[i % Colors.Length]}\"/>\n");
            Text(svg, x + 11, height - 15, names[i], "start", 13);
        }
        WholeFile.Write(path, svg.Append("</svg>\n").ToString());
    }

    private static void Panel(StringBuilder svg, SmallGraph graph, int left, int top, string[] names)
    {
        svg.Append($"<rect x=\"{left}\" y=\"{top}\" width=\"{Side}\" height=\"{Side}\" fill=\"#f6f8fa\" stroke=\"#d0d7de\"/>\n");
        var (x, y) = ForceLayout.Of(graph.Count, [.. graph.Edges.Keys.Select(edge => (edge.A, edge.B))]);
        double low = x.Min(), lowest = y.Min(), size = Math.Max(1e-9, Math.Max(x.Max() - low, y.Max() - lowest)),
            scale = (Side - 2 * Margin) / size;
        string X(int node) => Number(left + Side / 2.0 + (x[node] - (low + x.Max()) / 2) * scale);
        string Y(int node) => Number(top + Side / 2.0 + (y[node] - (lowest + y.Max()) / 2) * scale);
        foreach (var (a, b) in graph.Edges.Keys)
            svg.Append($"<line x1=\"{X(a)}\" y1=\"{Y(a)}\" x2=\"{X(b)}\" y2=\"{Y(b)}\" stroke=\"#5b6876\" stroke-width=\"1.5\"/>\n");
        // Small enough to leave the edges to be seen.
        var radius = Math.Clamp(34 / Math.Sqrt(graph.Count), 3, 8);
        for (var node = 0; node < graph.Count; node++)
        {
            var color = graph.Labels[node] == 0 ? Colors[0] : Colors[Array.IndexOf(names, Element(graph.Labels[node])) % Colors.Length];
            svg.Append($"<circle cx=\"{X(node)}\" cy=\"{Y(node)}\" r=\"{Number(radius)}\" fill=\"{color}\" stroke=\"white\"/>\n");
        }
    }

    private static string Element(int label)
    {
        var text = "";
        for (var letters = label / 1000; letters > 0; letters /= 128)
            text = (char)(letters % 128) + text;
        return text.Length > 0 ? text : label.ToString(CultureInfo.InvariantCulture);
    }

    private static void Text(StringBuilder svg, int x, int y, string text, string anchor, int size) => svg
        .Append($"<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"#333\">")
        .Append(System.Security.SecurityElement.Escape(text)).Append("</text>\n");

    private static string Number(double number) => Math.Round(number, 1).ToString(CultureInfo.InvariantCulture);
}
