using System.Globalization;
using System.Text;
using Examples;
using Shapes.Data;

namespace Shapes;

/// <summary>Scenes and what was told of their objects: a line for each relation, red where it is wrong.</summary>
internal static class ScenePicture
{
    private const int Side = 340, Gap = 24, Top = 56, Line = 17;

    private static readonly string[] Colors = ["#1f4e8c", "#8a6d3b", "#c8780a", "#b03060", "#2e8b57", "#6a5acd"];

    internal static void Write(string path, IReadOnlyList<(BoxedObject[] Objects, int[] Predicted)> scenes)
    {
        var told = scenes.Select(scene => Told(scene.Objects, scene.Predicted)).ToArray();
        int width = Gap + scenes.Count * (Side + Gap), height = Top + Side + 14 + Line * (1 + told.Max(lines => lines.Count)) + Gap;
        var svg = new StringBuilder()
            .Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" ")
            .Append("font-family=\"Open Sans, Helvetica, Arial, sans-serif\" font-size=\"13\">\n")
            .Append($"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n");
        Text(svg, width / 2.0, 24, "What the objects of scenes are to each other, as told (red: wrong or missing)", "middle", "#333", 16);
        for (var i = 0; i < scenes.Count; i++)
        {
            var left = Gap + i * (Side + Gap);
            svg.Append($"<rect x=\"{left}\" y=\"{Top}\" width=\"{Side}\" height=\"{Side}\" fill=\"#f6f8fa\" stroke=\"#9aa5b1\"/>\n");
            var all = scenes[i].Objects;
            for (var at = 0; at < all.Length; at++)
            {
                var (one, color) = (all[at], Colors[Array.IndexOf(Scene.Kinds, all[at].Kind)]);
                svg.Append($"<rect x=\"{Number(left + one.Left * Side)}\" y=\"{Number(Top + one.Top * Side)}\" width=\"")
                    .Append($"{Number(one.Width * Side)}\" height=\"{Number(one.Height * Side)}\" fill=\"{color}\" fill-opacity=\"0.15\" ")
                    .Append($"stroke=\"{color}\" stroke-width=\"1.5\"/>\n");
                Text(svg, left + one.X * Side, Top + one.Y * Side + 4, Name(all, at), "middle", color, 12);
            }
            for (var line = 0; line < told[i].Count; line++)
                Text(svg, left, Top + Side + 14 + Line * (line + 1), told[i][line].Text, "start",
                    told[i][line].IsRight ? "#333" : "#c00000", 13);
        }
        WholeFile.Write(path, svg.Append("</svg>\n").ToString());
    }

    private static List<(string Text, bool IsRight)> Told(BoxedObject[] all, int[] predicted)
    {
        var pairs = SceneRow.Pairs(all.Length);
        List<(string, bool)> lines = [];
        for (var pair = 0; pair < pairs.Length; pair++)
        {
            var (one, other) = pairs[pair];
            var truth = Scene.Relation(all, one, other);
            if (predicted[pair] > 0 || truth > 0)
                lines.Add(($"{Name(all, one)} {Scene.Relations[predicted[pair]]} {Name(all, other)}"
                    + (predicted[pair] == truth ? "" : $", in truth {Scene.Relations[truth]}"), predicted[pair] == truth));
        }
        return lines;
    }

    private static string Name(BoxedObject[] all, int at) => $"{all[at].Kind} {at + 1}";

    private static void Text(StringBuilder svg, double x, double y, string text, string anchor, string color, int size) => svg
        .Append($"<text x=\"{Number(x)}\" y=\"{Number(y)}\" text-anchor=\"{anchor}\" fill=\"{color}\" font-size=\"{size}\">")
        .Append(System.Security.SecurityElement.Escape(text)).Append("</text>\n");

    private static string Number(double number) => Math.Round(number, 1).ToString(CultureInfo.InvariantCulture);
}
