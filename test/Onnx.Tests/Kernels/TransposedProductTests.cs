namespace MLSeqGraph.Onnx.Tests.Kernels;

[TestClass]
public class TransposedProductTests
{
    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(5, 3, 2)]
    [DataRow(64, 8, 16)]
    [DataRow(65, 9, 17)]
    [DataRow(1000, 23, 39)]
    [DataRow(3000, 64, 64)]
    [DataRow(700, 400, 16)]
    [DataRow(129, 7, 61)]
    public void Equals_the_product_with_the_same_bits_on_any_number_of_threads(int rows, int m, int n)
    {
        var (a, b) = (FiniteDifferences.Random(ElementType.Float, 1, rows, m), FiniteDifferences.Random(ElementType.Float, 2, rows, n));
        var first = Run(a, b, 1);
        for (var i = 0; i < m; i++)
            for (var j = 0; j < n; j++)
            {
                double expected = 0, magnitude = 0;
                for (var row = 0; row < rows; row++)
                {
                    var term = (double)a.As<float>()[row * m + i] * b.As<float>()[row * n + j];
                    (expected, magnitude) = (expected + term, magnitude + Math.Abs(term));
                }
                Assert.IsLessThanOrEqualTo(1e-6 * magnitude, Math.Abs(expected - first[i * n + j]), $"[{i}, {j}]");
            }
        for (var threads = 2; threads <= 8; threads++)
            CollectionAssert.AreEqual(first, Run(a, b, threads), $"{threads} threads");
    }

    [TestMethod]
    public void No_rows_give_zeros()
    {
        CollectionAssert.AreEqual(new float[6],
            Run(TensorData.Zeros(ElementType.Float, 0, 2), TensorData.Zeros(ElementType.Float, 0, 3), 2));
        Assert.IsEmpty(Run(TensorData.Zeros(ElementType.Float, 4, 0), TensorData.Zeros(ElementType.Float, 4, 3), 1));
    }

    [TestMethod]
    public void Nan_and_infinity_pass()
    {
        var y = Run(TensorData.Create([1f, float.NaN, 1f, 1f], 2, 2), TensorData.Create([1f, float.PositiveInfinity, 2f, 3f], 2, 2), 1);
        CollectionAssert.AreEqual(new[] { 3f, float.PositiveInfinity, float.NaN, float.NaN }, y);
    }

    private static float[] Run(TensorData a, TensorData b, int threads)
    {
        var graph = new Graph("product") { UsesKernels = true };
        Value left = graph.Input("a", ElementType.Float, ["rows", a.Sizes[1]]),
            right = graph.Input("b", ElementType.Float, ["rows", b.Sizes[1]]);
        Assert.IsTrue(TransposedProduct.Suits(left, right));
        graph.Output("y", TransposedProduct.Of(left, right));
        using var session = new OnnxSession(graph, ExecutionTarget.Cpu(threads));
        return session.Run(new Dictionary<string, TensorData> { ["a"] = a, ["b"] = b })["y"].As<float>();
    }
}
