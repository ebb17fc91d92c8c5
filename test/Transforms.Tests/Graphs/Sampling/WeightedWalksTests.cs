using Microsoft.ML;

namespace MLSeqGraph.Transforms.Tests.Graphs.Sampling;

[TestClass]
public class WeightedWalksTests
{
    private sealed record Edge(int Source, int Target, float Weight);

    private static NodeGraph Graph(params Edge[] edges)
    {
        var ml = new MLContext(1);
        return NodeGraph.Read(new(ml.Data.LoadFromEnumerable(edges)) { WeightColumnName = "Weight", IsDirected = true },
            NodeIds.Numbered(4));
    }

    [TestMethod]
    [DataRow(1.0, 1.0)]
    [DataRow(0.5, 3.0)]
    public void Steps_are_as_likely_as_weights_times_bias(double p, double q)
    {
        const int Walks = 200_000;
        var graph = Graph(new(0, 1, 2), new(1, 0, 3), new(1, 2, 5), new(0, 2, 1e-6f), new(1, 3, 2), new(1, 1, 0));
        var walks = new RandomWalks(graph, new() { Length = 3, ReturnParameter = p, InOutParameter = q }).Sample(
            [.. Enumerable.Repeat(0, Walks)], 4);
        int[] ends = [.. Enumerable.Range(0, Walks).Where(walk => walks[3 * walk + 1] == 1).Select(walk => walks[3 * walk + 2])];
        // 2 is a neighbor of 0, however little that edge weighs
        double[] weights = [3 / p, 0, 5, 2 / q];
        for (var node = 0; node < 4; node++)
        {
            var expected = weights[node] / weights.Sum();
            Assert.AreEqual(expected, (double)ends.Count(end => end == node) / ends.Length,
                4.5 * Math.Sqrt(expected * (1 - expected) / ends.Length) + 1e-12, $"to {node}");
        }
    }

    [TestMethod]
    public void An_edge_of_weight_0_is_none_and_a_negative_one_an_error()
    {
        Assert.IsFalse(new RandomWalks(Graph(new Edge(0, 1, 0))).HasNext(0));
        var error = Assert.ThrowsExactly<ArgumentException>(() => new RandomWalks(Graph(new(0, 1, 1), new(2, 3, -0.5f))));
        StringAssert.Contains(error.Message, "from node 2 to node 3");
        StringAssert.Contains(error.Message, "-0.5");
    }
}
