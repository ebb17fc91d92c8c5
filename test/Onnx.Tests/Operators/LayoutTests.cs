using static MLSeqGraph.Onnx.Tests.Evaluation;

namespace MLSeqGraph.Onnx.Tests.Operators;

[TestClass]
public class LayoutTests
{
    private static readonly TensorData X = Tensor([2, 3], 1.0, 2, 3, 4, 5, 6);

    [TestMethod]
    public void Casts()
    {
        Is(Of(v => Op.Cast(v[0], ElementType.Int64), Tensor([3], 1.7f, -1.7f, 0)), [3], 1L, -1, 0);
        Is(Of(v => Op.Cast(v[0], ElementType.Float), Tensor([2], true, false)), [2], 1f, 0);
        Is(Of(v => Op.Cast(v[0], ElementType.Bool), Tensor([2], 0L, 5)), [2], false, true);
    }

    [TestMethod]
    public void Axes_move()
    {
        Is(Of(v => Op.Transpose(v[0], 1, 0), X), [3, 2], 1.0, 4, 2, 5, 3, 6);
        var y = Of(v => Op.Transpose(v[0], 2, 0, 1), Tensor([1, 2, 3], 1.0, 2, 3, 4, 5, 6));
        Is(y, [3, 1, 2], 1.0, 4, 2, 5, 3, 6);
    }

    [TestMethod]
    public void Reshape_takes_named_sizes_from_the_inputs()
    {
        Shape[] shapes = [["batch", "time", 2], ["time", "batch"]];
        TensorData x = Tensor([2, 3, 2], 1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), other = TensorData.Zeros(ElementType.Double, 3, 2);
        Assert.HasCount(2, Of(v => Op.Reshape(v[0], [v[0].Shape[0] * v[0].Shape[1], 2]), shapes, x, other).Sizes);
        CollectionAssert.AreEqual(new long[] { 3, 2, 2 }, Of(v => Op.Reshape(v[0], ["time", "batch", 2]), shapes, x, other).Sizes
            .ToArray());
        CollectionAssert.AreEqual(new long[] { 4, 3 }, Of(v => Op.Reshape(v[0], [(Dim)2 * "batch", "time"]), shapes, x, other).Sizes
            .ToArray());
        CollectionAssert.AreEqual(new long[] { 3, 4, 1 }, Of(v => Op.Reshape(v[0], ["time", (Dim)2 * "batch", 1]), shapes, x, other).Sizes
            .ToArray());
    }

    [TestMethod]
    public void Reshape_where_a_size_turns_out_to_be_zero()
    {
        foreach (var (batch, time) in ((long, long)[])[(0, 3), (3, 0), (0, 0)])
        {
            var x = TensorData.Zeros(ElementType.Float, batch, time, 4);
            Shape[] shapes = [["batch", "time", 4]];
            CollectionAssert.AreEqual(new[] { batch, time * 4 }, Of(v => Op.Reshape(v[0], ["batch", (Dim)4 * "time"]), shapes, x).Sizes
                .ToArray());
            CollectionAssert.AreEqual(new[] { batch * time, 4 }, Of(v => Op.Reshape(v[0], [(Dim)"batch" * "time", 4]), shapes, x).Sizes
                .ToArray());
            CollectionAssert.AreEqual(new[] { time, 2, batch, 2 }, Of(v => Op.Reshape(v[0], ["time", 2, "batch", 2]), shapes, x).Sizes
                .ToArray());
            CollectionAssert.AreEqual(new[] { batch, time, 2, 2 }, Of(v => Op.Reshape(v[0], ["batch", "time", 2, 2]), shapes, x).Sizes
                .ToArray());
        }
    }

    [TestMethod]
    public void Axes_of_one_element()
    {
        Is(Of(v => Op.Unsqueeze(v[0], 0, -1), Tensor([2], 1.0, 2)), [1, 2, 1], 1.0, 2);
        Is(Of(v => Op.Unsqueeze(v[0], -1, 0), TensorData.Scalar(1.0)), [1, 1], 1.0);
        Is(Of(v => Op.Squeeze(v[0], -1, 0), Tensor([1, 2, 1], 1.0, 2)), [2], 1.0, 2);
        Is(Of(v => Op.Expand(v[0], v[1]), Tensor([2, 1], 1.0, 2), X), [2, 3], 1.0, 1, 1, 2, 2, 2);
        Is(Of(v => Op.Expand(v[0], v[1]), [[1, 3], ["n", 3]], Tensor([1, 3], 1.0, 2, 3), X), [2, 3], 1.0, 2, 3, 1, 2, 3);
    }

    [TestMethod]
    public void Sizes()
    {
        Shape[] shapes = [["batch", 3]];
        Is(Of(v => Op.ShapeOf(v[0]), shapes, X), [2], 2L, 3);
        Is(Of(v => Op.ShapeOf(v[0]), X), [2], 2L, 3);
        Is(Of(v => Op.SizeOf(v[0], 0), shapes, X), [1], 2L);
        Is(Of(v => Op.SizeOf(v[0], -1), shapes, X), [1], 3L);
        Is(Of(v => Op.SizeOf((Dim)2 * "batch" + 1, v[0]), shapes, X), [1], 5L);
        Is(Of(v => Op.Filled(7L, [v[0].Shape[0], 2], v[0]), shapes, X), [2, 2], 7L, 7, 7, 7);
        Is(Of(v => Op.Filled(true, [3], v[0]), shapes, X), [3], true, true, true);
        Is(Of(v => Op.Filled(1.5f, [100], v[0]), shapes, X), [100], Enumerable.Repeat(1.5f, 100).ToArray());
        Is(Of(v => Op.ZerosLike(v[0]), shapes, X), [2, 3], 0.0, 0, 0, 0, 0, 0);
        Is(Of(v => Op.ZerosLike(v[0]), Tensor([2], 1, 2)), [2], 0, 0);
        Is(Of(v => Op.ZerosLike(v[0]), Tensor([2], 1L, 2)), [2], 0L, 0);
    }

    [TestMethod]
    public void Size_that_only_a_value_on_the_way_tells()
    {
        // The cut's length has a name of its own, which no input has.
        var y = Of(v =>
        {
            var cut = Op.Slice(v[0], 0, -2, 5);
            return Op.Filled(1.0, [cut.Shape[0], 2], cut);
        }, [["n"]], Tensor([3], 1.0, 2, 3));
        Is(y, [2, 2], 1.0, 1, 1, 1);
    }
}
