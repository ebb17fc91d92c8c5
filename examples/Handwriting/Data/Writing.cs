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
