namespace MLSeqGraph.Onnx.Tests.Kernels;

[TestClass]
public class ConvolutionWeightGradientTests
{
    private sealed record Form(long[] X, long[] Weight, long[] Strides, long[] Dilations, long[] Pads, long Groups = 1);

    private static readonly Dictionary<string, Form> Forms = new()
    {
        ["plain"] = new([5, 3, 9, 7], [4, 3, 3, 3], [1, 1], [1, 1], [1, 1, 1, 1]),
        ["one pixel"] = new([1, 1, 1, 1], [1, 1, 1, 1], [1, 1], [1, 1], [0, 0, 0, 0]),
        ["no padding"] = new([2, 2, 5, 6], [7, 2, 2, 4], [1, 1], [1, 1], [0, 0, 0, 0]),
        ["strides"] = new([3, 4, 11, 13], [6, 4, 3, 3], [2, 3], [1, 1], [1, 1, 1, 1]),
        ["strides beyond the kernel"] = new([3, 4, 11, 13], [6, 4, 1, 1], [2, 2], [1, 1], [0, 0, 0, 0]),
        ["dilations"] = new([2, 3, 16, 17], [5, 3, 3, 2], [1, 1], [3, 2], [3, 0, 2, 1]),
        ["strides and dilations"] = new([2, 3, 16, 17], [5, 3, 3, 3], [2, 3], [3, 2], [4, 1, 2, 3]),
        ["much padding"] = new([2, 1, 3, 4], [2, 1, 3, 3], [1, 2], [1, 1], [5, 6, 7, 8]),
        ["groups"] = new([3, 12, 8, 8], [18, 4, 3, 3], [1, 1], [1, 1], [1, 1, 1, 1], 3),
        ["depthwise"] = new([4, 10, 12, 9], [10, 1, 5, 3], [1, 1], [1, 1], [2, 1, 2, 1], 10),
        ["depthwise, two each"] = new([4, 5, 12, 9], [10, 1, 3, 3], [2, 1], [1, 1], [1, 1, 1, 1], 5),
        ["one axis"] = new([6, 5, 40], [9, 5, 7], [1], [1], [6, 0]),
        ["one axis, strides"] = new([6, 5, 41], [9, 5, 4], [3], [2], [2, 3]),
        ["one axis, depthwise"] = new([8, 33, 50], [33, 1, 15], [1], [1], [7, 7], 33),
        ["many images"] = new([200, 8, 14, 14], [16, 8, 3, 3], [1, 1], [1, 1], [1, 1, 1, 1]),
        ["large images"] = new([2, 3, 80, 90], [8, 3, 7, 7], [2, 2], [1, 1], [3, 3, 3, 3]),
        ["one image"] = new([1, 8, 64, 64], [64, 8, 3, 3], [1, 1], [1, 1], [1, 1, 1, 1]),
        ["one large image"] = new([1, 64, 150, 150], [16, 64, 1, 1], [1, 1], [1, 1], [0, 0, 0, 0]),
        ["many weights"] = new([3, 96, 7, 7], [640, 96, 3, 3], [1, 1], [1, 1], [1, 1, 1, 1]),
        ["many weights in groups"] = new([3, 96, 7, 7], [1400, 48, 3, 3], [1, 1], [1, 1], [1, 1, 1, 1], 2),
    };

    public static IEnumerable<object[]> Names => Forms.Keys.Select(name => (object[])[name]);

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Equals_the_standard_operators_with_the_same_bits_on_any_number_of_threads(string name)
    {
        var form = Forms[name];
        var expected = Run(form, usesKernels: false, threads: 2);
        var found = Run(form, usesKernels: true, threads: 1);
        Assert.HasCount(expected.Length, found);
        var size = expected.Max(Math.Abs);
        Assert.IsGreaterThan(0, size);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], 3e-6f * size, $"{i}");
        for (var threads = 2; threads <= 5; threads++)
            CollectionAssert.AreEqual(found, Run(form, usesKernels: true, threads), $"{threads} threads");
    }

    [TestMethod]
    public void No_images_give_zeros()
    {
        var form = Forms["plain"] with { X = [0, 3, 9, 7] };
        CollectionAssert.AreEqual(new float[108], Run(form, usesKernels: true, threads: 2));
    }

    [TestMethod]
    public void Nan_and_infinity_reach_their_channels_weights()
    {
        var form = Forms["plain"];
        var x = Random(form.X, 1);                                                       // element 63: first image, channel 1
        foreach (var value in (float[])[float.NaN, float.PositiveInfinity])
        {
            x.As<float>()[63] = value;
            float[] expected = Run(form, usesKernels: false, threads: 1, x), found = Run(form, usesKernels: true, threads: 1, x);
            Assert.IsTrue(expected.Any(weight => !float.IsFinite(weight)));
            for (var i = 0; i < found.Length; i++)
                if (!float.IsFinite(expected[i]))
                    Assert.IsFalse(float.IsFinite(found[i]), $"{i}");
                else if (i / 9 % 3 != 1)
                    Assert.AreEqual(expected[i], found[i], 1e-4f, $"{i}");
        }
    }

    private static TensorData Random(long[] sizes, int seed) => FiniteDifferences.Random(ElementType.Float, seed, sizes);

    private static float[] Run(Form form, bool usesKernels, int threads, TensorData? x = null)
    {
        var graph = new Graph("gradient") { UsesKernels = usesKernels };
        Value images = graph.Input("x", ElementType.Float, ["batch", .. form.X.Skip(1).Select(size => (Dim)size)]),
            weight = graph.Input("w", ElementType.Float, [.. form.Weight]);
        var y = Op.Conv(images, weight, null, new() { Strides = form.Strides, Dilations = form.Dilations, Pads = form.Pads }, form.Groups);
        var gradient = graph.Input("g", ElementType.Float, y.Shape);
        graph.Output("dw", Gradients.Of(Op.ReduceSum(y * gradient, keepDims: false), [weight])[0]!);
        Assert.AreEqual(usesKernels, graph.Root.Nodes.Any(node => node.OpType == nameof(ConvolutionWeightGradient)));
        using var session = new OnnxSession(graph, ExecutionTarget.Cpu(threads));
        return session.Run(new Dictionary<string, TensorData>
        {
            ["x"] = x ?? Random(form.X, 1), ["w"] = Random(form.Weight, 2),
            ["g"] = Random([form.X[0], .. y.Shape.Skip(1).Select(size => size.Size)], 3),
        })["dw"].As<float>();
    }
}
