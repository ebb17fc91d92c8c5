using System.Globalization;
using Examples;
using Physics.Data;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Physics;

/// <summary>What the simulator did and what the network made of the same start: moving, in moments, and as errors over time.</summary>
internal static class RolloutPictures
{
    // A side of the box in pixels, frames of the moving picture, its seconds, and moments of the still one.
    private const int Side = 380, Gap = 24, Top = 66, MostFrames = 100, Seconds = 10, Moments = 6;

    internal static void Write(string folder, string network, ParticleData data, Learner.Result result)
    {
        Moving(network, data, result).WriteSvg(Path.Combine(folder, $"{network}-rollout"));
        Still(network, data, result).WriteTo(Path.Combine(folder, $"{network}-moments"));
        if (data.Energy is not null)
            EnergyCurves(Path.Combine(folder, $"{network}-energy"), network, data.Energy, result);
        ErrorCurves(Path.Combine(folder, $"{network}-error"), network, data, result);
    }

    private static VectorDrawing Moving(string network, ParticleData data, Learner.Result result)
    {
        var (scale, height) = Scale(data, Side);
        var drawing = Begin(2 * Side + 3 * Gap, height + Top + Gap, $"{result.Steps} steps from the same start");
        int[] times = Times(result, MostFrames);
        foreach (var (panel, title, run) in ((int, string, double[][])[])[(0, data.StepsPerSecond is null ? "as measured" : "simulator",
            result.Truth), (1, $"network ({network})", result.Rollout)])
        {
            var left = Gap + panel * (Side + Gap);
            Panel(drawing, left, Top, Side, height, title);
            using var clipped = drawing.Clip(left, Top, Side, height);
            if (data.Mesh is { } mesh)
            {
                drawing.Element("<path fill=\"none\" stroke=\"#1f4e8c\" stroke-width=\"1\">");
                Animate("d", times.Select(time => ClothDrawing.Lines(mesh, At(run[time]))));
                drawing.Element("</path>\n");
                continue;

                (double, double)[] At(double[] positions) => [.. Enumerable.Range(0, mesh.IsHeld.Length).Select(vertex =>
                    Place(data, positions, vertex, left, Top, height, scale))];
            }
            for (var particle = 0; particle < run[0].Length / data.Dimensions; particle++)
            {
                (double X, double Y)[] places = [.. times.Select(time => Place(data, run[time], particle, left, Top, height, scale))];
                drawing.Element($"<circle r=\"{VectorDrawing.Number(Size(data, scale))}\" fill=\"{ColorOf(data, result, particle)}\">");
                Animate("cx", places.Select(place => VectorDrawing.Number(place.X)));
                Animate("cy", places.Select(place => VectorDrawing.Number(place.Y)));
                drawing.Element("</circle>\n");
            }
        }
        return drawing;

        void Animate(string attribute, IEnumerable<string> values) => drawing.Element($"<animate attributeName=\"{attribute}\" "
            + $"dur=\"{Seconds}s\" repeatCount=\"indefinite\" values=\"{string.Join(';', values)}\"/>");
    }

    private static VectorDrawing Still(string network, ParticleData data, Learner.Result result)
    {
        const int Small = 170, Room = 12, Left = 90;
        var (scale, height) = Scale(data, Small);
        var drawing = Begin(Left + Moments * (Small + Room), Top + 2 * (height + Room),
            data.Mesh is null ? "The same start, moved on by the network alone; colors are places at the start"
                : "The same start, moved on by the network alone; blue is the front of the cloth, orange its back");
        int[] times = Times(result, Moments);
        for (var row = 0; row < 2; row++)
        {
            var top = Top + row * (height + Room);
            drawing.Text(10, top + height / 2.0, row == 1 ? network : data.StepsPerSecond is null ? "measured" : "simulator", "start");
            for (var moment = 0; moment < times.Length; moment++)
            {
                var left = Left + moment * (Small + Room);
                Panel(drawing, left, top, Small, height, row == 0 ? $"step {times[moment] - result.Start}" : "");
                using var clipped = drawing.Clip(left, top, Small, height);
                var places = (row == 0 ? result.Truth : result.Rollout)[times[moment]];
                if (data.Mesh is { } mesh)
                {
                    ClothDrawing.Write(drawing, mesh, places, vertex => Place(data, places, vertex, left, top, height, scale));
                    continue;
                }
                for (var particle = 0; particle < places.Length / data.Dimensions; particle++)
                {
                    var (x, y) = Place(data, places, particle, left, top, height, scale);
                    drawing.Circle(x, y, Size(data, scale), ColorOf(data, result, particle));
                }
            }
        }
        return drawing;
    }

    private static void EnergyCurves(string path, string network, Func<double[], double[], double> energy, Learner.Result result)
    {
        var plot = PictureFile.New($"Energy per particle of the simulator and of the rollout ({network})");
        Line("simulator", result.Truth, Colors.Gray, 3);
        Line(network, result.Rollout, Color.FromHex("#1f4e8c"), 1.5f);
        Finish(plot, path, result, "energy");

        void Line(string name, double[][] run, Color color, float width) =>
            AddLine(plot, name, result, time => energy(run[time - 1], run[time]), color, width);
    }

