namespace MLSeqGraph.Onnx.Tests.Aggregation;

/// <summary>Reductions over edges against plain loops, with the plan fed and with the plan computed inside the model.</summary>
[TestClass]
public class GraphEdgesTests
{
    private const int Width = 6;

    private static readonly Dictionary<string, Func<GraphEdges, Value, Value, Value>> Operations = new()
    {
        ["sum of sources"] = (edges, x, _) => edges.SumOfSources(x),
        ["mean of sources"] = (edges, x, _) => edges.MeanOfSources(x),
        ["maximum of sources"] = (edges, x, _) => edges.MaxOfSources(x),
        ["sum"] = (edges, _, m) => edges.Sum(m),
        ["padded"] = (edges, _, m) => Op.ReduceSum(edges.Padded(m), [1], keepDims: false),
        ["other weights"] = (edges, x, m) => Weighted(edges.WithWeights(Op.Slice(m, 1, 0, 1)), x),
        ["minimum"] = (edges, _, m) => edges.Min(m),
        ["weighted sum, one head"] = (edges, x, m) => edges.WeightedSumOfSources(x, Op.Slice(m, 1, 0, 1)),
        ["weighted sum, three heads"] = (edges, x, m) => edges.WeightedSumOfSources(x, Op.Slice(m, 1, 0, 3)),
        ["softmax"] = (edges, _, m) => edges.Sum(edges.Softmax(m) * m),
        ["degree"] = (edges, x, _) => Op.Cast(edges.Degree, x.Type) * Op.OnesLike(x),
        ["self loops"] = (edges, x, _) => edges.WithSelfLoops().SumOfSources(x),
        ["at source and target"] = (edges, x, m) => edges.Sum(edges.Sources(x) * edges.Targets(x) + m),
    };

    public static IEnumerable<object[]> Cases => Operations.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Reductions(string name)
    {
        var graph = RandomGraph.OfEveryWidth(1);
        var x = FiniteDifferences.Random(ElementType.Float, 2, graph.Nodes, Width);
        var m = FiniteDifferences.Random(ElementType.Float, 3, graph.Count, Width);
        var expected = Expected(name, graph, x.As<float>(), m.As<float>());
        foreach (var threads in (int[])[1, 3])
        {
            AreClose(expected, Fed(name, graph, x, m, threads), $"fed, {threads} threads");
            AreClose(expected, Computed(name, graph, x, m, threads), $"computed, {threads} threads");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Gradients(string name)
    {
        var graph = RandomGraph.WithDegrees(4, 0, 1, 3, 0, 2, 5);
        var x = FiniteDifferences.Random(ElementType.Double, 5, graph.Nodes, Width);
        var m = FiniteDifferences.Random(ElementType.Double, 6, graph.Count, Width);
        FiniteDifferences.Check(v =>
        {
            var network = new NetworkBuilder(v[0].Graph, NetworkMode.Training, []);
            var edges = GraphEdges.Of(network, v[0].Graph.Constant(graph.EdgeIndex), graph.Nodes);
            return Operations[name](edges, v[0], v[1]) + 0.0 * (Op.ReduceSum(v[0], keepDims: false) + Op.ReduceSum(v[1], keepDims: false));
        }, [x, m]);
    }

    [TestMethod]
    public void Other_weights_leave_a_sampled_block_sampled()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var block = GraphEdges.Block(network, "block", "nodes", "targets", isSampled: true);
        var other = block.WithWeights(network.Input("weights", ElementType.Float, [block.Count, 1]));
        Assert.AreEqual("[targets, 1]", $"{other.WholeCounts!.Shape}");
        Assert.AreEqual("[nodes, 1]", $"{other.WholeDegrees!.Shape}");
        Assert.IsNull(GraphEdges.Block(network, "all", "nodes", "targets").WithWeights(network.Input("others", ElementType.Float,
            ["all", 1])).WholeCounts);
    }

    [TestMethod]
    public void Without_edges()
    {
        var graph = RandomGraph.WithDegrees(1, 0, 0, 0);
        var x = FiniteDifferences.Random(ElementType.Float, 2, graph.Nodes, Width);
        var m = TensorData.Zeros(ElementType.Float, 0, Width);
        foreach (var name in Operations.Keys)
        {
            var expected = Expected(name, graph, x.As<float>(), []);
            AreClose(expected, Fed(name, graph, x, m, 1), name);
            AreClose(expected, Computed(name, graph, x, m, 1), name);
        }
    }

    [TestMethod]
    public void Membership_in_graphs()
    {
        var x = FiniteDifferences.Random(ElementType.Float, 2, 5, 2);
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        var nodes = network.Input("x", ElementType.Float, ["nodes", 2]);
        var graphs = GraphEdges.Membership(network, "nodes", "graphs");
        network.Graph.Output("result", graphs.Sum(nodes));
        double[] expected = [0, 1, 0, 1, 0, 1];
        for (var element = 0; element < 6; element++)
            expected[element] = Enumerable.Range(0, 5).Where(node => node % 3 == element / 2)
                .Sum(node => x.As<float>()[node * 2 + element % 2]);
        AreClose(expected, Run(network.Graph, new() { ["x"] = x, ["graph_index"] = TensorData.Vector(0L, 1L, 2L, 0L, 1L) }, 1),
            "three graphs");
        double[] all = [.. Enumerable.Range(0, 2)
            .Select(feature => Enumerable.Range(0, 5).Sum(node => (double)x.As<float>()[node * 2 + feature]))];
        AreClose(all, Run(network.Graph, new() { ["x"] = x, ["graph_index"] = TensorData.Vector(new long[5]) }, 1), "one graph");
    }

    [TestMethod]
    public void Hub_of_a_million_edges()
    {
        var graph = RandomGraph.WithDegrees(1, 1_000_000, 3, 0);
        var x = FiniteDifferences.Random(ElementType.Float, 2, graph.Nodes, 1);
        var m = TensorData.Zeros(ElementType.Float, graph.Count, 1);
        var expected = graph.Reduce(1, (edge, _) => x.As<float>()[graph.Sources[edge]]);
        AreClose(expected, Fed("sum of sources", graph, x, m, 2), "fed");
        AreClose(expected, Computed("sum of sources", graph, x, m, 2), "computed");
    }

    [TestMethod]
    public void Rows_of_another_number_are_refused()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var x = network.Input("x", ElementType.Float, ["other", 2]);
        var edges = GraphEdges.Input(network, "nodes");
        var error = Assert.ThrowsExactly<GraphException>(() => edges.SumOfSources(x));
        StringAssert.Contains(error.Message, "[nodes, ..]");
        StringAssert.Contains(error.Message, "[other, 2]");
    }

