using MLSeqGraph.Onnx;

namespace MLSeqGraph.Bench;

/// <summary>The sum over every node's neighbors alone.</summary>
internal sealed class NeighborSumCase(int nodes, int edgeCount, int width) : ICase
{
    private OnnxSession? _session;
    private TensorInputs? _inputs;

    public void Setup(int threads)
    {
        var random = new Random(1);
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var x = network.Input("x", ElementType.Float, ["nodes", width]);
        network.Graph.Output("sum", GraphEdges.Input(network, "nodes").SumOfSources(x));
        _session = new OnnxSession(network.Graph, ExecutionTarget.Cpu(threads));
        _inputs = new() { ["x"] = TensorData.Create(GraphCase.RandomFloats(random, nodes * width), nodes, width) };
        var plan = new EdgePlan(_session.Inputs.Select(input => input.Name).ToHashSet().Contains);
        plan.Build(GraphCase.Nodes(random, edgeCount, nodes), GraphCase.Nodes(random, edgeCount, nodes), nodes, nodes);
        plan.FeedTo(_inputs);
    }

    public void Run() => _session!.Run(_inputs!);

    public void Dispose() => _session?.Dispose();
}
