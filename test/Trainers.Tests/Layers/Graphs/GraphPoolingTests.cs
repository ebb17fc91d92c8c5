using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Poolings and normalization of packed graphs.</summary>
[TestClass]
public class GraphPoolingTests
{
    private const int Features = 3;
    private static readonly int[] GraphOfNode = [0, 0, 2, 1, 0, 2];

    private static readonly Dictionary<string, Func<NetworkBuilder, GraphEdges, Value, Value>> Layers = new()
    {
        ["sum"] = (network, graphs, x) => network.GlobalPool(graphs, x, GraphPooling.Sum),
        ["mean"] = (network, graphs, x) => network.GlobalPool(graphs, x, GraphPooling.Mean),
        ["max"] = (network, graphs, x) => network.GlobalPool(graphs, x, GraphPooling.Max),
        ["attention"] = (network, graphs, x) => network.GlobalPool(graphs, x, GraphPooling.Attention),
        ["set2set"] = (network, graphs, x) => network.GlobalPool(graphs, x, GraphPooling.Set2Set),
        ["graph norm"] = (network, graphs, x) => network.GraphNorm(graphs, x),
        ["global attention"] = (network, graphs, x) => network.GlobalAttention(graphs, x, new() { Heads = 3 }),
        ["virtual node"] = (network, graphs, x) =>
        {
            var (nodes, state) = network.VirtualNode(graphs, x);
            return network.VirtualNode(graphs, Op.Tanh(nodes), state).Nodes;
        },
    };

    // These give a row for each node, the others one for each graph.
    private static bool IsOfNodes(string name) => name is "graph norm" or "global attention" or "virtual node";