    private static Value Weighted(GraphEdges edges, Value x) => edges.WeightedSumOfSources(x, edges.Weights!);

    private static double[] Expected(string name, RandomGraph graph, float[] x, float[] m)
    {
        double Source(int edge, int feature) => x[graph.Sources[edge] * Width + feature];
        double Target(int edge, int feature) => x[graph.Targets[edge] * Width + feature];
        double Message(int edge, int feature) => m[edge * Width + feature];
        double[] Each(Func<int, int, double> message, Func<double, double, double>? pair = null) => graph.Reduce(Width, message, pair);
        switch (name)
        {
            case "sum of sources": return Each(Source);
            case "mean of sources": return [.. Each(Source).Zip(Each((_, _) => 1), (sum, count) => sum / Math.Max(count, 1))];
            case "maximum of sources": return Each(Source, Math.Max);
            case "sum" or "padded": return Each(Message);
            case "minimum": return Each(Message, Math.Min);
            case "weighted sum, one head" or "other weights": return Each((edge, feature) => Source(edge, feature) * Message(edge, 0));
            case "weighted sum, three heads": return Each((edge, feature) => Source(edge, feature) * Message(edge, feature / (Width / 3)));
            case "softmax":
                var totals = Each((edge, feature) => Math.Exp(Message(edge, feature)));
                return [.. Each((edge, feature) => Math.Exp(Message(edge, feature)) * Message(edge, feature))
                    .Zip(totals, (sum, total) => total == 0 ? 0 : sum / total)];
            case "degree": return Each((_, _) => 1);
            case "self loops": return [.. Each(Source).Zip(x, (sum, own) => sum + own)];
            default: return Each((edge, feature) => Source(edge, feature) * Target(edge, feature) + Message(edge, feature));
        }
    }

    private static float[] Fed(string name, RandomGraph graph, TensorData x, TensorData m, int threads)
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var nodes = network.Input("x", ElementType.Float, ["nodes", x.Sizes[1]]);
        var messages = network.Input("m", ElementType.Float, ["edges", m.Sizes[1]]);
        network.Graph.Output("result", Operations[name](GraphEdges.Input(network, "nodes"), nodes, messages));
        var inputs = new TensorInputs { ["x"] = x, ["m"] = m };
        var plan = new EdgePlan(input => network.PlanInputs.Exists(known => known.Name == input));
        plan.Build(graph.Sources, graph.Targets, graph.Nodes, graph.Nodes);
        plan.FeedTo(inputs);
        return Run(network.Graph, inputs, threads);
    }

    private static float[] Computed(string name, RandomGraph graph, TensorData x, TensorData m, int threads)
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        var nodes = network.Input("x", ElementType.Float, ["nodes", x.Sizes[1]]);
        var messages = network.Input("m", ElementType.Float, ["edges", m.Sizes[1]]);
        network.Graph.Output("result", Operations[name](GraphEdges.Input(network, "nodes"), nodes, messages));
        return Run(network.Graph, new() { ["x"] = x, ["m"] = m, ["edge_index"] = graph.EdgeIndex }, threads);
    }

    private static float[] Run(Graph graph, Dictionary<string, TensorData> inputs, int threads)
    {
        DeadCode.Remove(graph);
        using var session = new OnnxSession(graph, ExecutionTarget.Cpu(threads));
        return session.Run(inputs)["result"].As<float>();
    }

    private static void AreClose(double[] expected, float[] actual, string what)
    {
        Assert.HasCount(expected.Length, actual, what);
        for (var i = 0; i < expected.Length; i++)
            Assert.IsTrue(Math.Abs(expected[i] - actual[i]) <= 1e-5 * Math.Max(1, Math.Abs(expected[i])),
                $"{what}: element {i}: expected {expected[i]}; got {actual[i]}");
    }
}
