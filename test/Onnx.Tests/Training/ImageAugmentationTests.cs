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
        foreach (var input in network.HostInputs.SelectMany(host => host.Inputs))
        {
            var pixels = new long[images * height * width];
            new AugmentedPixels(input, options!, height, width, 0).Fill(new Feed(images, pixels));
            feed[input.Name] = TensorData.Create(pixels, images, height * width);
        }
        network.Graph.Output("changed", changed * scale);
        using var session = new OnnxSession(network.Graph);
        return session.Run(feed)["changed"].As<float>();
    }

    private sealed class Feed(long batch, long[] target) : HostFeed
    {
        internal override (long Step, int Seed) Position => (3, 1);

        internal override long SizeOf(Dim dim) => dim.IsKnown ? dim.Size : batch;

        internal override ReadOnlySpan<T> Read<T>(Value input) => throw new NotSupportedException();

        internal override Span<T> Write<T>(Value input, params ReadOnlySpan<long> sizes) =>
            System.Runtime.InteropServices.MemoryMarshal.Cast<long, T>(target.AsSpan());
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

    [TestMethod]
    public void Bad_options_and_shapes()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Training);
        var x = network.Input("x", ElementType.Float, ["batch", 6, 2]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => network.Augment(x, 2, 3, new() { Shift = 2 })).Message,
            "Shift of ImageAugmentation is 2");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => network.Augment(x, 3, 3, null)).Message,
            "expected images [batch, 9, channels]; got x [batch, 6, 2]");
    }
}
