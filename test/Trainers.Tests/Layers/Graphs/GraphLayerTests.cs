using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>What holds for every graph layer.</summary>
[TestClass]
public class GraphLayerTests
{
    public static IEnumerable<object[]> Cases => GraphLayerCase.All.Keys.Select(name => new object[] { name });

    // A coefficient by tanh is a number also where its argument is none; the layer's result isn't. So is what ONNX Runtime's LSTM gives.
    public static IEnumerable<object[]> CasesOfNodes => Cases.Where(of => of[0] is not ("fagcn, attention" or "series of nodes, lstm"));

    public static IEnumerable<object[]> CasesInBlocks =>
        GraphLayerCase.All.Where(entry => entry.Value.InBlocks).Select(entry => new object[] { entry.Key });

    public static IEnumerable<object[]> CasesWithoutOrder =>
        GraphLayerCase.All.Where(entry => !entry.Value.IsOrdered).Select(entry => new object[] { entry.Key });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Gradients(string name)
    {
        var (function, at) = Function(GraphLayerCase.All[name], GraphLayerCase.All[name].Precision);
        FiniteDifferences.Check(function, at);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Kernels_give_what_standard_operators_give(string name)
    {
        var (kernels, at) = Function(GraphLayerCase.All[name], ElementType.Float);
        var (standard, precisely) = Function(GraphLayerCase.All[name], GraphLayerCase.All[name].Precision);
        FiniteDifferences.CheckKernels(kernels, at, standard, precisely);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void What_passes_along_edges_can_be_masked_and_differentiated(string name)
    {
        var layer = GraphLayerCase.All[name];
        var (function, at) = Function(layer, layer.Precision);
        var count = SmallGraph.Typical.Count;
        var mask = FiniteDifferences.Random(layer.Precision, 5, count, 1);
        var (masked, _) = Function(layer, layer.Precision, isMasked: true);
        // all passes: as without a mask
        FiniteDifferences.AreEqual(function, at, values => masked([.. values, Op.Cast(values[0].Graph.Constant(TensorData.Create(
            [.. Enumerable.Repeat(1f, count)], count, 1)), layer.Precision)]));
        FiniteDifferences.Check(values => masked([.. at.Select(tensor => values[0].Graph.Constant(tensor)), values[0] * 0.3 + 0.9]),
            [mask]);
    }

    // The layer as a function of its inputs and parameters, and where it is differentiated.
    private static (Func<Value[], Value> Function, TensorData[] At) Function(GraphLayerCase layer, ElementType precision,
        bool isMasked = false)
    {
        var graph = SmallGraph.Typical;
        var parameters = Parameters(layer);
        TensorData Point(TensorData data) =>
            precision == ElementType.Float ? TensorData.Create((float[])data.As<float>().Clone(), [.. data.Sizes])
            : TensorData.Create(Array.ConvertAll(data.As<float>(), x => (double)x), [.. data.Sizes]);
        var tensors = graph.Tensors();
        TensorData[] at = [Point(tensors["x"]), Point(tensors["edge_features"]),
            .. parameters.All.Select(parameter => Point(parameter.Value))];
        return (values =>
        {
            var inner = values[0].Graph;
            var weights = parameters.All.Zip(values.Skip(2), (parameter, value) => (parameter.Name, value)).ToDictionary();
            var network = new NetworkBuilder(inner, NetworkMode.Training, weights);
            var ofEdges = layer.IsWeighted ? Op.Unsqueeze(inner.Constant(Point(tensors["edge_weight"])), 1) : null;
            var edges = GraphEdges.Of(network, inner.Constant(graph.EdgeIndex), graph.Nodes, ofEdges);
            if (isMasked)
                edges = edges.WithMask(values[^1]);
            var y = layer.Write(new(network, edges, values[0], values[1], inner.Constant(tensors["edge_types"])));
            return y + 0.0 * Op.ReduceSum(values[1], keepDims: false); // not every layer reads features of edges
        }, at);
    }

    [TestMethod]
    [DynamicData(nameof(CasesWithoutOrder))]
    public void Renumbered_nodes_and_reordered_edges(string name)
    {
        var (layer, graph) = (GraphLayerCase.All[name], SmallGraph.Typical);
        var parameters = Parameters(layer);
        int[] nodes = [4, 2, 0, 5, 1, 3], edges = [.. Enumerable.Range(0, graph.Count)];
        new Random(3).Shuffle(edges);
        var (before, after) = (Deployed(layer, parameters, graph), Deployed(layer, parameters, graph.Permuted(nodes, edges)));
        for (var node = 0; node < graph.Nodes; node++)
            AreClose(Row(before, node), Row(after, nodes[node]), $"node {node}");
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Deployed_model_is_the_trained_network(string name)
    {
        var layer = GraphLayerCase.All[name];
        var parameters = Parameters(layer);
        foreach (var graph in (SmallGraph[])[SmallGraph.Typical, SmallGraph.WithoutEdges, SmallGraph.Of(1), SmallGraph.Of(1, (0, 0))])
            AreClose(Fed(layer, parameters, graph).As<float>(), Deployed(layer, parameters, graph).As<float>(),
                $"{graph.Nodes} nodes, {graph.Count} edges");
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void A_node_without_edges_is_as_in_a_graph_without_edges(string name)
    {
        var layer = GraphLayerCase.All[name];
        var parameters = Parameters(layer);
        AreClose(Row(Deployed(layer, parameters, SmallGraph.WithoutEdges), 5), Row(Deployed(layer, parameters, SmallGraph.Typical), 5),
            "node 5");
    }

    [TestMethod]
    [DynamicData(nameof(CasesInBlocks))]
    public void Block_of_the_first_nodes(string name)
    {
        const int Targets = 3;
        var (layer, whole) = (GraphLayerCase.All[name], SmallGraph.Typical);
        var parameters = Parameters(layer);
        // Without the loop of node 3 all edges end at the first nodes.
        var graph = SmallGraph.Of(whole.Nodes, [.. whole.Sources.Zip(whole.Targets).Where(edge => edge.Second < Targets)]);
        var block = Fed(layer, parameters, graph, Targets).As<float>();
        AreClose(Deployed(layer, parameters, graph).As<float>()[..block.Length], block, "block");
        Assert.AreEqual(0, block.Length % Targets);
    }

    [TestMethod]
    [DynamicData(nameof(CasesOfNodes))]
    public void A_neighbor_that_is_no_number_is_not_overlooked(string name)
    {
        var layer = GraphLayerCase.All[name];
        var parameters = Parameters(layer);
        var graph = SmallGraph.Typical with { X = [.. SmallGraph.Typical.X] };
        graph.X.AsSpan(4 * SmallGraph.Features, SmallGraph.Features).Fill(float.NaN);
        foreach (var (way, y) in ((string, TensorData)[])[("trained", Fed(layer, parameters, graph)),
            ("deployed", Deployed(layer, parameters, graph))])
            foreach (var node in (int[])[0, 2])
                Assert.IsTrue(Row(y, node).Any(float.IsNaN), $"{way}: node {node} has the neighbor 4, whose features are NaN");
    }

    // Every parameter random, biases too.
    private static ParameterSet Parameters(GraphLayerCase layer)
    {
        var parameters = new ParameterSet();
        Write(layer, new(parameters, NetworkMode.Evaluation), null);
        var seed = 10;
        foreach (var parameter in parameters.All)
            FiniteDifferences.Random(ElementType.Float, seed++, [.. parameter.Value.Sizes]).As<float>().CopyTo(parameter.Value.As<float>(),
                0);
        return parameters;
    }

    private static NetworkBuilder Write(GraphLayerCase layer, NetworkBuilder network, int? targets)
    {
        var x = network.Input("x", ElementType.Float, ["nodes", SmallGraph.Features]);
        var features = network.Input("edge_features", ElementType.Float, ["edges", SmallGraph.EdgeWidth]);
        var types = network.Input("edge_types", ElementType.Int64, ["edges"]);
        var weights = targets is not null && layer.IsWeighted ? Op.Unsqueeze(network.Input("edge_weight", ElementType.Float, ["edges"]), 1)
            : null;
        var edges = targets is null ? GraphEdges.Input(network, "nodes", layer.IsWeighted)
            : GraphEdges.Block(network, "edges", "nodes", "targets", weights);
        network.Graph.Output("y", layer.Write(new(network, edges, x, features, types)));
        return network;
    }

    // The plan fed, as in training.
    private static TensorData Fed(GraphLayerCase layer, ParameterSet parameters, SmallGraph graph, int? targets = null)
    {
        var network = Write(layer, new(parameters, NetworkMode.Evaluation), targets);
        var feed = graph.Tensors();
        foreach (var parameter in parameters.All)
            feed[parameter.Name] = parameter.Value;
        var plan = new EdgePlan(input => network.PlanInputs.Exists(known => known.Name == input));
        plan.Build(graph.Sources, graph.Targets, graph.Nodes, targets ?? graph.Nodes);
        plan.FeedTo(feed);
        return Run(network.Graph, feed);
    }

    private static TensorData Deployed(GraphLayerCase layer, ParameterSet parameters, SmallGraph graph)
    {
        var feed = graph.Tensors();
        feed["edge_index"] = graph.EdgeIndex;
        return Run(Write(layer, new(parameters, NetworkMode.Deployment), null).Graph, feed);
    }

    /// <summary>The layer as a file.</summary>
    internal static byte[] File(GraphLayerCase layer)
    {
        var graph = Write(layer, new(Parameters(layer), NetworkMode.Deployment), null).Graph;
        DeadCode.Remove(graph);
        ConstantFolding.Fold(graph);
        return OnnxFile.ToBytes(graph, new Dictionary<string, string>());
    }

    private static TensorData Run(Graph graph, TensorInputs feed)
    {
        DeadCode.Remove(graph);
        using var session = new OnnxSession(graph, ExecutionTarget.Cpu(1));
        return session.Run(feed.Where(entry => graph.Inputs.Any(input => input.Name == entry.Key)).ToDictionary())["y"];
    }

    private static float[] Row(TensorData y, int node)
    {
        var width = (int)y.Sizes[1];
        return y.As<float>()[(node * width)..((node + 1) * width)];
    }

    private static void AreClose(float[] expected, float[] actual, string what)
    {
        Assert.HasCount(expected.Length, actual, what);
        for (var i = 0; i < expected.Length; i++)
            Assert.IsTrue(Math.Abs(expected[i] - actual[i]) <= 1e-4 * Math.Max(1, Math.Abs(expected[i])),
                $"{what}: element {i}: expected {expected[i]}; got {actual[i]}");
    }
}
