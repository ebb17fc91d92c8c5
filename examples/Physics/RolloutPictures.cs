using System.Globalization;
using System.Text;
using Examples;
using Physics.Data;
using ScottPlot;

namespace Physics;

/// <summary>What the simulator did and what the network made of the same start: moving, in moments, and as errors over time.</summary>
internal static class RolloutPictures
{
    // A side of the box in pixels, frames of the moving picture, its seconds, and moments of the still one.
    private const int Side = 380, Gap = 24, Top = 66, MostFrames = 100, Seconds = 10, Moments = 6;

    internal static void Write(string folder, string network, ParticleData data, Learner.Result result)
    {
        WholeFile.Write(Path.Combine(folder, $"{network}-rollout.svg"), Moving(network, data, result));
        WholeFile.Write(Path.Combine(folder, $"{network}-moments.svg"), Still(network, data, result));
        Curves(Path.Combine(folder, $"{network}-error"), network, data, result);
    }

    private static string Moving(string network, ParticleData data, Learner.Result result)
    {
        var (scale, height) = Scale(data, Side);
        var svg = Begin(2 * Side + 3 * Gap, height + Top + Gap, $"{result.Rollout.Length - 1} steps from the same start");
        int[] times = Times(result, MostFrames);
        foreach (var (panel, title, run) in ((int, string, double[][])[])[(0, data.StepsPerSecond is null ? "as measured" : "simulator",
            result.Truth), (1, $"network ({network})", result.Rollout)])
        {
            var left = Gap + panel * (Side + Gap);
            Panel(svg, left, Top, Side, height, title);
            for (var particle = 0; particle < run[0].Length / data.Dimensions; particle++)
            {
                (double X, double Y)[] places = [.. times.Select(time => Place(data, run[time], particle, left, Top, height, scale))];
                svg.Append(CultureInfo.InvariantCulture, $"<circle r=\"{Size(data, scale)}\" fill=\"{ColorOf(data, result, particle)}\">");
                Animate("cx", places.Select(place => place.X));
                Animate("cy", places.Select(place => place.Y));
                svg.Append("</circle>\n");
            }
        }
        return svg.Append("</svg>\n").ToString();

        void Animate(string attribute, IEnumerable<double> values) => svg.Append($"<animate attributeName=\"{attribute}\" "
            + $"dur=\"{Seconds}s\" repeatCount=\"indefinite\" values=\"{string.Join(';', values.Select(Number))}\"/>");
    }

    private static string Still(string network, ParticleData data, Learner.Result result)
    {
        const int Small = 170, Room = 12, Left = 90;
        var (scale, height) = Scale(data, Small);
        var svg = Begin(Left + Moments * (Small + Room), Top + 2 * (height + Room),
            "The same start, moved on by the network alone; colors are places at the start");
        int[] times = Times(result, Moments);
        for (var row = 0; row < 2; row++)
        {
            var top = Top + row * (height + Room);
            Text(svg, 10, top + height / 2, row == 1 ? network : data.StepsPerSecond is null ? "measured" : "simulator", "start");
            for (var moment = 0; moment < times.Length; moment++)
            {
                var left = Left + moment * (Small + Room);
                Panel(svg, left, top, Small, height, row == 0 ? $"step {times[moment]}" : "");
                var places = (row == 0 ? result.Truth : result.Rollout)[times[moment]];
                for (var particle = 0; particle < places.Length / data.Dimensions; particle++)
                {
                    var (x, y) = Place(data, places, particle, left, top, height, scale);
                    svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{Number(x)}\" cy=\"{Number(y)}\" r=\"{Size(data, scale)}\" ")
                        .Append($"fill=\"{ColorOf(data, result, particle)}\"/>\n");
                }
            }
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static void Curves(string path, string network, ParticleData data, Learner.Result result)
    {
        int[] steps = [.. Enumerable.Range(1, result.Rollout.Length - 1)];
        double[] x = [.. steps.Select(step => (double)step)];
        var plot = PictureFile.New(data.Energy is null ? $"How far particles are from where they were ({network})"
            : $"Energy per particle of the simulator and of the rollout ({network})");
        if (data.Energy is { } energy)
        {
            Draw("simulator", result.Truth, Colors.Gray, 3);
            Draw(network, result.Rollout, Color.FromHex("#1f4e8c"), 1.5f);
            plot.YLabel("energy (motion, height, pressure)");

            void Draw(string name, double[][] run, Color color, float width) =>
                Line(name, [.. steps.Select(step => energy(run[step - 1], run[step]))], color, width);
        }
        else
        {
            Line(network, [.. steps.Select(step => result.ErrorAt(step, data.Dimensions))], Color.FromHex("#1f4e8c"), 1.5f);
            plot.YLabel("root mean square distance");
        }
        plot.XLabel("step");
        plot.ShowLegend(Edge.Bottom);
        plot.WriteTo(path, 800, 420);

        void Line(string name, double[] y, Color color, float width)
        {
            var line = plot.Add.Scatter(x, y, color);
            (line.LegendText, line.LineWidth, line.MarkerSize) = (name, width, 0);
        }
    }

    private static int[] Times(Learner.Result result, int most)
    {
        var count = Math.Min(most, result.Rollout.Length);
        return [.. Enumerable.Range(0, count).Select(i => i * (result.Rollout.Length - 1) / Math.Max(1, count - 1))];
    }

    // The first two axes are drawn; a line has no height.
    private static (double Scale, int Height) Scale(ParticleData data, int side)
    {
        var width = data.Upper[0] - data.Lower[0];
        var height = data.Dimensions > 1 ? data.Upper[1] - data.Lower[1] : width / 4;
        return (side / width, (int)Math.Clamp(side * height / width, side / 8.0, 2.5 * side));
    }

    private static (double X, double Y) Place(ParticleData data, double[] positions, int particle, int left, int top, int height,
        double scale)
    {
        var y = data.Dimensions > 1 ? (positions[particle * data.Dimensions + 1] - data.Lower[1]) * scale : height / 2.0;
        return (left + (positions[particle * data.Dimensions] - data.Lower[0]) * scale, top + height - y);
    }

    private static string Size(ParticleData data, double scale) => Number(Math.Clamp(0.3 * data.Radius * scale, 1.2, 12));

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

    private static StringBuilder Begin(int width, int height, string title) => new StringBuilder()
        .Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" ")
        .Append("font-family=\"Open Sans, Helvetica, Arial, sans-serif\" font-size=\"14\">\n")
        .Append($"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n")
        .Append($"<text x=\"{width / 2}\" y=\"26\" font-size=\"16\" text-anchor=\"middle\" fill=\"#333\">{title}</text>\n");

    private static void Panel(StringBuilder svg, int left, int top, int width, int height, string title)
    {
        svg.Append($"<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" fill=\"#f6f8fa\" stroke=\"#9aa5b1\"/>\n");
        if (title.Length > 0)
            Text(svg, left + width / 2, top - 12, title, "middle");
    }

    private static void Text(StringBuilder svg, int x, int y, string text, string anchor) =>
        svg.Append($"<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" fill=\"#333\">{text}</text>\n");

    private static string Number(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
