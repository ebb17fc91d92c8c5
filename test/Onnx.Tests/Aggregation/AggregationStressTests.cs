namespace MLSeqGraph.Onnx.Tests.Aggregation;

/// <summary>
/// Many repeated targets, every number of threads, many runs: the same bits each time, within 1e-5 of double precision. A plan that
/// let two threads add to one row would fail here.
/// </summary>
[TestClass]
public class AggregationStressTests
{
    private const int Width = 8, Runs = 100;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Any_number_of_threads_gives_the_same_bits(bool planned)
    {
        // half of all edges end at three nodes
        var graph = RandomGraph.WithDegrees(1, [6000, 3000, 1000, .. Enumerable.Range(0, 1000).Select(node => node % 20)]);
        var x = FiniteDifferences.Random(ElementType.Float, 2, graph.Nodes, Width);
        var scores = FiniteDifferences.Random(ElementType.Float, 3, graph.Count, 2);
        var network = new NetworkBuilder(new ParameterSet(), planned ? NetworkMode.Evaluation : NetworkMode.Deployment);
        var nodes = network.Input("x", ElementType.Float, ["nodes", Width]);
        var messages = network.Input("scores", ElementType.Float, ["edges", 2]);
        var edges = GraphEdges.Input(network, "nodes");
        network.Graph.Output("mean", edges.MeanOfSources(nodes));
        network.Graph.Output("max", edges.MaxOfSources(nodes));
        network.Graph.Output("attention", edges.WeightedSumOfSources(nodes, edges.Softmax(messages)));
        DeadCode.Remove(network.Graph);
        var inputs = new TensorInputs { ["x"] = x, ["scores"] = scores };
        if (!planned)
            inputs["edge_index"] = graph.EdgeIndex;
        var plan = new EdgePlan(name => network.Graph.Inputs.Any(input => input.Name == name));
        plan.Build(graph.Sources, graph.Targets, graph.Nodes, graph.Nodes);
        plan.FeedTo(inputs);

        Dictionary<string, float[]>? first = null;
        for (var threads = 1; threads <= 8; threads++)
        {
            using var session = new OnnxSession(network.Graph, ExecutionTarget.Cpu(threads));
            for (var run = 0; run < Runs / 8 + 1; run++)
            {
                var results = session.Run(inputs).ToDictionary(result => result.Key, result => result.Value.As<float>());
                first ??= results;
                foreach (var (name, values) in results)
                    Assert.IsTrue(values.AsSpan().SequenceEqual(first[name]),
                        $"{name}: run {run} on {threads} threads differs from the first");
            }
        }
        AreClose(graph, x.As<float>(), scores.As<float>(), first!);
    }

    private static void AreClose(RandomGraph graph, float[] x, float[] scores, Dictionary<string, float[]> results)
    {
        double Source(int edge, int feature) => x[graph.Sources[edge] * Width + feature];
        double Exponential(int edge, int feature) => Math.Exp(scores[2 * edge + feature / (Width / 2)]);
        var counts = graph.Reduce(Width, (_, _) => 1);
        var totals = graph.Reduce(Width, Exponential);
        var expected = new Dictionary<string, double[]>
        {
            ["mean"] = [.. graph.Reduce(Width, Source).Zip(counts, (sum, count) => sum / Math.Max(1, count))],
            ["max"] = graph.Reduce(Width, Source, Math.Max),
            ["attention"] = [.. graph.Reduce(Width, (edge, feature) => Source(edge, feature) * Exponential(edge, feature))
                .Zip(totals, (sum, total) => total == 0 ? 0 : sum / total)],
        };
        foreach (var (name, values) in expected)
            for (var i = 0; i < values.Length; i++)
                Assert.IsTrue(Math.Abs(values[i] - results[name][i]) <= 1e-5 * Math.Max(1, Math.Abs(values[i])),
                    $"{name}, element {i}: expected {values[i]}; got {results[name][i]}");
    }
}
