using Microsoft.ML.Data;

namespace Handwriting.Data;

/// <summary>A line of handwriting: points of the pen and what they say.</summary>
internal sealed class Writing
{
    /// <summary>[points, 3]: x, y upwards, and 1 where the pen is lifted behind the point.</summary>
    [VectorType(0, 3)]
    public float[] Pen { get; set; } = [];

    /// <summary>The characters, one by one.</summary>
    public string[] Characters { get; set; } = [];

    /// <summary>The characters together.</summary>
    public string Text { get; set; } = "";

    /// <summary>The points of each stroke, one behind another.</summary>
    internal IEnumerable<Range> Strokes()
    {
        var points = Pen.Length / 3;
        for (int first = 0, point = 0; point < points; point++)
            if (Pen[3 * point + 2] == 1 || point == points - 1)
            {
                yield return first..(point + 1);
                first = point + 1;
            }
    }

    /// <summary>The points in a box, as large as fits, from its lower left corner; and how large that is.</summary>
    internal (double[] X, double[] Y, double Wide, double High) Fitted(double wide, double high)
    {
        double[] x = [.. Pen.Where((_, i) => i % 3 == 0)], y = [.. Pen.Where((_, i) => i % 3 == 1)];
        var (across, up) = (Math.Max(1e-6, x.Max() - x.Min()), Math.Max(1e-6, y.Max() - y.Min()));
        var scale = Math.Min(wide / across, high / up);
        return (Array.ConvertAll(x, place => scale * (place - x.Min())), Array.ConvertAll(y, place => scale * (place - y.Min())),
            scale * across, scale * up);
    }

    /// <summary>Writing of characters at given places.</summary>
    /// <param name="text">What is written.</param>
    /// <param name="points">Points, with the pen lifted behind the last of each stroke.</param>
    internal static Writing Of(string text, IReadOnlyList<Point> points) => new()
    {
        Text = text,
        Characters = [.. text.Select(character => $"{character}")],
        Pen = [.. points.SelectMany(point => (float[])[(float)point.X, (float)point.Y, point.IsLifted ? 1 : 0])],
    };
}

/// <summary>A point of the pen.</summary>
internal readonly record struct Point(double X, double Y, bool IsLifted);

/// <summary>What a network is trained on, and on what it is tested: by name, each with writing of one kind.</summary>
internal sealed record WritingData(
    string Name, IReadOnlyList<Writing> Train, IReadOnlyList<Writing> Validation,
    IReadOnlyList<(string Name, IReadOnlyList<Writing> Rows)> Tests, double Spacing);
