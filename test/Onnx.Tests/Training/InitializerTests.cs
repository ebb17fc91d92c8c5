namespace MLSeqGraph.Onnx.Tests.Training;

[TestClass]
public class InitializerTests
{
    private static float[] Make(Initializer initializer, params long[] sizes)
    {
        var elements = initializer(sizes, new Random(1));
        Assert.HasCount((int)sizes.Aggregate(1L, (product, size) => product * size), elements);
        return elements;
    }

    [TestMethod]
    public void Constants()
    {
        Assert.IsTrue(Make(Initializers.Zeros, 3, 4).All(x => x == 0));
        Assert.IsTrue(Make(Initializers.Ones, 5).All(x => x == 1));
        Assert.IsTrue(Make(Initializers.Constant(0.25f)).All(x => x == 0.25f));
    }

    [TestMethod]
    public void Uniform_fills_its_range_evenly()
    {
        CheckUniform(0.3, Make(Initializers.Uniform(0.3f), 100, 100));
        CheckUniform(Math.Sqrt(6.0 / 150), Make(Initializers.GlorotUniform, 100, 50));
        CheckUniform(Math.Sqrt(6.0 / 100), Make(Initializers.HeUniform, 100, 50));
        // more dimensions than two: the last is the fan-out, the others together the fan-in
        CheckUniform(Math.Sqrt(6.0 / (60 + 80)), Make(Initializers.GlorotUniform, 3, 20, 80));
    }

    private static void CheckUniform(double bound, float[] elements)
    {
        Assert.IsLessThanOrEqualTo(bound * (1 + 1e-6), elements.Max(Math.Abs));
        Assert.IsGreaterThan(0.99 * bound, elements.Max());
        Assert.IsLessThan(-0.99 * bound, elements.Min());
        Assert.AreEqual(0, elements.Average(), 0.05 * bound);
        Assert.AreEqual(bound * bound / 3, elements.Average(x => (double)x * x), 0.05 * bound * bound);
    }

    [TestMethod]
    public void Normal_has_its_deviation()
    {
        var elements = Make(Initializers.Normal(0.5f), 20_000);
        Assert.AreEqual(0, elements.Average(), 0.02);
        Assert.AreEqual(0.25, elements.Average(x => (double)x * x), 0.01);
        // kurtosis 3
        Assert.AreEqual(3 * 0.0625, elements.Average(x => Math.Pow(x, 4)), 0.02);
        Assert.IsTrue(elements.All(float.IsFinite));
    }

    [TestMethod]
    [DataRow(8, 8)]
    [DataRow(16, 64)]
    [DataRow(5, 12)]
    [DataRow(6, 4)]
    [DataRow(128, 512)]
    [DataRow(1, 3)]
    public void Every_block_of_columns_is_orthogonal(int rows, int columns)
    {
        var elements = Make(Initializers.Orthogonal, rows, columns);
        for (var block = 0; block < columns; block += rows)
            for (var a = block; a < Math.Min(columns, block + rows); a++)
                for (var b = block; b <= a; b++)
                {
                    double dot = 0;
                    for (var row = 0; row < rows; row++)
                        dot += (double)elements[row * columns + a] * elements[row * columns + b];
                    Assert.AreEqual(a == b ? 1 : 0, dot, 1e-6, $"columns {a} and {b}");
                }
        if (columns >= 2 * rows && rows > 1)
            CollectionAssert.AreNotEqual(elements[..rows], elements[rows..(2 * rows)], "the blocks differ");
    }

    [TestMethod]
    public void A_seed_decides()
    {
        float[] Of(int seed) => Initializers.Orthogonal([4, 8], new Random(seed));
        CollectionAssert.AreEqual(Of(1), Of(1));
        CollectionAssert.AreNotEqual(Of(1), Of(2));
    }
}
