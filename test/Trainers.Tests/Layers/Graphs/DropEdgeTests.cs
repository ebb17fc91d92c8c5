using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

[TestClass]
public class DropEdgeTests
{
    private const int Count = 10_000, Targets = 20;

    /// <summary>
    /// Steps of a network over nodes of ones, whose loss is the sum of what the layer makes of them, divided by the number of edges.
    /// </summary>
    private static (float[] Steps, float Score) Losses(Func<NetworkBuilder, GraphEdges, Value, Value> layer, int steps = 5)
    {
        var model = TrainingModel.Build(network =>
        {
            var x = network.Input("x", ElementType.Float, ["nodes", 1]) * network.Parameter("one", [1], Initializers.Ones);
            return new(Op.ReduceSum(layer(network, GraphEdges.Input(network, "nodes"), x), keepDims: false) / (double)Count);
        }, new Sgd());
        using var session = new TrainingSession(model, seed: 1);
        var plan = new EdgePlan(model.Reads);
        plan.Build(new int[Count], Enumerable.Range(0, Count).Select(edge => edge % Targets).ToArray(), Targets, Targets);
        TrainingSession WithInputs()
        {
            plan.FeedTo(session);
            session.Feed("x", Enumerable.Repeat(1f, Targets).ToArray(), Targets, 1);
            return session;
        }
        float[] losses = [.. Enumerable.Range(0, steps).Select(_ => WithInputs().Step(0).Loss)];
        return (losses, WithInputs().Score());
    }

    [TestMethod]
    [DataRow(false, 0.7f)]
    [DataRow(true, 1f)]
    public void Sums_lose_the_edges_left_out(bool rescale, float mean)
    {
        var (steps, score) = Losses((network, edges, x) => network.DropEdge(edges, 0.3f, rescale).SumOfNeighbors(x));
        Assert.AreEqual(5, steps.Distinct().Count(), "every step leaves out other edges");
        foreach (var loss in steps)
            Assert.AreEqual(mean, loss, 4 * Math.Sqrt(0.3 * 0.7 / Count) / (rescale ? 0.7 : 1) + 1e-4);
        Assert.AreEqual(1, score, 1e-4, "all edges are there when the network is evaluated");
    }

    [TestMethod]
    public void Means_are_over_the_edges_that_stay()
    {
        var (steps, score) = Losses((network, edges, x) => network.DropEdge(edges, 0.5f).MeanOfNeighbors(x) * (double)(Count / Targets));
        foreach (var loss in steps)
            Assert.AreEqual(1, loss, 1e-4);
        Assert.AreEqual(1, score, 1e-4);
    }

    [TestMethod]
    public void Attention_to_edges_left_out_is_0()
    {
        var (steps, _) = Losses((network, edges, x) =>
        {
            var left = network.DropEdge(edges, 0.5f);
            var attention = network.Gat(left, x, 1, new() { Heads = 1, Bias = false }).Attention;                // [edges + nodes, 1]
            var weights = left.WithSelfLoops().Weights ?? Op.OnesLike(attention);
            return attention * (1.0 - weights);
        });
        foreach (var loss in steps)
            Assert.AreEqual(0, loss, 1e-6);
    }

    [TestMethod]
    public void Attention_dropout_is_over_edges_and_loops()
    {
        // Of features that are all 1 every node sees a mean, which dropout changes while training alone.
        static Value Layer(NetworkBuilder network, GraphEdges edges, Value x) =>
            network.Gat(edges, Op.OnesLike(x), 1, new() { Heads = 1, AttentionDropout = 0.5f, Bias = false }).Nodes * 1000.0 + 0.0 * x;
        var (steps, score) = Losses(Layer);
        Assert.AreEqual(5, steps.Distinct().Count());
        foreach (var loss in steps)
            Assert.AreEqual(score, loss, 0.1 * Math.Abs(score));
    }

    [TestMethod]
    [DataRow(SageAggregator.Max)]
    [DataRow(SageAggregator.Pool)]
    [DataRow(SageAggregator.Lstm)]
    public void Layers_without_a_place_for_weights_refuse_them(SageAggregator aggregator)
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Training);
        var x = network.Input("x", ElementType.Float, ["nodes", 2]);
        var edges = network.DropEdge(GraphEdges.Input(network, "nodes"), 0.5f);
        var error = Assert.ThrowsExactly<GraphException>(() => network.Sage(edges, x, 3, aggregator));
        StringAssert.Contains(error.Message, aggregator.ToString());
    }
}
