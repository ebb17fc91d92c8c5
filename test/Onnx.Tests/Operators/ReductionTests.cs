using static MLSeqGraph.Onnx.Tests.Evaluation;

namespace MLSeqGraph.Onnx.Tests.Operators;

[TestClass]
public class ReductionTests
{
    private static readonly TensorData X = Tensor([2, 3], 1.0, -2, 3, 4, 0, -6);

    [TestMethod]
    public void Along_axes()
    {
        Is(Of(v => Op.ReduceSum(v[0], [0]), X), [1, 3], 5.0, -2, -3);
        Is(Of(v => Op.ReduceSum(v[0], [-1], keepDims: false), X), [2], 2.0, -2);
        Is(Of(v => Op.ReduceSum(v[0], keepDims: false), X), [], 0.0);
        Is(Of(v => Op.ReduceMean(v[0], [1]), X), [2, 1], 2.0 / 3, -2.0 / 3);
        Is(Of(v => Op.ReduceMax(v[0], [1], keepDims: false), X), [2], 3.0, 4);
        Is(Of(v => Op.ReduceMin(v[0], [-2]), X), [1, 3], 1.0, -2, -6);
        Is(Of(v => Op.ReduceSumSquare(v[0]), X), [1, 1], 66.0);
        Is(Of(v => Op.ReduceSum(v[0], [1], keepDims: false), Tensor([2, 2], 1L, 2, 3, 4)), [2], 3L, 7);
    }

    [TestMethod]
    public void Over_no_axis()
    {
        Is(Of(v => Op.ReduceSum(v[0], []), X), [2, 3], 1.0, -2, 3, 4, 0, -6);
        Is(Of(v => Op.ReduceSumSquare(v[0], []), X), [2, 3], 1.0, 4, 9, 16, 0, 36);
        Is(Of(v => Op.ReduceMax(v[0]), TensorData.Scalar(3.0)), [], 3.0);
    }

    [TestMethod]
    public void Over_nothing()
    {
        Is(Of(v => Op.ReduceSum(v[0], [0]), [["nodes", 2]], TensorData.Zeros(ElementType.Double, 0, 2)), [1, 2], 0.0, 0);
        Is(Of(v => Op.ReduceSum(v[0], [1], keepDims: false), [["nodes", 2]], TensorData.Zeros(ElementType.Double, 0, 2)), [0],
            Array.Empty<double>());
    }

    [TestMethod]
    public void Index_of_the_largest_is_that_of_the_first()
    {
        Is(Of(v => Op.ArgMax(v[0], 1), Tensor([2, 3], 1.0, 5, 5, 7, 2, 7)), [2, 1], 1L, 0);
        Is(Of(v => Op.ArgMax(v[0], -2, keepDims: false), X), [3], 1L, 1, 0);
    }

    [TestMethod]
    public void Elements_that_tie_share_the_gradient()
    {
        Is(Gradient(v => Op.ReduceMax(v[0], [1]), [Tensor([2, 3], 1.0, 5, 5, 7, 2, 3)])[0]!, [2, 3], 0, 0.5, 0.5, 1, 0, 0);
        Is(Gradient(v => Op.ReduceMin(v[0], keepDims: false), [Tensor([4], 2.0, 2, 2, 2)])[0]!, [4], 0.25, 0.25, 0.25, 0.25);
    }

    [TestMethod]
    public void Running_sums()
    {
        var x = Tensor([2, 3], 1.0, 2, 3, 4, 5, 6);
        Is(Of(v => Op.CumSum(v[0], 1), x), [2, 3], 1.0, 3, 6, 4, 9, 15);
        Is(Of(v => Op.CumSum(v[0], -1, exclusive: true), x), [2, 3], 0.0, 1, 3, 0, 4, 9);
        Is(Of(v => Op.CumSum(v[0], 0, reverse: true), x), [2, 3], 5.0, 7, 9, 4, 5, 6);
        Is(Of(v => Op.CumSum(v[0], 1, exclusive: true, reverse: true), x), [2, 3], 5.0, 3, 0, 11, 6, 0);
        Is(Of(v => Op.CumSum(v[0], 0), Tensor([3], 1L, 2, 3)), [3], 1L, 3, 6);
    }

    [TestMethod]
    public void Softmax_of_large_numbers()
    {
        var x = Tensor([2, 2], 1000.0, 1000, -1000, 0);
        Is(Of(v => Op.Softmax(v[0]), x), [2, 2], 0.5, 0.5, 0, 1);
        Is(Of(v => Op.LogSoftmax(v[0]), x), [2, 2], -Math.Log(2), -Math.Log(2), -1000, 0);
        Is(Of(v => Op.Softmax(v[0], 0), Tensor([2, 1], 0.0, Math.Log(3))), [2, 1], 0.25, 0.75);
    }

    [TestMethod]
    public void Layer_normalization()
    {
        // mean 2, variance 2/3
        var deviation = Math.Sqrt(2.0 / 3 + 1e-5);
        var y = Of(v => Op.LayerNormalization(v[0], v[1], v[2]), Tensor([1, 3], 1f, 2, 3), Tensor([3], 1f, 1, 2), Tensor([3], 0f, 5, 1));
        Is(y, [1, 3], (float)(-1 / deviation), 5, (float)(2 / deviation + 1));
        Is(Of(v => Op.LayerNormalization(v[0], v[1], null, 0), Tensor([2], 1f, 3), Tensor([2], 1f, 1)), [2], -1f, 1);
    }
}