    private static void ErrorCurves(string path, string network, ParticleData data, Learner.Result result)
    {
        var plot = PictureFile.New($"How far {(data.Mesh is null ? "particles" : "points")} are from "
            + (data.StepsPerSecond is null ? "where they were measured" : "the simulator's positions"));
        Line("last velocities kept", result.Straight, Colors.Gray);
        Line(network, result.Rollout, Color.FromHex("#1f4e8c"));
        // What flies straight on leaves the picture.
        var most = Enumerable.Range(0, result.Rollout.Length).Max(time => result.ErrorAt(result.Rollout, time, data.Dimensions));
        var straight = Enumerable.Range(0, result.Rollout.Length).Max(time => result.ErrorAt(result.Straight, time, data.Dimensions));
        plot.Axes.SetLimitsY(0, 1.05 * Math.Max(1e-9, Math.Max(most, Math.Min(10 * most, straight))));
        Finish(plot, path, result, "root mean square distance");

        void Line(string name, double[][] run, Color color) =>
            AddLine(plot, name, result, time => result.ErrorAt(run, time, data.Dimensions), color, 1.5f);
    }

    // Steps count from the last time that was given.
    private static void AddLine(Plot plot, string name, Learner.Result result, Func<int, double> at, Color color, float width)
    {
        int[] steps = [.. Enumerable.Range(0, result.Steps + 1)];
        var line = plot.Add.Scatter(Array.ConvertAll(steps, step => (double)step),
            Array.ConvertAll(steps, step => at(result.Start + step)), color);
        (line.LegendText, line.LineWidth, line.MarkerSize) = (name, width, 0);
    }

    private static void Finish(Plot plot, string path, Learner.Result result, string label)
    {
        // Plain numbers throughout, however small: some would stand as 5E-05 among others as 0.0001.
        plot.Axes.Left.TickGenerator = new NumericAutomatic
        {
            LabelFormatter = number => number.ToString("0.############", CultureInfo.InvariantCulture),
        };
        plot.YLabel(label);
        plot.XLabel("step");
        plot.Axes.SetLimitsX(0, Math.Max(1, result.Steps));
        plot.ShowLegend(Edge.Bottom);
        plot.WriteTo(path, 800, 420);
    }

    private static int[] Times(Learner.Result result, int most)
    {
        var count = Math.Min(most, result.Steps + 1);
        return [.. Enumerable.Range(0, count).Select(i => result.Start + i * result.Steps / Math.Max(1, count - 1))];
    }

    // The first two axes are drawn, a line has no height; of a cloth the first and the last, seen from a side and from above.
    private static (double Scale, int Height) Scale(ParticleData data, int side)
    {
        var upwards = data.Mesh is null ? 1 : 2;
        var width = data.Upper[0] - data.Lower[0];
        var height = data.Dimensions > 1 ? data.Upper[upwards] - data.Lower[upwards] : width / 4;
        return (side / width, (int)Math.Clamp(side * height / width, side / 8.0, 2.5 * side));
    }

    private static (double X, double Y) Place(ParticleData data, double[] positions, int particle, int left, int top, int height,
        double scale)
    {
        var at = positions.AsSpan(particle * data.Dimensions, data.Dimensions);
        var (x, y) = data.Mesh is not null ? (at[0] + 0.35 * at[1], at[2] + 0.18 * at[1]) : (at[0], at.Length > 1 ? at[1] : 0);
        return (left + (x - data.Lower[0]) * scale,
            top + height - (at.Length > 1 ? (y - data.Lower[data.Mesh is null ? 1 : 2]) * scale : height / 2.0));
    }

    private static double Size(ParticleData data, double scale) => Math.Clamp(0.3 * data.Radius * scale, 1.2, 12);

    // By the place at the start, from deep blue on the left to light blue, and orange for the right.
    private static string ColorOf(ParticleData data, Learner.Result result, int particle)
    {
        var share = (result.Truth[0][particle * data.Dimensions] - data.Lower[0]) / (data.Upper[0] - data.Lower[0]);
        (double R, double G, double B) low = (24, 60, 130), middle = (70, 160, 220), high = (235, 130, 40);
        var (from, to, t) = share < 0.5 ? (low, middle, share * 2) : (middle, high, share * 2 - 1);
        t = Math.Clamp(t, 0, 1);
        int Mix(double a, double b) => (int)Math.Round(a + (b - a) * t);
        return $"#{Mix(from.R, to.R):x2}{Mix(from.G, to.G):x2}{Mix(from.B, to.B):x2}";
    }

    private static VectorDrawing Begin(int width, int height, string title)
    {
        var drawing = new VectorDrawing(width, height);
        drawing.Text(width / 2.0, 26, title, "middle", 16);
        return drawing;
    }

    private static void Panel(VectorDrawing drawing, int left, int top, int width, int height, string title)
    {
        drawing.Rectangle(left, top, width, height, "#f6f8fa", "#9aa5b1");
        if (title.Length > 0)
            drawing.Text(left + width / 2.0, top - 12, title, "middle");
    }
}
