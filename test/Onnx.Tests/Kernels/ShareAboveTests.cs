namespace MLSeqGraph.Onnx.Tests.Kernels;

[TestClass]
public class ShareAboveTests
{
    [TestMethod]
    [DataRow(1, 1, 1, 0)]
    [DataRow(2, 3, 7, 0)]
    [DataRow(3, 2, 16, 2)]
    [DataRow(2, 5, 33, 4)]
    [DataRow(4, 42, 300, 36)]
    public void Kernel_and_operators_equal_a_plain_loop_on_any_number_of_threads(int batch, int channels, int time, int margin)
    {
        const int count = 3;
        var x = FiniteDifferences.Random(ElementType.Float, 1, batch, channels, time);
        var thresholds = FiniteDifferences.Random(ElementType.Float, 2, channels, count);
        long[]?[] all = [null, [.. Enumerable.Range(0, batch).Select(row => row == 0 ? 1L : Math.Max(1L, time - 3 * row))]];
        foreach (var lengths in all)
        {
            var expected = Plain(x.As<float>(), thresholds.As<float>(), lengths ?? [.. Enumerable.Repeat((long)time, batch)], channels,
                time, count, margin);
            for (var threads = 1; threads <= 8; threads *= 2)
                CollectionAssert.AreEqual(expected, Run(x, thresholds, lengths, margin, kernels: true, threads), $"{threads} threads");
            var standard = Run(x, thresholds, lengths, margin, kernels: false, 1);
            for (var i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], standard[i], 1e-6f, $"{i}");
        }
    }

    [TestMethod]
    public void Nan_is_above_nothing()
    {
        var x = TensorData.Create([float.NaN, 1f, float.PositiveInfinity, float.NegativeInfinity], 1, 1, 4);
        CollectionAssert.AreEqual((float[])[0.5f], Run(x, TensorData.Create([0f], 1, 1), null, 0, kernels: true, 1));
        CollectionAssert.AreEqual((float[])[0.5f], Run(x, TensorData.Create([0f], 1, 1), null, 0, kernels: false, 1));
    }

    [TestMethod]
    public void Bad_lengths_and_shapes_are_errors()
    {
        var x = FiniteDifferences.Random(ElementType.Float, 1, 2, 1, 4);
        foreach (var lengths in (long[][])[[1, 5], [0, 1]])
            StringAssert.Contains(Assert.Throws<Exception>(() => Run(x, TensorData.Create([0f], 1, 1), lengths, 0, true, 1)).Message,
                $"has {lengths.First(length => length is 0 or 5)} steps; expected 1 to 4");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() =>
            Run(x, TensorData.Create([0f, 1f], 2, 1), null, 0, true, 1)).Message, "thresholds [channels, count]");
    }

    private static float[] Plain(float[] x, float[] thresholds, long[] lengths, int channels, int time, int count, int margin)
    {
        List<float> shares = [];
        for (var row = 0; row < lengths.Length * channels; row++)
            for (var i = 0; i < count; i++)
            {
                var length = (int)lengths[row / channels];
                var skipped = length > 2 * margin ? margin : 0;
                shares.Add((float)x.AsSpan(row * time + skipped, length - 2 * skipped).ToArray()
                    .Count(value => value > thresholds[row % channels * count + i]) / (length - 2 * skipped));
            }
        return [.. shares];
    }

    private static float[] Run(TensorData x, TensorData thresholds, long[]? lengths, int margin, bool kernels, int threads)
    {
        var graph = new Graph("shares") { UsesKernels = kernels };
        var input = graph.Input("x", ElementType.Float, ["batch", x.Sizes[1], "time"]);
        var given = lengths is null ? null : graph.Input("lengths", ElementType.Int64, ["batch"]);
        graph.Output("y", ShareAbove.Of(input, graph.Constant(thresholds), given, margin));
        using var session = new OnnxSession(graph, ExecutionTarget.Cpu(threads));
        var inputs = new Dictionary<string, TensorData> { ["x"] = x };
        if (lengths is not null)
            inputs["lengths"] = TensorData.Vector(lengths);
        return session.Run(inputs)["y"].As<float>();
    }
}
