namespace MLSeqGraph.Onnx.Tests.Graphs;

[TestClass]
public class DimTests
{
    private static readonly Dim Batch = "batch", Time = "time";

    [TestMethod]
    public void Equal_if_the_names_say_so()
    {
        Assert.AreEqual(Batch, (Dim)"batch");
        Assert.AreNotEqual(Batch, Time);
        Assert.AreNotEqual(Batch, (Dim)1);
        Assert.AreEqual(Batch * Time, Time * Batch);
        Assert.AreEqual(Batch + Time, Time + Batch);
        Assert.AreEqual((Batch + 1) + Time, Batch + (Time + 1));
        Assert.AreEqual((Batch + 1) * 2, 2 * Batch + 2);
        Assert.AreEqual((Batch + Time).GetHashCode(), (Time + Batch).GetHashCode());
        Assert.AreEqual((Dim)0, Batch * 0);
        Assert.AreEqual(default(Dim), (Dim)0);
        Assert.AreEqual(Time, Time + 3 - 3);
        Assert.AreEqual((Dim)2, Time + 2 - Time);
    }

    [TestMethod]
    public void Written_as_a_sum_of_products()
    {
        Assert.AreEqual("0", default(Dim).ToString());
        Assert.AreEqual("7", ((Dim)7).ToString());
        Assert.AreEqual("batch", Batch.ToString());
        Assert.AreEqual("2*batch*time", (Time * 2 * Batch).ToString());
        Assert.AreEqual("batch+time-1", (Time - 1 + Batch).ToString());
        Assert.AreEqual("-batch+time", (Time - Batch).ToString());
    }

    [TestMethod]
    public void Quotients_have_sizes()
    {
        var half = Time.Plus(1).FloorDivide(2);
        Dim[] dims = [half, half.Plus(1).FloorDivide(2), (2 * Batch * Time - 3).FloorDivide(4), (Batch * half - Time + 7).FloorDivide(3),
            (half * half).FloorDivide(3), (half - Time).FloorDivide(4)];
        for (long time = 1; time < 20; time++)
            foreach (var batch in (long[])[1, 4])
            {
                long? Known(string name) => name switch { "time" => time, "batch" => batch, _ => null };
                long h = (time + 1) / 2;
                long[] expected = [h, (h + 1) / 2, Floor(2 * batch * time - 3, 4), Floor(batch * h - time + 7, 3), h * h / 3,
                    Floor(h - time, 4)];
                for (var i = 0; i < dims.Length; i++)
                    Assert.AreEqual(expected[i], DimQuotient.Evaluate($"{dims[i]}", Known), $"{dims[i]}, time {time}, batch {batch}");
            }
        foreach (var name in (string[])["time", "(other+1)/2", "(time+1)/0", "(time+1)/x", "(time)+(time)/2", "()/2x", "(time%3)/2"])
            Assert.IsNull(DimQuotient.Evaluate(name, known => known == "time" ? 5 : null), name);

        static long Floor(long number, long by) => (long)Math.Floor(number / (double)by);
    }

    [TestMethod]
    public void Sizes_are_known_for_numbers_alone()
    {
        Assert.AreEqual(12L, ((Dim)3 * 4).Size);
        Assert.AreEqual(0L, default(Dim).Size);
        Assert.IsTrue((Time - Time).IsKnown);
        Assert.IsFalse((Time + 1).IsKnown);
        Assert.ThrowsExactly<InvalidOperationException>(() => (Time * 2).Size);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => (Dim)(-1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => (Dim)2 - 3);
        Assert.AreEqual(2L * 3 * 5 + 4, (2 * Batch * Time + 4).Evaluate(name => name == "batch" ? 3 : 5));
    }

    [TestMethod]
    public void Division_where_it_leaves_nothing()
    {
        Assert.IsTrue((6 * Batch * Time).TryDivide(3 * Time, out var quotient));
        Assert.AreEqual(2 * Batch, quotient);
        Assert.IsTrue((6 * Batch + 3).TryDivide(3, out quotient));
        Assert.AreEqual(2 * Batch + 1, quotient);
        Assert.IsFalse((6 * Batch).TryDivide(4, out _));
        Assert.IsFalse(Batch.TryDivide(Time, out _));
        Assert.IsFalse(Batch.TryDivide(0, out _));
        Assert.IsFalse(Batch.TryDivide(Batch + 1, out _));
    }
}
