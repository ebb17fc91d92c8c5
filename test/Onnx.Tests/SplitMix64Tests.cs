namespace MLSeqGraph.Onnx.Tests;

// Numbers are written out: another generator would change every trained model, sample and split of a given seed.
[TestClass]
public class SplitMix64Tests
{
    [TestMethod]
    public void Numbers_are_those_of_the_published_generator()
    {
        var random = new SplitMix64(1234567);
        foreach (var expected in (ulong[])[6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431,
            16408922859458223821])
            Assert.AreEqual(expected, random.Next());
    }

    [TestMethod]
    public void Generators_of_parts_of_a_run_stay_what_they_are()
    {
        Assert.AreEqual(8539628416922788396UL, SplitMix64.Of(3, 7).Next());
        Assert.AreEqual(16043632708321199247UL, SplitMix64.Of(-1, 2).Next());
        Assert.AreEqual(16492892157339694189UL, SplitMix64.OfItem(42, 7).Next());
        Assert.AreEqual(14748227453898881214UL, SplitMix64.OfItem(-5, 9).Next());
        Assert.AreEqual(unchecked((long)16492892157339694189UL), SplitMix64.SeedOf(42, 7));
        Assert.AreEqual(6722529947360326443UL, SplitMix64.OfStep(11, 5, 2).Next());
    }

    [TestMethod]
    public void Numbers_below_a_limit_are_all_drawn_equally_often()
    {
        var random = new SplitMix64(1);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
            counts[random.Next(counts.Length)]++;
        foreach (var count in counts)
            Assert.AreEqual(10_000, count, 400); // four standard deviations
    }

    [TestMethod]
    public void Real_numbers_are_in_their_range()
    {
        var (random, other) = (new SplitMix64(2), new SplitMix64(2));
        var sum = 0.0;
        for (var i = 0; i < 10_000; i++)
        {
            var (number, positive) = (random.NextDouble(), other.NextPositive());
            Assert.IsTrue(number is >= 0 and < 1 && positive is > 0 and <= 1);
            Assert.AreEqual(number, positive, 1e-15);
            sum += number;
        }
        Assert.AreEqual(0.5, sum / 10_000, 0.012);
    }

    [TestMethod]
    public void Shuffling_keeps_the_items()
    {
        var items = Enumerable.Range(0, 50).ToArray();
        new SplitMix64(3).Shuffle(items);
        CollectionAssert.AreNotEqual(Enumerable.Range(0, 50).ToArray(), items);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 50).ToArray(), items);
    }
}
