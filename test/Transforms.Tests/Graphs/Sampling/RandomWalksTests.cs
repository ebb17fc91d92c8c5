namespace MLSeqGraph.Transforms.Tests.Graphs.Sampling;

/// <summary>Walks that can be told by hand, and the frequencies of steps against their exact probabilities.</summary>
[TestClass]
public class RandomWalksTests
{
    private static NodeGraph Undirected(int nodes, params (int A, int B)[] edges) =>
        NodeGraph.Of(nodes, [.. edges.SelectMany(edge => (int[])[edge.A, edge.B])], [.. edges.SelectMany(edge => (int[])[edge.B, edge.A])]);

    // 0 - 1, 1 - 2, 0 - 2, 1 - 3, 3 - 4: after 0, 1 the node 0 is where it came from, 2 a neighbor of 0, and 3 far from it
    private static NodeGraph Kite() => Undirected(5, (0, 1), (1, 2), (0, 2), (1, 3), (3, 4));

    [TestMethod]
    public void A_chain_is_walked_to_its_end()
    {
        var walks = new RandomWalks(NodeGraph.Of(4, [0, 1], [1, 2]), new() { Length = 5 });
        CollectionAssert.AreEqual((int[])[0, 1, 2, -1, -1, 2, -1, -1, -1, -1, 3, -1, -1, -1, -1], walks.Sample([0, 2, 3], 7));
        Assert.IsTrue(walks.HasNext(1));
        Assert.IsFalse(walks.HasNext(3));
    }

    [TestMethod]
    public void A_loop_alone_is_walked_round_and_round()
    {
        foreach (var p in (double[])[1, 4])
            CollectionAssert.AreEqual((int[])[0, 0, 0, 0], new RandomWalks(
                NodeGraph.Of(2, [0], [0]), new() { Length = 4, ReturnParameter = p }).Sample([0], 1));
    }

    [TestMethod]
    public void Who_hardly_returns_walks_round_a_ring()
    {
        var ring = Undirected(6, (0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0));
        var walk = new RandomWalks(ring, new() { Length = 13, ReturnParameter = 1e9 }).Sample([0], 3);
        var way = walk[1] == 1 ? 1 : 5;
        CollectionAssert.AreEqual(Enumerable.Range(0, 13).Select(i => i * way % 6).ToArray(), walk);
        // at a dead end there is no other way than back, however unlikely
        CollectionAssert.AreEqual((int[])[0, 1, 0, 1], new RandomWalks(Undirected(2, (0, 1)), new() { Length = 4, ReturnParameter = 1e9 })
            .Sample([0], 3));
    }

    [TestMethod]
    [DataRow(1.0, 1.0)]
    [DataRow(0.25, 4.0)]
    [DataRow(4.0, 0.25)]
    [DataRow(1e6, 1e3)]
    [DataRow(1e-4, 1.0)]
    public void Steps_are_as_likely_as_p_and_q_say(double p, double q)
    {
        const int Walks = 200_000;
        var walks = new RandomWalks(Kite(), new() { Length = 3, ReturnParameter = p, InOutParameter = q }).Sample(
            [.. Enumerable.Repeat(0, Walks)], 11);
        var through = Enumerable.Range(0, Walks).Where(walk => walks[3 * walk + 1] == 1).Select(walk => walks[3 * walk + 2]).ToArray();
        CheckFrequency(0.5, through.Length, Walks, "0 to 1");
        var total = 1 / p + 1 + 1 / q;
        CheckFrequency(1 / p / total, through.Count(node => node == 0), through.Length, "back");
        CheckFrequency(1 / total, through.Count(node => node == 2), through.Length, "near");
        CheckFrequency(1 / q / total, through.Count(node => node == 3), through.Length, "away");
    }

    [TestMethod]
    public void Repeated_edges_count_as_often_as_they_are_there()
    {
        const int Walks = 100_000;
        var walks = new RandomWalks(NodeGraph.Of(3, [0, 0, 0, 0], [1, 2, 2, 2]), new() { Length = 2 }).Sample(
            [.. Enumerable.Repeat(0, Walks)], 2);
        CheckFrequency(0.75, walks.Count(node => node == 2), Walks, "0 to 2");
    }

    [TestMethod]
    public void A_seed_gives_the_same_walks_on_any_number_of_threads()
    {
        var random = new Random(1);
        var graph = NodeGraph.Of(200, [.. Enumerable.Range(0, 3000).Select(_ => random.Next(200))],
            [.. Enumerable.Range(0, 3000).Select(_ => random.Next(200))]);
        var walks = new RandomWalks(graph, new() { Length = 20, ReturnParameter = 0.5, InOutParameter = 2 });
        int[] starts = [.. Enumerable.Range(0, 200)];
        var expected = walks.Sample(starts, 5, 1);
        for (var threads = 2; threads <= 4; threads++)
            CollectionAssert.AreEqual(expected, walks.Sample(starts, 5, threads), $"{threads} threads");
        CollectionAssert.AreNotEqual(expected, walks.Sample(starts, 6, 1));
        var edges = graph.Sources.Zip(graph.Targets).ToHashSet();
        for (var i = 0; i < expected.Length - 1; i++)
            if (i % 20 != 19 && expected[i + 1] >= 0)
                Assert.Contains((expected[i], expected[i + 1]), edges);
    }

    [TestMethod]
    public void No_starts_and_no_nodes_give_no_walks()
    {
        Assert.IsEmpty(new RandomWalks(NodeGraph.Of(0, [], [])).Sample([], 1));
        Assert.IsEmpty(new RandomWalks(Kite()).Sample([], 1));
    }

    [TestMethod]
    public void Bad_options_and_starts_are_errors()
    {
        void Fails(RandomWalkOptions options, string part) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new RandomWalks(Kite(), options)).Message, part);
        Fails(new() { Length = 0 }, "Length is 0");
        Fails(new() { ReturnParameter = 0 }, "ReturnParameter is 0");
        Fails(new() { InOutParameter = double.NaN }, "InOutParameter is NaN");
        var error = Assert.ThrowsExactly<ArgumentException>(() => new RandomWalks(Kite()).Sample([5], 1));
        StringAssert.Contains(error.Message, "node 5");
        using var canceled = new CancellationTokenSource();
        canceled.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => new RandomWalks(Kite()).Sample([0], 1, 1, canceled.Token));
    }

    // Four and a half standard deviations: one in a hundred thousand draws is beyond, and the seed is fixed.
    private static void CheckFrequency(double expected, int found, int of, string what) =>
        Assert.AreEqual(expected, (double)found / of, 4.5 * Math.Sqrt(expected * (1 - expected) / of) + 1e-12, what);
}
