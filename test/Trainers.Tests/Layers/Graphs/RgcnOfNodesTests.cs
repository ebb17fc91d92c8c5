using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

[TestClass]
public class RgcnOfNodesTests
{
    private const int Outputs = 2;

    [TestMethod]
    [DataRow(null)]
    [DataRow(2)]
    public void It_is_the_layer_over_a_one_for_each_node(int? bases)
    {
        var graph = SmallGraph.Typical;
        var parameters = new ParameterSet();
        var ofNodes = Deployed(parameters, graph, network => (network.Input("nodes", ElementType.Int64, ["nodes"]), (edges, nodes, types) =>
            network.RgcnOfNodes(edges, nodes, graph.Nodes, types, SmallGraph.Relations, Outputs, bases)));
        var ofOnes = Deployed(parameters, graph, network =>
            (network.Input("ones", ElementType.Float, ["nodes", graph.Nodes]), (edges, ones, types) =>
            network.Rgcn(edges, ones, types, SmallGraph.Relations, Outputs, bases)));
        Assert.IsTrue(ofOnes.Any(element => Math.Abs(element) > 0.01));
        for (var i = 0; i < ofOnes.Length; i++)
            Assert.AreEqual(ofOnes[i], ofNodes[i], 1e-5);
    }

    [TestMethod]
    public void A_step_changes_the_rows_of_the_batch_alone()
    {
        var graph = SmallGraph.Typical;
        var model = TrainingModel.Build(network =>
        {
            var nodes = network.Input("node_numbers", ElementType.Int64, ["nodes"]);
            var types = network.Input("edge_types", ElementType.Int64, ["edges"]);
            return new(Op.ReduceSum(network.RgcnOfNodes(GraphEdges.Input(network, "nodes"), nodes, 20, types, SmallGraph.Relations,
                Outputs), keepDims: false));
        }, new Sgd());
        var table = model.Parameters["rgcn/self_weight"].Value;
        var before = table.As<float>().ToArray();
        using var session = new TrainingSession(model);
        var plan = new EdgePlan(model.Reads);
        plan.Build(graph.Sources, graph.Targets, graph.Nodes, graph.Nodes);
        plan.FeedTo(session);
        session.Feed("node_numbers", Enumerable.Range(0, graph.Nodes).Select(node => 3L * node).ToArray(), graph.Nodes);
        session.Feed("edge_types", graph.EdgeTypes, graph.Count);
        session.Step(0.5f);
        session.SaveParameters();
        for (var i = 0; i < before.Length; i++)
            Assert.AreEqual(before[i] - (i / Outputs % 3 == 0 && i / Outputs / 3 < graph.Nodes ? 0.5f : 0), table.As<float>()[i], 1e-6,
                $"row {i / Outputs}");
    }

    private static float[] Deployed(ParameterSet parameters, SmallGraph graph, Func<NetworkBuilder,
        (Value, Func<GraphEdges, Value, Value, Value>)> layer)
    {
        var network = new NetworkBuilder(parameters, NetworkMode.Deployment, seed: 1);
        var (x, write) = layer(network);
        var types = network.Input("edge_types", ElementType.Int64, ["edges"]);
        network.Graph.Output("y", write(GraphEdges.Input(network, "nodes"), x, types));
        DeadCode.Remove(network.Graph);
        var ones = TensorData.Zeros(ElementType.Float, graph.Nodes, graph.Nodes);
        for (var node = 0; node < graph.Nodes; node++)
            ones.As<float>()[node * (graph.Nodes + 1)] = 1;
        TensorInputs feed = new()
        {
            ["nodes"] = TensorData.Vector([.. Enumerable.Range(0, graph.Nodes).Select(node => (long)node)]), ["ones"] = ones,
            ["edge_types"] = graph.Tensors()["edge_types"], ["edge_index"] = graph.EdgeIndex,
        };
        using var session = new OnnxSession(network.Graph, ExecutionTarget.Cpu(1));
        return session.Run(feed.Where(entry => network.Graph.Inputs.Any(input => input.Name == entry.Key)).ToDictionary())["y"].As<float>();
    }
}
