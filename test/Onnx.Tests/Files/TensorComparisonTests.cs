namespace MLSeqGraph.Onnx.Tests;

[TestClass]
public class TensorComparisonTests
{
    [TestMethod]
    public void The_largest_relative_difference_is_found_with_its_place()
    {
        var expected = new Dictionary<string, TensorData>
        {
            ["small"] = TensorData.Create(new float[] { 0.5f, 0, 0, 0 }, 2, 2),
            ["large"] = TensorData.Create(new double[] { 1, 2, 3, 1000, 5, 6 }, 2, 3),
        };
        var actual = new Dictionary<string, TensorData>
        {
            ["small"] = TensorData.Create(new float[] { 0.75f, 0, 0, 0 }, 2, 2),
            ["large"] = TensorData.Create(new double[] { 1, 2, 3, 1500, 5, 6.5 }, 2, 3),
        };
        var comparison = TensorComparison.Largest(expected, actual);
        Assert.AreEqual(("large", 1000.0, 1500.0, 0.5), (comparison.Name, comparison.Expected, comparison.Actual, comparison.Difference));
        CollectionAssert.AreEqual(new long[] { 1, 0 }, comparison.Index.ToArray());
        Assert.AreEqual(0.25, TensorComparison.Between("small", expected["small"], actual["small"]).Difference);

        comparison.ThrowIfAbove(0.5);
        var exception = Assert.ThrowsExactly<TensorMismatchException>(() => comparison.ThrowIfAbove(1e-4));
        Assert.AreEqual("'large'[1, 0]: 1000 is expected, 1500 was given, relative difference 0.5; at most 0.0001 is allowed.",
            exception.Message);
        Assert.ThrowsExactly<TensorMismatchException>(() => comparison.ThrowIfAbove(double.NaN));
    }

    [TestMethod]
    public void Numbers_on_the_last_axis_have_sizes_of_their_own()
    {
        var expected = TensorData.Create([0f, 0f, 2000f, 2f], 2, 2);
        var actual = TensorData.Create([10f, 1e-3f, 2000f, 2.001f], 2, 2);
        var of = TensorComparison.Between("x", expected, actual, 1000, 1);
        Assert.AreEqual(0.01, of.Difference, 1e-6);
        CollectionAssert.AreEqual((long[])[0, 0], of.Index.ToArray());
        Assert.AreEqual(10, TensorComparison.Between("x", expected, actual).Difference, 1e-6);
        // The second number isn't measured by the first one's size.
        Assert.AreEqual(1e-3, TensorComparison.Between("x", expected, actual, 1e9, 1).Difference, 1e-6);
    }

    [TestMethod]
    public void Equal_tensors_do_not_differ()
    {
        foreach (var tensor in new[] { TensorData.Vector(float.NaN, float.PositiveInfinity, 1), TensorData.Vector(1L, -2L),
            TensorData.Vector(true, false), TensorData.Create(Array.Empty<float>(), 0, 2) })
            Assert.AreEqual(0, TensorComparison.Between("x", tensor, tensor).Difference);
    }

    [TestMethod]
    [DataRow(1.0, double.NaN)]
    [DataRow(double.NaN, 1.0)]
    [DataRow(double.PositiveInfinity, 1.0)]
    [DataRow(1.0, double.NegativeInfinity)]
    [DataRow(double.PositiveInfinity, double.NegativeInfinity)]
    public void What_is_not_finite_differs_infinitely(double expected, double actual)
    {
        var comparison = TensorComparison.Between("x", TensorData.Vector(0, expected), TensorData.Vector(0, actual));
        Assert.AreEqual(double.PositiveInfinity, comparison.Difference);
        Assert.AreEqual(1, comparison.Index.Single());
    }

    [TestMethod]
    public void Integers_and_truth_values_are_compared_as_numbers()
    {
        Assert.AreEqual(0.5, TensorComparison.Between("x", TensorData.Vector(4, 0), TensorData.Vector(6, 0)).Difference);
        Assert.AreEqual(1, TensorComparison.Between("x", TensorData.Vector(true), TensorData.Vector(false)).Difference);
        Assert.AreEqual(3, TensorComparison.Between("x", TensorData.Vector<byte>(1), TensorData.Vector<byte>(4)).Difference);
    }

    [TestMethod]
    public void Other_shapes_types_and_names_are_errors()
    {
        var x = new Dictionary<string, TensorData> { ["x"] = TensorData.Create(new float[2], 2) };
        void Fails(Dictionary<string, TensorData> other, params string[] parts)
        {
            var exception = Assert.ThrowsExactly<TensorMismatchException>(() => TensorComparison.Largest(x, other));
            foreach (var part in parts)
                StringAssert.Contains(exception.Message, part);
        }
        Fails(new() { ["x"] = TensorData.Create(new float[2], 1, 2) }, "'x'", "Float [2]", "Float [1, 2]");
        Fails(new() { ["x"] = TensorData.Create(new double[2], 2) }, "Float [2]", "Double [2]");
        Fails(new() { ["y"] = x["x"] }, "'x' is missing", "y");
        Assert.ThrowsExactly<ArgumentException>(() => TensorComparison.Largest(new Dictionary<string, TensorData>(), x));
        Assert.ThrowsExactly<NotSupportedException>(() => TensorComparison.Between("x", TensorData.Vector("a"), TensorData.Vector("a")));
    }
}
