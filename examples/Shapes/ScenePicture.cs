using Examples;
using Shapes.Data;

namespace Shapes;

/// <summary>Scenes and what was told of their objects: a line for each relation, red where it is wrong.</summary>
internal static class ScenePicture
{
    private const int Side = 340, Gap = 24, Top = 56, Line = 17;

    private static readonly string[] Colors = ["#1f4e8c", "#8a6d3b", "#c8780a", "#b03060", "#2e8b57", "#6a5acd"];

    /// <summary>Writes <c>path.svg</c> and <c>path.png</c>.</summary>
    internal static void Write(string path, IReadOnlyList<(BoxedObject[] Objects, int[] Predicted)> scenes)
    {
        var told = scenes.Select(scene => Told(scene.Objects, scene.Predicted)).ToArray();
        int width = Gap + scenes.Count * (Side + Gap), height = Top + Side + 14 + Line * (1 + told.Max(lines => lines.Count)) + Gap;
        var drawing = new VectorDrawing(width, height);
        drawing.Text(width / 2.0, 24, "What the objects of scenes are to each other, as told (red: wrong or missing)", "middle", 16);
        for (var i = 0; i < scenes.Count; i++)
        {
            var left = Gap + i * (Side + Gap);
            drawing.Rectangle(left, Top, Side, Side, "#f6f8fa", "#9aa5b1");
            var all = scenes[i].Objects;
            for (var at = 0; at < all.Length; at++)
            {
                var (one, color) = (all[at], Colors[Array.IndexOf(Scene.Kinds, all[at].Kind)]);
                drawing.Rectangle(left + one.Left * Side, Top + one.Top * Side, one.Width * Side, one.Height * Side, color, color, 1.5,
                    fillOpacity: 0.15);
                // Above the box, which may be smaller than its name, within the scene.
                drawing.Text(left + Math.Clamp(one.X * Side, 26, Side - 26), Top + Math.Max(13, one.Top * Side - 4), Name(all, at),
                    "middle", 12, color);
            }
            for (var line = 0; line < told[i].Count; line++)
                drawing.Text(left, Top + Side + 14 + Line * (line + 1), told[i][line].Text, "start", 13,
                    told[i][line].IsRight ? "#333333" : "#c00000");
        }
        drawing.WriteTo(path);
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
                lines.Add((predicted[pair] == 0 ? $"{Name(all, one)}, {Name(all, other)}: nothing, in truth {Scene.Relations[truth]}"
                    : $"{Name(all, one)} {Scene.Relations[predicted[pair]]} {Name(all, other)}" + (predicted[pair] == truth ? ""
                        : $", in truth {(truth == 0 ? "nothing" : Scene.Relations[truth])}"), predicted[pair] == truth));
        }
        return lines;
    }

    private static string Name(BoxedObject[] all, int at) => $"{all[at].Kind} {at + 1}";
}
