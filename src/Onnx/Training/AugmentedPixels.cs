namespace MLSeqGraph.Onnx;

/// <summary>
/// The pixel that stands at each place of a changed image, [batch, height · width] Int64; the number of pixels stands for one cut out.
/// </summary>
internal sealed class AugmentedPixels(Value input, ImageAugmentation options, int height, int width, int layer) : HostInput
{
    internal override IEnumerable<Value> Inputs => [input];

    internal override void Fill(HostFeed feed)
    {
        var batch = feed.SizeOf(input.Shape[0]);
        var pixels = feed.Write<long>(input, batch, height * width);
        var random = feed.Random(layer);
        for (; pixels.Length > 0; pixels = pixels[(height * width)..])
            FillImage(pixels, ref random);
    }

    private void FillImage(Span<long> pixels, ref SplitMix64 random)
    {
        int down = random.Next(2 * options.Shift + 1) - options.Shift, right = random.Next(2 * options.Shift + 1) - options.Shift;
        bool mirrored = random.Next(2) == 1 && options.FlipHorizontally, inverted = random.Next(2) == 1 && options.FlipVertically;
        int top = random.Next(height) - options.Cutout / 2, left = random.Next(width) - options.Cutout / 2;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                int fromY = Math.Clamp(y - down, 0, height - 1), fromX = Math.Clamp(x - right, 0, width - 1);
                var isCut = y >= top && y < top + options.Cutout && x >= left && x < left + options.Cutout;
                pixels[y * width + x] = isCut ? height * width
                    : (inverted ? height - 1 - fromY : fromY) * width + (mirrored ? width - 1 - fromX : fromX);
            }
    }
}
