using MLSeqGraph.Transforms;

namespace Examples;

/// <summary>A colored shape in one of the four quarters of a picture.</summary>
internal sealed record SceneObject(string Color, string Shape, int Place);

/// <summary>
/// Pictures of one to four colored shapes of any size, each somewhere in a quarter of its own, with noise: 16 x 16 pixels of red, green and
/// blue.
/// </summary>
internal static class Scenes
{
    private const int Quarter = 8;

    internal static readonly ImageShape Size = new(2 * Quarter, 2 * Quarter, 3);

    internal static readonly string[] Colors = ["red", "green", "blue", "yellow"], Shapes = ["disk", "square", "triangle", "cross"],
        Places = ["top left", "top right", "bottom left", "bottom right"];

    private static readonly float[][] Inks = [[0.9f, 0.1f, 0.1f], [0.1f, 0.8f, 0.1f], [0.15f, 0.2f, 0.95f], [0.9f, 0.85f, 0.1f]];

    /// <summary>Draws objects, each in its place.</summary>
    internal static float[] Draw(IEnumerable<SceneObject> objects, Random random)
    {
        var pixels = new float[Size.Height * Size.Width * Size.Channels];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = 0.1f * random.NextSingle();
        foreach (var one in objects)
        {
            var radius = 2.2 + 1.2 * random.NextDouble();
            double Center(int quarter) => quarter * Quarter + radius + random.NextDouble() * (Quarter - 1 - 2 * radius);
            double centerX = Center(one.Place % 2), centerY = Center(one.Place / 2);
            var ink = Inks[Array.IndexOf(Colors, one.Color)];
            for (var y = 0; y < Size.Height; y++)
                for (var x = 0; x < Size.Width; x++)
                    if (IsInside(one.Shape, x - centerX, y - centerY, radius))
                        for (var channel = 0; channel < 3; channel++)
                            pixels[(y * Size.Width + x) * 3 + channel] += ink[channel];
        }
        return pixels;
    }

    private static bool IsInside(string shape, double x, double y, double radius) => shape switch
    {
        "disk" => x * x + y * y <= radius * radius,
        "square" => Math.Max(Math.Abs(x), Math.Abs(y)) <= radius * 0.9,
        "triangle" => Math.Abs(y) <= radius && Math.Abs(x) <= (y + radius) / 2,
        _ => Math.Max(Math.Abs(x), Math.Abs(y)) <= radius && Math.Min(Math.Abs(x), Math.Abs(y)) <= 0.8,
    };
}
