namespace MLSeqGraph.Transforms.Tests.Graphs.Sampling;

[TestClass]
public class SkipGramTests
{
    private static (int, int)[] Pairs(int[] walks, int length, int window)
    {
        var (centers, contexts) = SkipGram.Pairs(walks, length, window);
        return [.. centers.Zip(contexts)];
    }

    [TestMethod]
    public void Pairs_by_hand()
    {
        CollectionAssert.AreEqual(((int, int)[])[(7, 8), (8, 7), (8, 9), (9, 8)], Pairs([7, 8, 9], 3, 1));
        CollectionAssert.AreEqual(((int, int)[])[(7, 8), (7, 9), (8, 7), (8, 9), (9, 7), (9, 8)], Pairs([7, 8, 9], 3, 5));
        // two walks, the first ended early, the second a start alone
        CollectionAssert.AreEqual(((int, int)[])[(1, 2), (2, 1)], Pairs([1, 2, -1, 5, -1, -1], 3, 2));
        CollectionAssert.AreEqual(((int, int)[])[(4, 4), (4, 4)], Pairs([4, 4], 2, 1));
        Assert.IsEmpty(Pairs([], 3, 2));
    }

    [TestMethod]
    public void Dynamic_windows_take_the_near_more_often()
    {
        const int Length = 100_000, Window = 4;
        var (centers, contexts) = SkipGram.Pairs([.. Enumerable.Range(0, Length)], Length, Window, isDynamic: true, seed: 3);
        for (var distance = 1; distance <= Window; distance++)
        {
            var share = centers.Zip(contexts).Count(pair => pair.Second - pair.First == distance) / (double)Length;
            Assert.AreEqual((Window - distance + 1.0) / Window, share, 0.01, $"distance {distance}");
        }
        CollectionAssert.AreEqual(contexts, SkipGram.Pairs([.. Enumerable.Range(0, Length)], Length, Window, true, 3).Contexts);
    }

    [TestMethod]
    public void Walks_of_another_length_are_errors()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => SkipGram.Pairs([1, 2, 3], 2, 1)).Message, "3 nodes");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SkipGram.Pairs([1, 2], 2, 0));
    }

    [TestMethod]
    public void Negatives_are_drawn_by_a_power_of_the_degree()
    {
        // degrees 1, 4, 0, 3, 2
        var graph = NodeGraph.Of(5, [0, 1, 1, 3, 3], [1, 3, 1, 4, 4]);
        foreach (var power in (double[])[0.75, 0, 1])
        {
            var drawn = new long[400_000];
            new NegativeSampler(graph, power).Sample(drawn, 9);
            double[] weights = [1, Math.Pow(4, power), 0, Math.Pow(3, power), Math.Pow(2, power)];
            for (var node = 0; node < 5; node++)
            {
                var expected = weights[node] / weights.Sum();
                Assert.AreEqual(expected, (double)drawn.Count(id => id == node) / drawn.Length,
                    4.5 * Math.Sqrt(expected * (1 - expected) / drawn.Length) + 1e-12, $"power {power}, node {node}");
            }
        }
    }

    [TestMethod]
    public void A_graph_without_edges_has_no_negatives()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new NegativeSampler(NodeGraph.Of(3, [], []))).Message,
            "no edges");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => new NegativeSampler(NodeGraph.Of(1, [0], [0]), double.NaN)).Message, "NaN");
    }
}
