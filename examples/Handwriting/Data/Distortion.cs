namespace Handwriting.Data;

/// <summary>How a hand differs from another one: slant, tilt, width, and a pen that trembles.</summary>
/// <param name="Random">Draws.</param>
/// <param name="Slant">The most that x changes with y, to either side.</param>
/// <param name="Tilt">The largest angle of the line, in radians.</param>
/// <param name="Stretch">The largest relative change of width and height.</param>
/// <param name="Tremble">Deviation of each point.</param>
internal sealed record Distortion(Random Random, double Slant, double Tilt, double Stretch, double Tremble)
{
    /// <summary>None.</summary>
    internal static Distortion None { get; } = new(new Random(0), 0, 0, 0, 0);

    /// <summary>Points as another hand writes them.</summary>
    internal Point[] Of(IReadOnlyList<Point> points)
    {
        double slant = Between(Slant), angle = Between(Tilt), width = 1 + Between(Stretch), height = 1 + Between(Stretch);
        var (cosine, sine) = (Math.Cos(angle), Math.Sin(angle));
        return [.. points.Select(point =>
        {
            var (x, y) = (point.X * width + slant * point.Y * height, point.Y * height);
            return new Point(x * cosine - y * sine + Normal(Tremble), x * sine + y * cosine + Normal(Tremble), point.IsLifted);
        })];
    }

    /// <summary>A number from -most to most.</summary>
    internal double Between(double most) => most * (2 * Random.NextDouble() - 1);

    private double Normal(double deviation) => deviation == 0 ? 0
        : deviation * Math.Sqrt(-2 * Math.Log(1 - Random.NextDouble())) * Math.Cos(2 * Math.PI * Random.NextDouble());
}
