using static MLSeqGraph.Onnx.Tests.Evaluation;

namespace MLSeqGraph.Onnx.Tests.Operators;

[TestClass]
public class ComparisonTests
{
    private static readonly TensorData Row = Tensor([3], 1.0, 2, 3), Two = TensorData.Scalar(2.0);

    [TestMethod]
    public void Comparisons()
    {
        Is(Of(v => Op.Equal(v[0], v[1]), Row, Two), [3], false, true, false);
        Is(Of(v => Op.Less(v[0], v[1]), Row, Two), [3], true, false, false);
        Is(Of(v => Op.LessOrEqual(v[0], v[1]), Row, Two), [3], true, true, false);
        Is(Of(v => Op.Greater(v[0], v[1]), Row, Two), [3], false, false, true);
        Is(Of(v => Op.GreaterOrEqual(v[0], v[1]), Row, Two), [3], false, true, true);
        Is(Of(v => Op.Less(v[0], v[1]), Tensor([2, 1], 1L, 3), Tensor([2], 2L, 4)), [2, 2], true, true, false, true);
        Is(Of(v => Op.Equal(v[0], v[1]), Tensor([2], true, false), TensorData.Scalar(false)), [2], false, true);
        Is(Of(v => Op.Equal(v[0], v[1]), Tensor([2], 5, 6), TensorData.Scalar(6)), [2], false, true);
    }

    [TestMethod]
    public void Logic()
    {
        TensorData left = Tensor([4], true, true, false, false), right = Tensor([4], true, false, true, false);
        Is(Of(v => Op.And(v[0], v[1]), left, right), [4], true, false, false, false);
        Is(Of(v => Op.Or(v[0], v[1]), left, right), [4], true, true, true, false);
        Is(Of(v => Op.Not(v[0]), left), [4], false, false, true, true);
    }

    [TestMethod]
    public void Choice_broadcasts_all_three()
    {
        var condition = Tensor([2, 1], true, false);
        Is(Of(v => Op.Where(v[0], v[1], v[2]), condition, Row, TensorData.Scalar(-1.0)), [2, 3], 1.0, 2, 3, -1, -1, -1);
        Is(Of(v => Op.Where(v[0], v[1], v[2]), condition, Tensor([2], 1L, 2), Tensor([2], 3L, 4)), [2, 2], 1L, 2, 3, 4);
    }

    [TestMethod]
    public void No_gradient_comes_from_what_is_not_chosen_even_where_it_is_infinite()
    {
        var gradient = Gradient(v =>
            Op.Where(Op.Greater(v[0], v[0].Number(0)), Op.Identity(v[0]), v[0].Number(0)), [Tensor([2], double.PositiveInfinity, -1)])[0]!;
        Is(gradient, [2], 1.0, 0);
    }
}
