namespace MLSeqGraph.Onnx.Tests;

[TestClass]
public class ImageAugmentationTests
{
    // Each pixel's value is its number, and its negative in the second channel; the loss gathers the changed image.
    private static float[] Changed(ImageAugmentation? options, int height, int width, int images, NetworkMode mode = NetworkMode.Training)
    {
        var network = new NetworkBuilder(new ParameterSet(), mode);
        var x = network.Input("x", ElementType.Float, ["batch", height * width, 2]);
        var scale = network.Parameter("scale", [1], Initializers.Ones);
        var changed = network.Augment(x, height, width, options);
        var feed = new Dictionary<string, TensorData> { ["scale"] = network.Parameters["scale"].Value };
        feed["x"] = TensorData.Create([.. Enumerable.Range(0, images).SelectMany(_ => Enumerable.Range(1, height * width)
            .SelectMany(pixel => new float[] { pixel, -pixel }))], images, height * width, 2);
        foreach (var host in network.HostInputs)
        {
            var filled = new Feed(images);
            host.Fill(filled);
            foreach (var (name, tensor) in filled.Tensors)
                feed[name] = tensor;
        }
        network.Graph.Output("changed", changed * scale);
        using var session = new OnnxSession(network.Graph);
        return session.Run(feed)["changed"].As<float>();
    }

    private sealed class Feed(long batch) : HostFeed
    {
        private readonly List<Func<(string, TensorData)>> _written = [];

        internal IEnumerable<(string Name, TensorData Tensor)> Tensors => _written.Select(written => written());

        internal override (long Step, int Seed) Position => (3, 1);

        internal override long SizeOf(Dim dim) => dim.IsKnown ? dim.Size : batch;

        internal override ReadOnlySpan<T> Read<T>(Value input) => throw new NotSupportedException();

        internal override Span<T> Write<T>(Value input, params ReadOnlySpan<long> sizes)
        {
            long[] dims = [.. sizes];
            var data = new T[dims.Aggregate(1L, (product, size) => product * size)];
            _written.Add(() => (input.Name, TensorData.Create(data, dims)));
            return data;
        }
    }

    [TestMethod]
    public void Evaluation_and_no_options_change_nothing()
    {
        float[] same = [1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6];
        CollectionAssert.AreEqual(same, Changed(null, 2, 3, 1));
        CollectionAssert.AreEqual(same, Changed(new(), 2, 3, 1));
        CollectionAssert.AreEqual(same, Changed(new() { Shift = 1, FlipVertically = true }, 2, 3, 1, NetworkMode.Evaluation));
    }

    [TestMethod]
    public void Flipped_images_are_the_two_that_can_be()
    {
        float[] one = [1, 2, 3, 4, 5, 6], other = [3, 2, 1, 6, 5, 4];
        var images = Changed(new() { FlipHorizontally = true }, 2, 3, 60).Chunk(12).Select(image =>
            image.Where((_, i) => i % 2 == 0).ToArray()).ToArray();
        var flipped = images.Count(image => image.SequenceEqual(other));
        Assert.AreEqual(60, flipped + images.Count(image => image.SequenceEqual(one)));
        Assert.IsInRange(15, 45, flipped);
    }

    [TestMethod]
    public void Moved_images_repeat_their_edge()
    {
        HashSet<string> seen = [];
        foreach (var image in Changed(new() { Shift = 1 }, 2, 3, 200).Chunk(12))
        {
            for (var i = 0; i < 12; i += 2)
                Assert.AreEqual(image[i], -image[i + 1]);
            seen.Add(string.Join(' ', image.Where((_, i) => i % 2 == 0)));
        }
        Assert.HasCount(9, seen);
        Assert.IsTrue(seen.IsSupersetOf(["1 2 3 4 5 6", "1 1 2 4 4 5", "2 3 3 5 6 6", "1 2 3 1 2 3", "5 6 6 5 6 6"]));
    }

    [TestMethod]
    public void What_is_cut_out_is_zero()
    {
        foreach (var image in Changed(new() { Cutout = 2 }, 4, 4, 100).Chunk(32))
        {
            int[] cut = [.. Enumerable.Range(0, 16).Where(pixel => image[2 * pixel] == 0)];
            Assert.IsInRange(1, 4, cut.Length);
            Assert.IsTrue(cut.Max() % 4 - cut.Min() % 4 <= 1 && cut.Max() / 4 - cut.Min() / 4 <= 1);
            foreach (var pixel in Enumerable.Range(0, 16).Except(cut))
                Assert.AreEqual(pixel + 1, image[2 * pixel]);
        }
    }

