namespace MLSeqGraph.Onnx;

/// <summary>
/// The pixel that stands at each place of a changed image, [batch, height · width] Int64; the number of pixels stands for one cut out.
/// Where images are turned or enlarged four pixels stand at each place, [batch, height · width, 4], with a share each.
/// </summary>
internal sealed class AugmentedPixels(Value pixels, Value? shares, ImageAugmentation options, int height, int width, int layer) : HostInput
{
    internal override IEnumerable<Value> Inputs => shares is null ? [pixels] : [pixels, shares];

    internal override void Fill(HostFeed feed)
    {
        var count = height * width;
        var batch = feed.SizeOf(pixels.Shape[0]);
        var random = feed.Random(layer);
        if (shares is null)
        {
            var all = feed.Write<long>(pixels, batch, count);
            for (; all.Length > 0; all = all[count..])
                FillImage(all, [], ref random);
            return;
        }
        var four = feed.Write<long>(pixels, batch, count, 4);
        var parts = feed.Write<float>(shares, batch, count, 4);
        for (var first = 0; first < four.Length; first += 4 * count)
            FillImage(four[first..], parts[first..], ref random);
    }

    private void FillImage(Span<long> to, Span<float> parts, ref SplitMix64 random)
    {
        int down = random.Next(2 * options.Shift + 1) - options.Shift, right = random.Next(2 * options.Shift + 1) - options.Shift;
        bool mirrored = random.Next(2) == 1 && options.FlipHorizontally, inverted = random.Next(2) == 1 && options.FlipVertically;
        int top = random.Next(height) - options.Cutout / 2, left = random.Next(width) - options.Cutout / 2;
        int Pixel(int y, int x) => (inverted ? height - 1 - y : y) * width + (mirrored ? width - 1 - x : x);
        bool IsCut(int y, int x) => y >= top && y < top + options.Cutout && x >= left && x < left + options.Cutout;
        if (parts.IsEmpty)
        {
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                    to[y * width + x] = IsCut(y, x) ? height * width
                        : Pixel(Math.Clamp(y - down, 0, height - 1), Math.Clamp(x - right, 0, width - 1));
            return;
        }
        var angle = (2 * random.NextDouble() - 1) * options.Rotation * Math.PI / 180;
        var size = 1 + (2 * random.NextDouble() - 1) * options.Zoom;
        double cos = Math.Cos(angle) / size, sin = Math.Sin(angle) / size, middleY = (height - 1) / 2.0, middleX = (width - 1) / 2.0;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var place = 4 * (y * width + x);
                double dy = y - down - middleY, dx = x - right - middleX;
                var fromY = Math.Clamp(middleY + cos * dy - sin * dx, 0, height - 1);
                var fromX = Math.Clamp(middleX + sin * dy + cos * dx, 0, width - 1);
                int y0 = (int)fromY, x0 = (int)fromX;
                for (var corner = 0; corner < 4; corner++)
                {
                    int below = corner / 2, beside = corner % 2;
                    to[place + corner] = IsCut(y, x) ? height * width
                        : Pixel(Math.Min(y0 + below, height - 1), Math.Min(x0 + beside, width - 1));
                    parts[place + corner] =
                        (float)((below == 1 ? fromY - y0 : 1 - fromY + y0) * (beside == 1 ? fromX - x0 : 1 - fromX + x0));
                }
            }
    }
}
