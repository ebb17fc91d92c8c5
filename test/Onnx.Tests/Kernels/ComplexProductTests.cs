namespace MLSeqGraph.Onnx.Tests.Kernels;

/// <summary>Products of complex vectors and of rows.</summary>
[TestClass]
public class ComplexProductTests
{
    [TestMethod]
    [DataRow(1, 2)]
    [DataRow(3, 6)]
    [DataRow(700, 34)]
    [DataRow(129, 200)]
    public void Equals_a_plain_loop_with_the_same_bits_on_any_number_of_threads(int rows, int width)
    {
        var (a, b) = (FiniteDifferences.Random(ElementType.Float, 1, rows, width),
            FiniteDifferences.Random(ElementType.Float, 2, rows, width));
        float[] x = a.As<float>(), z = b.As<float>();
        foreach (var conjugate in (bool[])[false, true])
        {
            var (product, sums) = Run(a, b, conjugate, 1);
            for (var row = 0; row < rows; row++)
            {
                var sum = 0.0;
                for (int j = 0, half = width / 2, at = row * width; j < half; j++)
                {
                    var expected = new System.Numerics.Complex(x[at + j], x[at + half + j])
                        * new System.Numerics.Complex(z[at + j], conjugate ? -z[at + half + j] : z[at + half + j]);
                    Assert.AreEqual(expected.Real, product[at + j], 1e-5);
                    Assert.AreEqual(expected.Imaginary, product[at + half + j], 1e-5);
                    sum += (double)x[at + j] * z[at + j] + (double)x[at + half + j] * z[at + half + j];
                }
                Assert.AreEqual(sum, sums[row], 1e-4);
            }
            for (var threads = 2; threads <= 8; threads++)
            {
                var again = Run(a, b, conjugate, threads);
                CollectionAssert.AreEqual(product, again.Product, $"{threads} threads");
                CollectionAssert.AreEqual(sums, again.Sums, $"{threads} threads");
            }
        }
    }

    [TestMethod]
    public void Gradients_are_those_of_standard_operators()
    {
        TensorData[] at = [FiniteDifferences.Random(ElementType.Float, 1, 5, 2, 6),
            FiniteDifferences.Random(ElementType.Float, 2, 5, 2, 6)];
        static Value Standard(Value a, Value b, double sign)
        {
            Value[] p = [.. Op.Split(a, 2, 3, 3)], q = [.. Op.Split(b, 2, 3, 3)];
            var turned = q[1] * sign;
            return Op.Concat(2, p[0] * q[0] - p[1] * turned, p[0] * turned + p[1] * q[0]);
        }
        foreach (var conjugate in (bool[])[false, true])
            FiniteDifferences.CheckKernels(x => Op.Tanh(ComplexProduct.Of(x[0], x[1], conjugate)), at,
                x => Op.Tanh(Standard(x[0], x[1], conjugate ? -1 : 1)), at);
        FiniteDifferences.CheckKernels(x => Op.Tanh(RowProduct.Of(x[0], x[1])), at,
            x => Op.Tanh(Op.ReduceSum(x[0] * x[1], [2], keepDims: false)), at);
    }

    [TestMethod]
    public void Nothing_and_nan_pass()
    {
        Assert.IsEmpty(Run(TensorData.Zeros(ElementType.Float, 0, 4), TensorData.Zeros(ElementType.Float, 0, 4), false, 2).Product);
        CollectionAssert.AreEqual(new float[3], Run(TensorData.Zeros(ElementType.Float, 3, 0), TensorData.Zeros(ElementType.Float, 3, 0),
            false, 1).Sums);
        var (product, sums) = Run(TensorData.Create([1f, float.NaN], 1, 2), TensorData.Create([1f, 1f], 1, 2), false, 1);
        Assert.IsTrue(product.All(float.IsNaN) && float.IsNaN(sums[0]));
    }

    private static (float[] Product, float[] Sums) Run(TensorData a, TensorData b, bool conjugate, int threads)
    {
        var graph = new Graph("product") { UsesKernels = true };
        Value left = graph.Input("a", ElementType.Float, ["rows", a.Sizes[1]]),
            right = graph.Input("b", ElementType.Float, ["rows", b.Sizes[1]]);
        Assert.IsTrue(ComplexProduct.Suits(left, right));
        graph.Output("y", ComplexProduct.Of(left, right, conjugate));
        graph.Output("sums", RowProduct.Of(left, right));
        using var session = new OnnxSession(graph, ExecutionTarget.Cpu(threads));
        var result = session.Run(new Dictionary<string, TensorData> { ["a"] = a, ["b"] = b });
        return (result["y"].As<float>(), result["sums"].As<float>());
    }
}