    // What stands at (y, x) of an image whose pixels rise evenly along both axes is that plane at the turned and scaled place.
    [TestMethod]
    [DataRow(30f, 0f, 0)]
    [DataRow(0f, 0.3f, 0)]
    [DataRow(180f, 0.5f, 2)]
    public void Turned_and_enlarged_images_are_the_plane_at_the_places_they_came_from(float rotation, float zoom, int shift)
    {
        const int height = 9, width = 7;
        HashSet<int> angles = [], sizes = [];
        var options = new ImageAugmentation { Rotation = rotation, Zoom = zoom, Shift = shift };
        foreach (var image in Changed(options, height, width, 200).Chunk(2 * height * width))
        {
            // Pixel (y, x) is width * y + x + 1, so that the steps along both axes give angle and size.
            double At(int y, int x) => image[2 * (width * y + x)];
            double right = At(4, 4) - At(4, 3), down = At(5, 3) - At(4, 3);
            // right = cos / size + width * -sin / size; down = sin / size + width * cos / size, unless places were held to the image
            var cos = (right + width * down) / (1 + width * width);
            var sin = (down - width * right) / (1 + width * width);
            var size = 1 / Math.Sqrt(cos * cos + sin * sin);
            if (shift == 0)
            {
                Assert.IsInRange(1 - zoom - 1e-3, 1 + zoom + 1e-3, size);
                Assert.IsInRange(-rotation - 0.1, rotation + 0.1, Math.Atan2(sin, cos) * 180 / Math.PI);
                Assert.AreEqual(width * 4 + 3 + 1, At(4, 3), 1e-3, "The middle stays.");
            }
            angles.Add((int)Math.Round(Math.Atan2(sin, cos) * 180 / Math.PI));
            sizes.Add((int)Math.Round(size * 50));
            for (var i = 0; i < image.Length; i += 2)
            {
                Assert.IsInRange(1 - 1e-3, height * width + 1e-3, image[i]);
                Assert.AreEqual(image[i], -image[i + 1], 1e-4);
            }
        }
        Assert.IsTrue(rotation == 0 ? angles.Count == 1 : angles.Count > 20, $"{angles.Count} angles");
        Assert.IsTrue(zoom == 0 ? sizes.Count == 1 : sizes.Count > 10, $"{sizes.Count} sizes");
    }

    [TestMethod]
    public void Turned_images_are_mirrored_and_cut_as_others_are()
    {
        foreach (var image in Changed(new() { Rotation = 1e-6f, Cutout = 2, FlipHorizontally = true }, 4, 4, 100).Chunk(32))
        {
            float[] first = [.. image.Where((_, i) => i % 2 == 0)];
            int[] cut = [.. Enumerable.Range(0, 16).Where(pixel => first[pixel] == 0)];
            Assert.IsInRange(1, 4, cut.Length);
            var kept = Enumerable.Range(0, 16).Except(cut).ToArray();
            Assert.IsTrue(kept.All(pixel => Math.Abs(first[pixel] - (pixel + 1)) < 1e-3)
                || kept.All(pixel => Math.Abs(first[pixel] - (pixel / 4 * 4 + 4 - pixel % 4)) < 1e-3));
        }
    }

    [TestMethod]
    public void Bad_options_and_shapes()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Training);
        var x = network.Input("x", ElementType.Float, ["batch", 6, 2]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => network.Augment(x, 2, 3, new() { Shift = 2 })).Message,
            "Shift of ImageAugmentation is 2");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => network.Augment(x, 2, 3, new() { Rotation = -1.5f })).Message,
            "Rotation of ImageAugmentation is -1.5; expected 0 to 180 degrees");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => network.Augment(x, 2, 3, new() { Zoom = float.NaN })).Message,
            "Zoom of ImageAugmentation is NaN; expected at least 0 and less than 1");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => network.Augment(x, 3, 3, null)).Message,
            "expected images [batch, 9, channels]; got x [batch, 6, 2]");
    }
}
