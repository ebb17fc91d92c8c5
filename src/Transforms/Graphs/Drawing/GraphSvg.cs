using System.Globalization;
using System.Net;
using System.Text;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>A node of a picture.</summary>
/// <param name="X">Its place, in any unit.</param>
/// <param name="Y">Its place.</param>
/// <param name="Color">Its color, as SVG writes it.</param>
/// <param name="Name">Written beside it; null for none.</param>
/// <param name="Hint">Shown when pointed at.</param>
/// <param name="IsMarked">Whether it gets a ring.</param>
internal readonly record struct PictureNode(double X, double Y, string Color, string? Name, string Hint, bool IsMarked = false);

/// <summary>An edge of a picture.</summary>
/// <param name="Source">The node it starts at.</param>
/// <param name="Target">The node it ends at.</param>
/// <param name="Strength">0 to 1: how dark and wide it is.</param>
internal readonly record struct PictureEdge(int Source, int Target, double Strength);

/// <summary>Writes graphs as SVG.</summary>
internal static class GraphSvg
{
    private const int Width = 1000, Height = 800, Margin = 40, TitleHeight = 36, LegendWidth = 170, LegendLetters = 24;

    // As many letters of a title fit into a line at its usual size.
    private const double TitleLetters = 100, TitleSize = 17;

    /// <summary>Colors that are told apart by people who don't see red or green too (Okabe and Ito 2008), and some more.</summary>
    private static readonly string[] Colors = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c6d31", "#6a51a3",
        "#a6761d", "#1b9e77", "#e7298a", "#7f7f7f"];

    /// <summary>A color for each number; more than there are colors come again, darker or lighter.</summary>
    internal static string ColorOf(int number) => number < Colors.Length ? Colors[number]
        : string.Create(CultureInfo.InvariantCulture, $"hsl({number * 137 % 360} {45 + number * 29 % 40}% {35 + number * 17 % 35}%)");

    /// <summary>From blue by pale yellow, which isn't taken for the grey of what is missing, to orange, for a number from 0 to 1.</summary>
    internal static string Shade(double share)
    {
        share = double.IsNaN(share) ? 0.5 : Math.Clamp(share, 0, 1);
        int Mix(int low, int middle, int high) => (int)Math.Round(share < 0.5 ? low + (middle - low) * share * 2
            : middle + (high - middle) * (share - 0.5) * 2);
        return $"#{Mix(0x00, 0xf2, 0xd5):x2}{Mix(0x72, 0xe6, 0x5e):x2}{Mix(0xb2, 0xb3, 0x00):x2}";
    }

    /// <summary>Writes a picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">What stands above it.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="edges">The edges; strong ones are drawn above weak ones.</param>
    /// <param name="legend">Colors and what they mean.</param>
    /// <exception cref="ArgumentException">The file's name doesn't end in .svg.</exception>
    internal static void Write(string path, string title, IReadOnlyList<PictureNode> nodes, IEnumerable<PictureEdge> edges,
        IReadOnlyList<(string Color, string Text)> legend)
    {
        if (!path.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"The picture's file is '{path}'; expected a name that ends in .svg.", nameof(path));
        var right = legend.Count > 0 ? LegendWidth : 0;
        double left = nodes.Min(node => node.X), top = nodes.Min(node => node.Y);
        double wide = Math.Max(1e-9, nodes.Max(node => node.X) - left), high = Math.Max(1e-9, nodes.Max(node => node.Y) - top);
        var scale = Math.Min((Width - 2 * Margin - right) / wide, (Height - 2 * Margin - TitleHeight) / high);
        if (nodes.Count == 1)
            scale = 1;
        double X(PictureNode node) => Margin + ((Width - 2 * Margin - right) - wide * scale) / 2 + (node.X - left) * scale;
        double Y(PictureNode node) => TitleHeight + Margin + (Height - 2 * Margin - TitleHeight - high * scale) / 2
            + (node.Y - top) * scale;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" "
            + $"width=\"{Width}\" height=\"{Height}\" font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
            + $"<text x=\"{Margin}\" y=\"26\" font-size=\"{TitleSize * Math.Min(1, TitleLetters / Math.Max(1, title.Length)):0.#}\">"
            + $"{Text(title)}</text>\n<g stroke=\"#555\">\n");
        var faint = nodes.Count > 1000 ? 0.25 : 0.5;
        foreach (var edge in edges.OrderBy(edge => edge.Strength))
        {
            var (from, to) = (nodes[edge.Source], nodes[edge.Target]);
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(from):0.#}\" y1=\"{Y(from):0.#}\" x2=\"{X(to):0.#}\" "
                + $"y2=\"{Y(to):0.#}\" stroke-width=\"{0.5 + 4.5 * Math.Pow(edge.Strength, 2):0.##}\" "
                + $"stroke-opacity=\"{faint * 0.5 + (1 - faint * 0.5) * edge.Strength:0.##}\"/>\n");
        }
        svg.Append("</g>\n<g stroke=\"white\" stroke-width=\"0.5\">\n");
        var radius = nodes.Count switch { <= 60 => 9.0, <= 300 => 6, <= 2000 => 3.5, _ => 2 };
        double RadiusOf(PictureNode node) => node.IsMarked ? radius * 1.4 : radius;
        foreach (var node in nodes)
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(node):0.#}\" cy=\"{Y(node):0.#}\" "
                + $"r=\"{RadiusOf(node):0.#}\" fill=\"{node.Color}\""
                + $"{(node.IsMarked ? " stroke=\"black\" stroke-width=\"2.5\"" : "")}><title>{Text(node.Hint)}</title></circle>\n");
        svg.Append("</g>\n<g font-size=\"10\" text-anchor=\"middle\">\n");
        foreach (var node in nodes)
            if (node.Name is { } name)
                svg.Append(CultureInfo.InvariantCulture,
                    $"<text x=\"{X(node):0.#}\" y=\"{Y(node) - RadiusOf(node) - 4:0.#}\">{Text(name)}</text>\n");
        svg.Append("</g>\n");
        for (var i = 0; i < legend.Count; i++)
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{Width - right}\" cy=\"{TitleHeight + 20 + 20 * i}\" r=\"6\" "
                + $"fill=\"{legend[i].Color}\"/><text x=\"{Width - right + 12}\" y=\"{TitleHeight + 24 + 20 * i}\" font-size=\"12\">"
                + $"{Text(Short(legend[i].Text))}"
                + $"{(Short(legend[i].Text) == legend[i].Text ? "" : $"<title>{Text(legend[i].Text)}</title>")}</text>\n");
        svg.Append("</svg>\n");
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(svg.ToString())));
    }

    private static string Short(string text) => text.Length <= LegendLetters ? text
        : string.Concat(text.AsSpan(0, LegendLetters - 1 - (char.IsHighSurrogate(text[LegendLetters - 2]) ? 1 : 0)), "…");

    // What XML can't hold becomes a replacement character.
    private static string Text(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
            shown.Append(rune.Value is 9 or 10 or 13 or >= 0x20 and not (0xfffe or 0xffff) ? rune.ToString() : "\ufffd");
        return WebUtility.HtmlEncode(shown.ToString());
    }
}