    public static IEnumerable<object[]> Cases => Layers.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Gradients(string name)
    {
        var parameters = Parameters(name);
        var x = FiniteDifferences.Random(ElementType.Double, 1, GraphOfNode.Length, Features);
        TensorData[] at = [x, .. parameters.All.Select(parameter =>
            TensorData.Create(Array.ConvertAll(parameter.Value.As<float>(), element => (double)element), [.. parameter.Value.Sizes]))];
        FiniteDifferences.Check(values =>
        {
            var weights = parameters.All.Zip(values.Skip(1), (parameter, value) => (parameter.Name, value)).ToDictionary();
            var network = new NetworkBuilder(values[0].Graph, NetworkMode.Training, weights);
            // Graphs stand in as the first of the nodes; those after the third are graphs without nodes.
            long[] membership = [.. Enumerable.Range(0, GraphOfNode.Length), .. GraphOfNode];
            var graphs = GraphEdges.Of(network, values[0].Graph.Constant(TensorData.Create(membership, [2, GraphOfNode.Length])),
                GraphOfNode.Length);
            return Layers[name](network, graphs, values[0]);
        }, at);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Packed_graphs_are_as_each_alone(string name)
    {
        var parameters = Parameters(name);
        var x = FiniteDifferences.Random(ElementType.Float, 1, GraphOfNode.Length, Features).As<float>();
        var (fed, deployed) = (Fed(name, parameters, x), Deployed(name, parameters, x, GraphOfNode));
        AreClose(fed, deployed, "deployed");
        for (var graph = 0; graph < 3; graph++)
        {
            int[] nodes = [.. Enumerable.Range(0, GraphOfNode.Length).Where(node => GraphOfNode[node] == graph)];
            var alone = Deployed(name, parameters, [.. nodes.SelectMany(node => Row(x, Features, node))], new int[nodes.Length]);
            var width = fed.Length / (IsOfNodes(name) ? GraphOfNode.Length : 3);
            AreClose(IsOfNodes(name) ? [.. nodes.SelectMany(node => Row(fed, width, node))] : Row(fed, width, graph), alone,
                $"graph {graph}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Order_of_nodes(string name)
    {
        var parameters = Parameters(name);
        var x = FiniteDifferences.Random(ElementType.Float, 1, 5, Features).As<float>();
        int[] order = [3, 1, 4, 0, 2];
        var (before, after) = (Deployed(name, parameters, x, new int[5]),
            Deployed(name, parameters, [.. order.SelectMany(node => Row(x, Features, node))], new int[5]));
        AreClose(IsOfNodes(name) ? [.. order.SelectMany(node => Row(before, Features, node))] : before, after, "reordered");
    }

    [TestMethod]
    public void Values()
    {
        float[] x = [1, -2, 3, -4, 5, 6];
        var none = new ParameterSet();
        AreClose([4, -4, 9], [.. Deployed("sum", none, Wide(x), GraphOfNode).Where((_, i) => i % Features == 0)], "sum");
        AreClose([4 / 3f, -4, 4.5f], [.. Deployed("mean", none, Wide(x), GraphOfNode).Where((_, i) => i % Features == 0)], "mean");
        AreClose([5, -4, 6], [.. Deployed("max", none, Wide(x), GraphOfNode).Where((_, i) => i % Features == 0)], "max");
    }

    [TestMethod]
    public void Attention_to_all_nodes_is_that_of_a_graph_alone()
    {
        var parameters = Parameters("global attention");
        var x = FiniteDifferences.Random(ElementType.Float, 1, 5, Features).As<float>();
        var network = new NetworkBuilder(parameters, NetworkMode.Deployment);
        network.Graph.Output("y", network.GlobalAttention(null, network.Input("x", ElementType.Float, ["nodes", Features]),
            new() { Heads = 3 }));
        AreClose(Deployed("global attention", parameters, x, new int[5]),
            Run(network.Graph, new() { ["x"] = TensorData.Create(x, [5, Features]) }), "one graph");
    }

    [TestMethod]
    public void A_virtual_node_is_that_of_a_graph_alone()
    {
        var parameters = Parameters("virtual node");
        var x = FiniteDifferences.Random(ElementType.Float, 1, 5, Features).As<float>();
        var network = new NetworkBuilder(parameters, NetworkMode.Deployment);
        var (nodes, state) = network.VirtualNode(null, network.Input("x", ElementType.Float, ["nodes", Features]));
        network.Graph.Output("y", network.VirtualNode(null, Op.Tanh(nodes), state).Nodes);
        AreClose(Deployed("virtual node", parameters, x, new int[5]),
            Run(network.Graph, new() { ["x"] = TensorData.Create(x, [5, Features]) }), "one graph");
    }

    [TestMethod]
    public void A_state_of_another_shape_is_named()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Training);
        var x = network.Input("x", ElementType.Float, ["nodes", Features]);
        void Fails(GraphEdges? graphs, Dim[] state, string expected) => Assert.Contains(expected, Assert.ThrowsExactly<GraphException>(() =>
            network.VirtualNode(graphs, x, network.Input($"state_{state[0]}_{state[1]}", ElementType.Float, [.. state]))).Message);
        Fails(GraphEdges.Membership(network, "nodes", "graphs"), ["graphs", Features + 1], $"expected a state [graphs, {Features}]");
        Fails(null, [1, Features + 1], $"expected a state [1, {Features}]");
        Fails(null, ["nodes", Features], $"expected a state [1, {Features}]");
    }

    private static float[] Wide(float[] x) => [.. x.SelectMany(element => Enumerable.Repeat(element, Features))];

    private static ParameterSet Parameters(string name)
    {
        var parameters = new ParameterSet();
        Write(name, new(parameters, NetworkMode.Evaluation));
        var seed = 10;
        foreach (var parameter in parameters.All)
            FiniteDifferences.Random(ElementType.Float, seed++, [.. parameter.Value.Sizes]).As<float>().CopyTo(parameter.Value.As<float>(),
                0);
        return parameters;
    }

    private static NetworkBuilder Write(string name, NetworkBuilder network)
    {
        var x = network.Input("x", ElementType.Float, ["nodes", Features]);
        network.Graph.Output("y", Layers[name](network, GraphEdges.Membership(network, "nodes", "graphs"), x));
        return network;
    }

    private static float[] Fed(string name, ParameterSet parameters, float[] x)
    {
        var network = Write(name, new(parameters, NetworkMode.Evaluation));
        var feed = new TensorInputs { ["x"] = TensorData.Create(x, [x.Length / Features, Features]) };
        foreach (var parameter in parameters.All)
            feed[parameter.Name] = parameter.Value;
        var plan = new EdgePlan(input => network.PlanInputs.Exists(known => known.Name == input), "graphs");
        plan.Build(Enumerable.Range(0, GraphOfNode.Length).ToArray(), GraphOfNode, GraphOfNode.Length, GraphOfNode.Max() + 1);
        plan.FeedTo(feed);
        return Run(network.Graph, feed);
    }

    private static float[] Deployed(string name, ParameterSet parameters, float[] x, int[] graphOfNode)
    {
        var feed = new TensorInputs
        {
            ["x"] = TensorData.Create(x, [x.Length / Features, Features]),
            ["graph_index"] = TensorData.Vector(Array.ConvertAll(graphOfNode, graph => (long)graph)),
        };
        return Run(Write(name, new(parameters, NetworkMode.Deployment)).Graph, feed);
    }

    private static float[] Run(Graph graph, TensorInputs feed)
    {
        DeadCode.Remove(graph);
        using var session = new OnnxSession(graph, ExecutionTarget.Cpu(1));
        return session.Run(feed)["y"].As<float>();
    }

    private static float[] Row(float[] x, int width, int row) => x[(row * width)..((row + 1) * width)];

    private static void AreClose(float[] expected, float[] actual, string what)
    {
        Assert.HasCount(expected.Length, actual, what);
        for (var i = 0; i < expected.Length; i++)
            Assert.IsTrue(Math.Abs(expected[i] - actual[i]) <= 1e-4 * Math.Max(1, Math.Abs(expected[i])),
                $"{what}: element {i}: expected {expected[i]}; got {actual[i]}");
    }
}
