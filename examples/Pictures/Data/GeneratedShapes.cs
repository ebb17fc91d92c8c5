namespace Pictures.Data;

/// <summary>
/// Shapes of 12 x 12 gray pixels: disk, ring, square, cross, triangle and stripes, of any size and place, with noise. A ring whose hole is
/// filled by noise can't be told from a disk, but hardly any is so small.
/// </summary>
internal static class GeneratedShapes
{
    private const int Side = 12;
    private static readonly string[] Names = ["disk", "ring", "square", "cross", "triangle", "stripes"];

    internal static ImageSet Make(int train = 900, int test = 600)
    {
        var random = new Random(2012);
        ImageRow[] rows = [.. Enumerable.Range(0, train + test).Select(i => Draw(Names[i % Names.Length], random))];
        return new("shapes", new(Side, Side), rows[..train], rows[train..], $"{Names.Length} generated shapes");
    }

    private static ImageRow Draw(string name, Random random)
    {
        var radius = 2.5 + 2.5 * random.NextDouble();
        double centerX = radius + random.NextDouble() * (Side - 1 - 2 * radius);
        double centerY = radius + random.NextDouble() * (Side - 1 - 2 * radius);
        var ink = 0.6 + 0.4 * random.NextDouble();
        var pixels = new float[Side * Side];
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
            {
                double dx = x - centerX, dy = y - centerY;
                double distance = Math.Sqrt(dx * dx + dy * dy), largest = Math.Max(Math.Abs(dx), Math.Abs(dy));
                var isInside = name switch
                {
                    "disk" => distance <= radius,
                    "ring" => distance <= radius && distance >= radius - 1.5,
                    "square" => largest <= radius,
                    "cross" => largest <= radius && Math.Min(Math.Abs(dx), Math.Abs(dy)) <= 0.8,
                    "triangle" => dy <= radius && dy >= -radius && Math.Abs(dx) <= (dy + radius) / 2,
                    _ => largest <= radius && (int)(dy + radius) % 2 == 0,
                };
                pixels[y * Side + x] = (float)((isInside ? ink : 0) + 0.12 * (random.NextDouble() + random.NextDouble() - 1));
            }
        return new() { Class = name, Pixels = pixels };
    }
}
