using MLSeqGraph.Onnx.Tests.Aggregation;

namespace MLSeqGraph.Onnx.Tests.Kernels;

[TestClass]
public class ListReductionTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Sums_and_maxima_by_kernels_are_those_of_the_file(bool isCut)
    {
        if (!KernelLibrary.IsOn(null))
            Assert.Inconclusive("Kernels are off.");
        var graph = RandomGraph.OfEveryWidth(seed: 3);
        var file = Model();
        var model = isCut ? PlanInputs.Cut(file) : file;
        var replaced = KernelModel.Of(model, null, out var usesKernels);
        Assert.IsTrue(usesKernels);
        var operators = OnnxFile.Inspect(replaced).Operators;
        Assert.AreEqual(2, operators[$"{Kernel.Domain}:GatherSum"]);
        Assert.AreEqual(2, operators[$"{Kernel.Domain}:GatherMax"]);
        Assert.IsFalse(operators.ContainsKey("Loop"), "The levels of lists are computed though nobody reads them.");
        using OnnxSession whole = OnnxSession.Load(file), kernels = OnnxSession.LoadWithKernels(model);
        foreach (var edges in (int[])[graph.Count, 1, 0])
            Check(graph, edges, whole, kernels);
    }

    [TestMethod]
    public void Loops_of_others_stay()
    {
        var graph = new Graph("loops");
        var x = graph.Input("x", ElementType.Float, ["rows", 2]);
        var (states, _) = Op.Loop(graph.Scalar(3L), [x], "step", (_, states) => (graph.Scalar(true), [states[0] + states[0]], []));
        graph.Output("y", states[0]);
        graph.Output("edges/in/sorted_ends", Op.Identity(x));
        KernelModel.Of(OnnxFile.ToBytes(graph), null, out var usesKernels);
        Assert.IsFalse(usesKernels);
    }

    private static void Check(RandomGraph graph, int edges, OnnxSession whole, OnnxSession kernels)
    {
        var random = new Random(edges);
        TensorData Random(int rows) => TensorData.Create(
            [.. Enumerable.Range(0, rows * 3).Select(_ => random.NextSingle() - 0.7f)], rows, 3);
        long[] ends = [.. graph.Sources[..edges].Concat(graph.Targets[..edges]).Select(node => (long)node)];
        var inputs = new TensorInputs
        {
            ["x"] = Random(graph.Nodes), ["m"] = Random(edges), ["edge_index"] = TensorData.Create(ends, 2, edges),
        };
        var expected = whole.Run(inputs);
        var names = kernels.Inputs.Select(input => input.Name).ToHashSet();
        var plan = new EdgePlan(names.Contains);
        plan.Build(graph.Sources.AsMemory(0, edges), graph.Targets.AsMemory(0, edges), graph.Nodes, graph.Nodes);
        plan.FeedTo(inputs);
        var found = kernels.Run(inputs.Where(input => names.Contains(input.Key)).ToDictionary());
        TensorComparison.Largest(expected, found).ThrowIfAbove(1e-5);
        if (edges == 0)
            foreach (var (name, tensor) in found)
                Assert.IsTrue(tensor.As<float>().All(number => number == 0), name);
    }

    private static byte[] Model()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        var x = network.Input("x", ElementType.Float, ["nodes", 3]);
        var m = network.Input("m", ElementType.Float, ["edges", 3]);
        var edges = GraphEdges.Input(network, "nodes");
        network.Graph.Output("sum", edges.Sum(m));
        network.Graph.Output("sum_of_sources", edges.SumOfSources(x));
        network.Graph.Output("max", edges.Max(m));
        network.Graph.Output("max_of_sources", edges.MaxOfSources(x));
        DeadCode.Remove(network.Graph);
        return OnnxFile.ToBytes(network.Graph);
    }
}
