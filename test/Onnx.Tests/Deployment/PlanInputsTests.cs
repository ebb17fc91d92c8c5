using MLSeqGraph.Onnx.Tests.Aggregation;

namespace MLSeqGraph.Onnx.Tests.Deployment;

[TestClass]
public class PlanInputsTests
{
    [TestMethod]
    public void A_model_whose_plan_is_cut_off_computes_the_same()
    {
        var graph = RandomGraph.OfEveryWidth(seed: 5);
        var random = new Random(6);
        TensorData Random(int rows) => TensorData.Create([.. Enumerable.Range(0, rows * 3).Select(_ => random.NextSingle())], rows, 3);
        var inputs = new TensorInputs { ["x"] = Random(graph.Nodes), ["m"] = Random(graph.Count), ["edge_index"] = graph.EdgeIndex };
        var model = Model();
        using var whole = OnnxSession.Load(model);
        var expected = whole.Run(inputs);

        using var cut = OnnxSession.Load(PlanInputs.Cut(model));
        var names = cut.Inputs.Select(input => input.Name).ToHashSet();
        PlanTensor[] read = [PlanTensor.Degree, PlanTensor.Start, PlanTensor.SortedEdges, PlanTensor.SortedEnds, PlanTensor.Padded];
        foreach (var tensor in read)
            Assert.Contains(tensor.NameIn(PlanTensors.Incoming("edges")), names);
        var plan = new EdgePlan(names.Contains);
        plan.Build(graph.Sources, graph.Targets, graph.Nodes, graph.Nodes);
        plan.FeedTo(inputs);
        var actual = cut.Run(inputs.Where(input => names.Contains(input.Key)).ToDictionary());
        TensorComparison.Largest(expected, actual).ThrowIfAbove(0);
    }

    [TestMethod]
    public void Nothing_is_sorted_in_a_model_whose_plan_is_cut_off()
    {
        var model = Model();
        Assert.IsTrue(OnnxFile.Inspect(model).Operators.ContainsKey("TopK"));
        Assert.IsFalse(OnnxFile.Inspect(PlanInputs.Cut(model)).Operators.ContainsKey("TopK"));
    }

    [TestMethod]
    public void Lists_of_files_of_earlier_versions_are_not_cut_off()
    {
        var graph = new Graph("earlier");
        var x = graph.Input("x", ElementType.Float, ["nodes"]);
        foreach (var tensor in (PlanTensor[])[PlanTensor.Order, PlanTensor.Edges, PlanTensor.Degree])
        {
            var name = tensor.NameIn(PlanTensors.Incoming("edges"));
            graph.Output($"{tensor}", Op.Neg(Op.Named(Op.Abs(x), name, x.Shape)));
        }
        using var cut = OnnxSession.Load(PlanInputs.Cut(OnnxFile.ToBytes(graph)));
        Assert.AreEqual("edges/in/degree x", string.Join(' ', cut.Inputs.Select(input => input.Name).Order()));
    }

    [TestMethod]
    [DataRow(-1L, 0)]
    [DataRow(-1L, 1)]
    [DataRow(3L, 0)]
    [DataRow(3L, 1)]
    [DataRow(long.MaxValue, 0)]
    [DataRow(long.MaxValue, 1)]
    public void An_edge_to_a_node_that_is_not_there_is_an_error(long node, int end)
    {
        using var session = OnnxSession.Load(Model());
        long[] ends = [0, 1, 1, 2];
        ends[2 * end] = node;
        TensorInputs inputs = new()
        {
            ["x"] = TensorData.Create(new float[9], 3, 3), ["m"] = TensorData.Create(new float[6], 2, 3),
            ["edge_index"] = TensorData.Create(ends, 2, 2),
        };
        Assert.ThrowsExactly<InvalidOperationException>(() => session.Run(inputs));
    }

    [TestMethod]
    public void Bytes_that_are_no_model_are_an_error() =>
        Assert.ThrowsExactly<OnnxFileException>(() => PlanInputs.Cut([1, 2, 3]));

    [TestMethod]
    public void Every_tensor_of_a_plan_is_found_by_its_name()
    {
        foreach (var tensor in PlanTensors.All)
        {
            Assert.AreEqual(tensor, PlanTensors.Find(tensor.NameIn(PlanTensors.Incoming("edges"))));
            Assert.AreEqual(tensor, PlanTensors.Find(tensor.NameIn(PlanTensors.Outgoing("edges" + PlanTensors.LoopSuffix))));
        }
        foreach (var other in (string[])["edges", "edges/source", "edges/in/orders", "order", "edges/middle/order"])
            Assert.IsNull(PlanTensors.Find(other), other);
    }

    private static byte[] Model()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        var x = network.Input("x", ElementType.Float, ["nodes", 3]);
        var m = network.Input("m", ElementType.Float, ["edges", 3]);
        var edges = GraphEdges.Input(network, "nodes");
        network.Graph.Output("sum", edges.Sum(m));
        network.Graph.Output("sum_of_sources", edges.SumOfSources(x));
        network.Graph.Output("padded", edges.Padded(m));
        network.Graph.Output("degree", Op.Identity(edges.Degree));
        network.Graph.Output("with_loops", edges.WithSelfLoops().MeanOfSources(x));
        DeadCode.Remove(network.Graph);
        return OnnxFile.ToBytes(network.Graph);
    }
}
