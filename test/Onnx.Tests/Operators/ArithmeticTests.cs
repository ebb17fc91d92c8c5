using static MLSeqGraph.Onnx.Tests.Evaluation;

namespace MLSeqGraph.Onnx.Tests.Operators;

[TestClass]
public class ArithmeticTests
{
    private static readonly TensorData Left = Tensor([2, 3], 1.0, 2, 3, 4, 5, 6), Right = Tensor([3], 2.0, 5, -1);

    [TestMethod]
    public void Operands_broadcast()
    {
        Is(Of(v => v[0] + v[1], Left, Right), [2, 3], 3.0, 7, 2, 6, 10, 5);
        Is(Of(v => v[0] - v[1], Left, Right), [2, 3], -1.0, -3, 4, 2, 0, 7);
        Is(Of(v => v[1] * v[0], Left, Right), [2, 3], 2.0, 10, -3, 8, 25, -6);
        Is(Of(v => v[0] / v[1], Left, Right), [2, 3], 0.5, 0.4, -3, 2, 1, -6);
        Is(Of(v => Op.Max(v[0], v[1]), Left, Right), [2, 3], 2.0, 5, 3, 4, 5, 6);
        Is(Of(v => Op.Min(v[0], v[1]), Left, Right), [2, 3], 1.0, 2, -1, 2, 5, -1);
        Is(Of(v => Op.Pow(v[0], v[1]), Left, Right), [2, 3], 1.0, 32, 1.0 / 3, 16, 3125, 1.0 / 6);
        Is(Of(v => v[0] + v[1], Tensor([2, 1], 1.0, 2), Tensor([1, 3], 10.0, 20, 30)), [2, 3], 11.0, 21, 31, 12, 22, 32);
    }

    [TestMethod]
    public void Numbers_stand_on_either_side()
    {
        Is(Of(v => 1 - v[0], Right), [3], -1.0, -4, 2);
        Is(Of(v => v[0] - 1, Right), [3], 1.0, 4, -2);
        Is(Of(v => 10 / v[0], Right), [3], 5.0, 2, -10);
        Is(Of(v => v[0] / 10, Right), [3], 0.2, 0.5, -0.1);
        Is(Of(v => 2 * v[0] + v[0] * 3 + 1 + (1 + -v[0]), Right), [3], 10.0, 22, -2);
    }

    [TestMethod]
    public void Integers()
    {
        var numbers = Tensor([4], 7L, -7, 8, 0);
        Is(Of(v => Op.Mod(v[0], v[0].Number(3)), numbers), [4], 1L, 2, 2, 0); // the divisor's sign, as in Python
        Is(Of(v => v[0] * 2 + 1, numbers), [4], 15L, -13, 17, 1);
        Is(Of(v => v[0] - v[0], Tensor([2], 5, 6)), [2], 0, 0);
        Is(Of(v => Op.Max(v[0], v[0].Number(0)), numbers), [4], 7L, 0, 8, 0);
        Is(Of(v => Op.Clip(v[0], -1, 7), numbers), [4], 7L, -1, 7, 0);
    }

    [TestMethod]
    public void Equal_operands_of_max_and_min_give_their_gradient_to_the_left_one()
    {
        var gradients = Gradient(v => Op.Max(v[0], v[1]) + 10 * Op.Min(v[0], v[1]), [Tensor([2], 1.0, 2), Tensor([2], 1.0, 3)]);
        Is(gradients[0]!, [2], 11.0, 10);
        Is(gradients[1]!, [2], 0.0, 1);
    }

    [TestMethod]
    public void Exponents_have_a_gradient_where_the_base_is_positive()
    {
        // x^x has the slope x^x (ln x + 1).
        var gradient = Gradient(v => Op.Pow(v[0], v[0]), [Tensor([2], 1.0, 2)])[0]!;
        Is(gradient, [2], 1, 4 * (Math.Log(2) + 1));
        Is(Gradient(v => Op.Pow(v[0], v[1]), [Tensor([2], 0.0, -2), Tensor([2], 3.0, 2)])[1]!, [2], 0.0, 0);
    }
}
