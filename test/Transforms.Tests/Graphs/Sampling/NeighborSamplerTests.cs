namespace MLSeqGraph.Transforms.Tests.Graphs.Sampling;

[TestClass]
public class NeighborSamplerTests
{
    // 1, 2, 3 → 0; 4 → 1; 0 → 2; 3 → 3 (a loop); 5 twice → 4; 6 has no edges
    private static readonly NodeGraph Small = NodeGraph.Of(7, [1, 2, 3, 4, 0, 3, 5, 5], [0, 0, 0, 1, 2, 3, 4, 4]);

    [TestMethod]
    public void All_neighbors_of_two_layers_by_hand()
    {
        var sample = Sample(Small, [NeighborSampler.All, NeighborSampler.All], [0, 6]);
        CollectionAssert.AreEqual(new[] { 0, 6, 1, 2, 3, 4 }, sample.Nodes.ToArray());
        var last = sample.Blocks[1];
        Assert.AreEqual((2, 5), (last.TargetCount, last.SourceCount));
        CollectionAssert.AreEqual(new[] { 2, 3, 4 }, last.Sources.ToArray());
        CollectionAssert.AreEqual(new[] { 0, 0, 0 }, last.Targets.ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, last.Edges.ToArray());
        var first = sample.Blocks[0];
        Assert.AreEqual((5, 6), (first.TargetCount, first.SourceCount));
        CollectionAssert.AreEqual(new[] { 2, 3, 4, 5, 0, 4 }, first.Sources.ToArray());
        CollectionAssert.AreEqual(new[] { 0, 0, 0, 2, 3, 4 }, first.Targets.ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4, 5 }, first.Edges.ToArray());
        Assert.AreEqual(9, sample.EdgeCount);
    }

    [TestMethod]
    public void An_isolated_node_has_no_edges_and_a_loop_is_one()
    {
        var sample = Sample(Small, [2], [6, 3]);
        CollectionAssert.AreEqual(new[] { 6, 3 }, sample.Nodes.ToArray());
        CollectionAssert.AreEqual(new[] { 1 }, sample.Blocks[0].Sources.ToArray());
        CollectionAssert.AreEqual(new[] { 1 }, sample.Blocks[0].Targets.ToArray());
    }

    [TestMethod]
    public void Repeated_edges_are_edges_of_their_own()
    {
        CollectionAssert.AreEqual(new[] { 6, 7 }, Sample(Small, [2], [4]).Blocks[0].Edges.ToArray());
        CollectionAssert.AreEqual(new[] { 1, 1 }, Sample(Small, [2], [4]).Blocks[0].Sources.ToArray());
        Assert.AreEqual(1, Sample(Small, [1], [4]).Blocks[0].EdgeCount);
    }

    [TestMethod]
    public void A_graph_without_edges_or_targets()
    {
        var sample = Sample(NodeGraph.Of(3, [], []), [5, NeighborSampler.All], [2, 0]);
        CollectionAssert.AreEqual(new[] { 2, 0 }, sample.Nodes.ToArray());
        Assert.AreEqual(0, sample.EdgeCount);
        sample = Sample(NodeGraph.Of(0, [], []), [5], []);
        Assert.AreEqual((0, 0), (sample.NodeCount, sample.Blocks[0].SourceCount));
    }

    [TestMethod]
    public void Every_block_is_part_of_the_graph_and_keeps_the_fan_out()
    {
        var graph = Random(500, 6000, 3);
        var sampler = new NeighborSampler(graph, [4, 9, 2], 7);
        var sample = new NeighborSample(3);
        for (var batch = 0; batch < 20; batch++)
        {
            int[] targets = [.. Enumerable.Range(batch * 25, 25)];
            sampler.Sample(targets, batch, sample);
            var nodes = sample.Nodes.ToArray();
            CollectionAssert.AreEqual(targets, nodes[..25]);
            Assert.HasCount(nodes.Length, nodes.Distinct().ToArray());
            Assert.AreEqual(25, sample.Blocks[2].TargetCount);
            Assert.AreEqual(nodes.Length, sample.Blocks[0].SourceCount);
            for (var layer = 0; layer < 3; layer++)
            {
                var block = sample.Blocks[layer];
                if (layer < 2)
                    Assert.AreEqual(sample.Blocks[layer + 1].SourceCount, block.TargetCount);
                var (sources, ends, edges) = (block.Sources.ToArray(), block.Targets.ToArray(), block.Edges.ToArray());
                Assert.HasCount(edges.Length, edges.Distinct().ToArray());
                for (var edge = 0; edge < edges.Length; edge++)
                    Assert.AreEqual((graph.Sources[edges[edge]], graph.Targets[edges[edge]]), (nodes[sources[edge]], nodes[ends[edge]]));
                var fanOut = new[] { 4, 9, 2 }[layer];
                for (var target = 0; target < block.TargetCount; target++)
                {
                    var degree = graph.IncomingStart[nodes[target] + 1] - graph.IncomingStart[nodes[target]];
                    Assert.AreEqual(Math.Min(degree, fanOut), ends.Count(end => end == target));
                }
            }
        }
    }

    [TestMethod]
    [DataRow(10, 3)]
    [DataRow(40, 33)]
    [DataRow(64, 10)]
    [DataRow(65, 10)]
    [DataRow(200, 1)]
    public void Every_neighbor_is_as_likely_as_every_other(int degree, int fanOut)
    {
        const int Batches = 20_000;
        var graph = NodeGraph.Of(degree + 1, [.. Enumerable.Range(1, degree)], new int[degree]);
        var sampler = new NeighborSampler(graph, [fanOut], 11);
        var sample = new NeighborSample(1);
        var counts = new int[degree];
        var pairs = 0;
        for (var batch = 0; batch < Batches; batch++)
        {
            sampler.Sample([0], batch, sample);
            foreach (var edge in sample.Blocks[0].Edges.Span)
                counts[edge]++;
            pairs += sample.Blocks[0].Edges.Span.IndexOf(0) >= 0 && sample.Blocks[0].Edges.Span.IndexOf(degree - 1) >= 0 ? 1 : 0;
        }
        // Five standard deviations of a binomial, and the joint probability of the first and the last.
        double share = (double)fanOut / degree, deviation = Math.Sqrt(Batches * share * (1 - share));
        foreach (var count in counts)
            Assert.AreEqual(Batches * share, count, 5 * deviation);
        var joint = share * (fanOut - 1) / (degree - 1);
        Assert.AreEqual(Batches * joint, pairs, 5 * Math.Sqrt(Batches * joint * (1 - joint)) + 1e-9);
    }

    [TestMethod]
    public void Seed_and_batch_number_decide_on_any_number_of_threads()
    {
        var graph = Random(2000, 40_000, 5);
        int[] Targets(int batch) => [.. Enumerable.Range(batch * 40, 40)];
        string One(NeighborSampler sampler, int batch)
        {
            var sample = new NeighborSample(2);
            sampler.Sample(Targets(batch), batch, sample);
            return string.Join(' ', sample.Nodes.ToArray()) + "|"
                + string.Join("|", sample.Blocks.Select(block => string.Join(' ', block.Edges.ToArray())));
        }
        var sampler = new NeighborSampler(graph, [5, 5], 3);
        string[] expected = [.. Enumerable.Range(0, 50).Select(batch => One(sampler, batch))];
        var parallel = new string[50];
        Parallel.For(0, 50, new ParallelOptions { MaxDegreeOfParallelism = 4 }, batch =>
            parallel[batch] = One(new NeighborSampler(graph, [5, 5], 3), batch));
        CollectionAssert.AreEqual(expected, parallel);
        var again = new NeighborSample(2);
        var other = new NeighborSample(2);
        sampler.Sample(Targets(0), 0, again);
        foreach (var (seed, batch) in ((int, long)[])[(4, 0), (3, 1), (3, 1L << 32)])
        {
            new NeighborSampler(graph, [5, 5], seed).Sample(Targets(0), batch, other);
            CollectionAssert.AreNotEqual(again.Blocks[1].Edges.ToArray(), other.Blocks[1].Edges.ToArray());
        }
    }

    [TestMethod]
    public void A_node_of_a_million_neighbors_costs_its_fan_out()
    {
        const int Neighbors = 1_000_000;
        var graph = NodeGraph.Of(Neighbors + 1, [.. Enumerable.Range(1, Neighbors)], new int[Neighbors]);
        var sampler = new NeighborSampler(graph, [20, 1000], 1);
        var sample = new NeighborSample(2);
        sampler.Sample([0], 0, sample);
        Assert.AreEqual(1000, sample.Blocks[1].EdgeCount);
        Assert.AreEqual(20, sample.Blocks[0].EdgeCount);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var batch = 1; batch <= 1000; batch++)
            sampler.Sample([0], batch, sample);
        Assert.IsLessThan(10, clock.Elapsed.TotalSeconds);
        var all = new NeighborSample(1);
        new NeighborSampler(graph, [NeighborSampler.All]).Sample([0], 0, all);
        Assert.AreEqual(Neighbors, all.Blocks[0].EdgeCount);
    }

    [TestMethod]
    public void Allocates_nothing_once_warm()
    {
        var graph = Random(2000, 40_000, 5);
        var sampler = new NeighborSampler(graph, [NeighborSampler.All, 5], 3);
        var sample = new NeighborSample(2);
        int[] targets = [.. Enumerable.Range(0, 100)];
        for (var batch = 0; batch < 50; batch++)
            sampler.Sample(targets, batch, sample);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var batch = 0; batch < 50; batch++)
            sampler.Sample(targets, batch, sample);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Targets_and_fan_outs_that_can_not_be()
    {
        Fails(() => Sample(Small, [2], [0, 7]), "node 7", "0 to 6");
        Fails(() => Sample(Small, [2], [0, 1, 0]), "Node 0", "twice");
        Fails(() => new NeighborSampler(Small, []), "no fan-outs");
        Fails(() => new NeighborSampler(Small, [3, 0]), "layer 1 is 0", "at least 1");
        Fails(() => new NeighborSampler(Small, [-2]), "layer 0 is -2");
        Fails(() => new NeighborSampler(Small, [2]).Sample([0], 0, new NeighborSample(2)), "2 layers", "has 1");
        // A failed sample leaves no trace.
        var sampler = new NeighborSampler(Small, [2]);
        var sample = new NeighborSample(1);
        Assert.ThrowsExactly<ArgumentException>(() => sampler.Sample([0, 0], 0, sample));
        sampler.Sample([0, 6], 0, sample);
        Assert.AreEqual(2, sample.Blocks[0].TargetCount);
    }

    private static void Fails(Action action, params string[] parts)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(action);
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }

    private static NeighborSample Sample(NodeGraph graph, int[] fanOuts, int[] targets)
    {
        var sample = new NeighborSample(fanOuts.Length);
        new NeighborSampler(graph, fanOuts).Sample(targets, 0, sample);
        return sample;
    }

    private static NodeGraph Random(int nodes, int edges, int seed)
    {
        var random = new Random(seed);
        int[] Ends() => [.. Enumerable.Range(0, edges).Select(_ => random.Next(nodes))];
        return NodeGraph.Of(nodes, Ends(), Ends());
    }
}
