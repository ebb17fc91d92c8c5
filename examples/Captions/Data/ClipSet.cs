using MLSeqGraph.Transforms;

namespace Captions.Data;

/// <summary>A clip: the pixels of its frames one after another, how it moves, and where each frame has moved to.</summary>
internal sealed class ClipRow
{
    public float[] Frames { get; set; } = [];

    public string Motion { get; set; } = "";

    public string[] Directions { get; set; } = [];
}

/// <summary>Clips of one size of frames.</summary>
/// <param name="Name">What the set is called.</param>
/// <param name="Size">Size of a frame.</param>
/// <param name="Train">To train on.</param>
/// <param name="Test">To test on.</param>
internal sealed record ClipSet(string Name, ImageShape Size, ClipRow[] Train, ClipRow[] Test);

/// <summary>
/// Clips of 6 to 8 frames of 14 x 14 gray pixels in which an image moves by one pixel a frame: straight on, back after some frames, or
/// turning left or right. The clip's class is its motion, that of a frame the direction by which it came (of the first, by which it goes).
/// </summary>
internal static class MovingImages
{
    private const int Side = 14;

    private static readonly string[] Directions = ["right", "down", "left", "up"],
        Motions = ["straight", "right turn", "back", "left turn"];

    internal static ClipSet Make(string name, float[][] trainImages, float[][] testImages, int side, int train, int test)
    {
        var random = new Random(1982);
        if (side > Side - 4)
            throw new InvalidDataException($"images of {side} x {side} pixels can't move in frames of {Side} x {Side}; expected at most "
                + $"{Side - 4}.");
        ClipRow[] All(float[][] images, int count) => [.. Enumerable.Range(0, count).Select(i =>
            Move(images[random.Next(images.Length)], side, i % Motions.Length, random))];
        return new(name, new(Side, Side), All(trainImages, train), All(testImages, test));
    }

    /// <summary>Disks, squares and crosses of 5 x 5 pixels.</summary>
    internal static float[][] Shapes() =>
    [
        [.. Enumerable.Range(0, 25).Select(pixel => Math.Abs(pixel / 5 - 2) + Math.Abs(pixel % 5 - 2) < 4 ? 1f : 0)],
        [.. Enumerable.Range(0, 25).Select(_ => 1f)],
        [.. Enumerable.Range(0, 25).Select(pixel => pixel / 5 == 2 || pixel % 5 == 2 ? 1f : 0)],
    ];

    private static ClipRow Move(float[] image, int side, int motion, Random random)
    {
        while (true)
        {
            int frames = random.Next(6, 9), direction = random.Next(4), change = random.Next(2, frames - 1);
            int x = random.Next(Side - side + 1), y = random.Next(Side - side + 1);
            var places = new List<(int X, int Y)> { (x, y) };
            var moves = new List<string>();
            for (var frame = 1; frame < frames; frame++)
            {
                var now = frame < change ? direction : (direction + motion) % 4;
                (x, y) = now switch { 0 => (x + 1, y), 1 => (x, y + 1), 2 => (x - 1, y), _ => (x, y - 1) };
                places.Add((x, y));
                moves.Add(Directions[now]);
            }
            if (places.Exists(place => place.X < 0 || place.Y < 0 || place.X > Side - side || place.Y > Side - side))
                continue;
            return new()
            {
                Frames = [.. places.SelectMany(place => Frame(image, side, place, random))], Motion = Motions[motion],
                Directions = [moves[0], .. moves],
            };
        }
    }

    private static float[] Frame(float[] image, int side, (int X, int Y) place, Random random)
    {
        var pixels = new float[Side * Side];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = 0.1f * random.NextSingle();
        for (var i = 0; i < image.Length; i++)
            pixels[(place.Y + i / side) * Side + place.X + i % side] += image[i];
        return pixels;
    }
}
