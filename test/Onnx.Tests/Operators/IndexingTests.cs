using static MLSeqGraph.Onnx.Tests.Evaluation;

namespace MLSeqGraph.Onnx.Tests.Operators;

[TestClass]
public class IndexingTests
{
    private static readonly TensorData X = Tensor([3, 2], 1.0, 2, 3, 4, 5, 6);

    [TestMethod]
    public void Gather()
    {
        Is(Of(v => Op.Gather(v[0], v[1]), X, Tensor([4], 2L, 0, -1, 2)), [4, 2], 5.0, 6, 1, 2, 5, 6, 5, 6);
        Is(Of(v => Op.Gather(v[0], v[1]), X, TensorData.Scalar(1L)), [2], 3.0, 4);
        Is(Of(v => Op.Gather(v[0], v[1], axis: -1), X, Tensor([1, 2], 1, 0)), [3, 1, 2], 2.0, 1, 4, 3, 6, 5);
        Is(Of(v => Op.Gather(v[0], v[1]), X, Tensor([0], Array.Empty<long>())), [0, 2], Array.Empty<double>());
        Is(Of(v => Op.TakeRows(v[0], v[1]), X, Tensor([2], 2L, 0)), [2, 2], 5.0, 6, 1, 2);
    }

    [TestMethod]
    public void Gradient_of_repeated_rows_adds_up()
    {
        var gradient = Gradient(v => Op.Gather(v[0], v[1]) * v[2], [X, Tensor([3], 2L, 0, 2), Tensor([3, 1], 1.0, 10, 100)])[0]!;
        Is(gradient, [3, 2], 10.0, 10, 0, 0, 101, 101);
    }

    [TestMethod]
    public void Gather_elements()
    {
        Is(Of(v => Op.GatherElements(v[0], v[1], 0), X, Tensor([1, 2], 2L, 0)), [1, 2], 5.0, 2);
        Is(Of(v => Op.GatherElements(v[0], v[1], -1), X, Tensor([3, 3], 0L, 0, 1, 1, 1, 1, -2, -1, 0)), [3, 3], 1.0, 1, 2, 4, 4, 4, 5,
            6, 5);
    }

    [TestMethod]
    public void Scatter_elements()
    {
        var indices = Tensor([1, 2], 2L, 0);
        Is(Of(v => Op.ScatterElements(v[0], v[1], v[2], 0), X, indices, Tensor([1, 2], 10.0, 20)), [3, 2], 1.0, 20, 3, 4, 10, 6);
        var repeated = Tensor([2, 2], 1L, 1, 1, -2);
        Is(Of(v => Op.ScatterElements(v[0], v[1], v[2], 0, add: true), X, repeated, Tensor([2, 2], 10.0, 20, 30, 40)), [3, 2], 1.0, 2, 43,
            64, 5, 6);
        Is(Of(v => Op.ScatterElements(v[0], v[1], v[2], 1), X, Tensor([1, 1], 1L), Tensor([1, 1], 9.0)), [3, 2], 1.0, 9, 3, 4, 5, 6);
    }

    [TestMethod]
    public void Replace_rows()
    {
        Is(Of(v => Op.ReplaceRows(v[0], v[1], v[2]), X, Tensor([2], 2L, 0), Tensor([2, 2], 7.0, 8, 9, 10)), [3, 2], 9.0, 10, 3, 4, 7, 8);
        Is(Of(v => Op.ReplaceRows(v[0], v[1], v[2]), X, Tensor([1], 1), Tensor([1, 2], 7.0, 8)), [3, 2], 1.0, 2, 7, 8, 5, 6);
        Is(Of(v => Op.ReplaceRows(v[0], v[1], v[2]), X, Tensor([0], Array.Empty<long>()), TensorData.Zeros(ElementType.Double, 0, 2)),
            [3, 2], 1.0, 2, 3, 4, 5, 6);
    }

    [TestMethod]
    public void One_hot()
    {
        Is(Of(v => Op.OneHot(v[0], 3), Tensor([2], 2L, 0)), [2, 3], 0f, 0, 1, 1, 0, 0);
        Is(Of(v => Op.OneHot(v[0], 3), Tensor([2], 1, 2)), [2, 3], 0f, 1, 0, 0, 0, 1);
        Is(Of(v => Op.OneHot(v[0], 2), Tensor([4], -1L, -2, -3, 2)), [4, 2], 0f, 1, 1, 0, 0, 0, 0, 0);
        Is(Of(v => Op.OneHot(v[0], 2), TensorData.Scalar(1L)), [2], 0f, 1);
    }

    [TestMethod]
    public void Range()
    {
        Is(Of(v => Op.Range(v[0], "n"), Tensor([1], 4L)), [4], 0L, 1, 2, 3);
        Is(Of(v => Op.Range(v[0], "n"), Tensor([1], 0L)), [0], Array.Empty<long>());
        Is(Of(v => Op.Range(Op.SizeOf(v[0], 1), v[0].Shape[1]), [["batch", "time"]], X), [2], 0L, 1);
    }

    [TestMethod]
    public void Reverse_sequence()
    {
        // [time, batch]
        var x = Tensor([4, 4], 1.0, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24, 31, 32, 33, 34);
        var lengths = Tensor([4], 4L, 1, 0, 3);
        var reversed = Of(v => Op.ReverseSequence(v[0], v[1]), x, lengths);
        Is(reversed, [4, 4], 31.0, 2, 3, 24, 21, 12, 13, 14, 11, 22, 23, 4, 1, 32, 33, 34);
        Is(Of(v => Op.ReverseSequence(v[0], v[1]), reversed, lengths), [4, 4], x.As<double>());
    }
}
