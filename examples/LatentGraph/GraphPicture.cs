using Examples;
using LatentGraph.Data;

namespace LatentGraph;

/// <summary>Motions with the graph that was inferred beside the true one: a link is as dark as it is probable.</summary>
internal static class GraphPicture
{
    private const int Side = 230, Gap = 20, Top = 44, Bottom = 22, Motions = 4;

    private static readonly string[] Colors = ["#1f4e8c", "#c8780a", "#2e8b57", "#b03060", "#6a5acd", "#708090", "#20809f", "#9a6b2f"];

    /// <summary>Writes <c>path.svg</c> and <c>path.png</c>.</summary>
    internal static void Write(string path, MotionSet data, Inference.Result result)
    {
        var count = Math.Min(Motions, data.Test.Length);
        var hasTruth = data.Test[0].IsLinked is not null;
        int width = 90 + count * (Side + Gap), height = Top + (hasTruth ? 2 : 1) * (Side + Gap) + Bottom;
        var drawing = new VectorDrawing(width, height);
        drawing.Text(width / 2.0, 24, $"{data.Name}: which bodies act on each other", "middle");
        for (var motion = 0; motion < count; motion++)
        {
            var found = result.Probabilities[motion];
            Panel(drawing, 90 + motion * (Side + Gap), Top, data, data.Test[motion], (to, from) =>
                Math.Max(found[to, from], found[from, to]));
            if (data.Test[motion].IsLinked is { } isLinked)
                Panel(drawing, 90 + motion * (Side + Gap), Top + Side + Gap, data, data.Test[motion], (to, from) =>
                    isLinked[to, from] || isLinked[from, to] ? 1 : 0);
        }
        drawing.Text(80, Top + Side / 2, "inferred", "end");
        if (hasTruth)
            drawing.Text(80, Top + Side + Gap + Side / 2, "true", "end");
        drawing.Text(width / 2.0, height - 14, "a line of color is where a body was, a dot where it is at the end; a dark line between "
            + "two is a link, the darker the surer", "middle");
        drawing.WriteTo(path);
    }

    private static void Panel(VectorDrawing drawing, int left, int top, MotionSet data, Motion motion, Func<int, int, float> link)
    {
        var bodies = motion.Times[0].Length / data.FeaturesPerStep;
        float Axis(float[] time, int body, int axis) => axis < data.Dimensions ? time[body * data.FeaturesPerStep + axis] : 0;
        double[] low = [.. Enumerable.Range(0, 2).Select(axis => (double)motion.Times.Min(time => Enumerable.Range(0, bodies)
            .Min(body => Axis(time, body, axis))))], high = [.. Enumerable.Range(0, 2).Select(axis => (double)motion.Times.Max(time =>
            Enumerable.Range(0, bodies).Max(body => Axis(time, body, axis))))];
        var scale = (Side - 30) / Math.Max(1e-9, Math.Max(high[0] - low[0], high[1] - low[1]));
        (double X, double Y) Place(float[] time, int body) => (left + Side / 2.0 + (Axis(time, body, 0) - (low[0] + high[0]) / 2) * scale,
            top + Side / 2.0 - (Axis(time, body, 1) - (low[1] + high[1]) / 2) * scale);
        drawing.Rectangle(left, top, Side, Side, "#f6f8fa", "#9aa5b1");
        var last = motion.Times[^1];
        for (var to = 0; to < bodies; to++)
            for (var from = 0; from < to; from++)
                if (link(to, from) is > 0.02f and var share)
                    drawing.Line(Place(last, from), Place(last, to), "#333333", 2.5, share);
        for (var body = 0; body < bodies; body++)
        {
            var color = Colors[body % Colors.Length];
            drawing.Path(motion.Times.Select(time => Place(time, body)), color, 1.5, opacity: 0.45);
            drawing.Circle(Place(last, body).X, Place(last, body).Y, 7, color, "#ffffff");
        }
    }
}
