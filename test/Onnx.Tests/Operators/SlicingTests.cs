using static MLSeqGraph.Onnx.Tests.Evaluation;

namespace MLSeqGraph.Onnx.Tests.Operators;

[TestClass]
public class SlicingTests
{
    private static readonly TensorData X = Tensor([5], 0.0, 1, 2, 3, 4);

    [TestMethod]
    [DataRow(1, 3)]
    [DataRow(0, long.MaxValue)]
    [DataRow(-2, long.MaxValue)]
    [DataRow(-4, -1)]
    [DataRow(1, -1)]
    [DataRow(-3, 4)]
    [DataRow(-9, 2)]
    [DataRow(3, 9)]
    [DataRow(-9, 9)]
    [DataRow(7, 9)]
    [DataRow(-9, -7)]
    [DataRow(3, 1)]
    [DataRow(2, 2)]
    public void Slice_of_an_axis_of_known_size(long start, long end)
    {
        long At(long position) => Math.Clamp(position < 0 ? position + 5 : position, 0, 5);
        double[] expected = [.. Enumerable.Range(0, 5).Where(i => i >= At(start) && i < At(end)).Select(i => (double)i)];
        Is(Of(v => Op.Slice(v[0], 0, start, end), X), [expected.Length], expected);
    }

    [TestMethod]
    [DataRow(0, 1, "1")]
    [DataRow(1, 3, "2")]
    [DataRow(3, 1, "0")]
    [DataRow(1, long.MaxValue, "time-1")]
    [DataRow(0, long.MaxValue, "time")]
    [DataRow(0, -1, "time-1")]
    [DataRow(1, -2, "time-3")]
    [DataRow(-1, long.MaxValue, "1")]
    [DataRow(-3, -1, "2")]
    [DataRow(-3, 4, "time[-3:4]")]
    public void Slice_of_a_named_axis(long start, long end, string length)
    {
        var found = Of(v =>
        {
            var cut = Op.Slice(v[0], 0, start, end);
            Assert.AreEqual($"[{length}]", cut.Shape.ToString());
            return cut;
        }, [["time"]], X);
        Is(found, Of(v => Op.Slice(v[0], 0, start, end), X).Sizes.ToArray(), Of(v => Op.Slice(v[0], 0, start, end), X).As<double>());
    }

    [TestMethod]
    public void What_is_cut_and_joined_again_has_its_old_shape()
    {
        var shifted = Of(v =>
        {
            var y = Op.Concat(0, Op.ZerosLike(Op.Slice(v[0], 0, 0, 1)), Op.Slice(v[0], 0, 0, -1));
            Assert.AreEqual(v[0].Shape, y.Shape);
            return y + v[0];
        }, [["time", "batch"]], Tensor([3, 1], 1.0, 2, 3));
        Is(shifted, [3, 1], 1.0, 3, 5);
    }

    [TestMethod]
    public void Join_and_split()
    {
        TensorData a = Tensor([2, 1], 1.0, 2), b = Tensor([2, 2], 3.0, 4, 5, 6);
        Is(Of(v => Op.Concat(-1, v[0], v[1]), a, b), [2, 3], 1.0, 3, 4, 2, 5, 6);
        Is(Of(v => Op.Concat(0, v[0]), a), [2, 1], 1.0, 2);
        var parts = All(v => Op.Split(v[0], 0, 2, 0, 3), [X]);
        Is(parts[0], [2], 0.0, 1);
        Is(parts[1], [0], Array.Empty<double>());
        Is(parts[2], [3], 2.0, 3, 4);
        Is(All(v => Op.Split(v[0], -1, 2), [b])[0], [2, 2], 3.0, 4, 5, 6);
    }

    [TestMethod]
    public void Padding()
    {
        Is(Of(v => Op.Pad(v[0], 0, 1, 2), Tensor([2], 1.0, 2)), [5], 0.0, 1, 2, 0, 0);
        Is(Of(v => Op.Pad(v[0], -1, 0, 1, -5), Tensor([2, 1], 1f, 2)), [2, 2], 1f, -5, 2, -5);
        Is(Of(v => Op.Pad(v[0], 0, 1, 0, 9), Tensor([1, 2], 1L, 2)), [2, 2], 9L, 9, 1, 2);
        Is(Of(v => Op.Pad(v[0], 0, 2, 0), [["n", 1]], TensorData.Zeros(ElementType.Float, 0, 1)), [2, 1], 0f, 0);
    }
}
