using Microsoft.ML.OnnxRuntime;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Bench;

/// <summary>
/// The sum over every node's neighbors alone, with inputs bound once and the output left in memory that ONNX Runtime uses again, as
/// libtorch does both.
/// </summary>
internal sealed class NeighborSumCase(int nodes, int edgeCount, int width) : ICase
{
    private readonly List<IDisposable> _owned = [];
    private SessionBinding? _binding;
    private RunOptions? _options;

    public void Setup(int threads)
    {
        var random = new Random(1);
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var x = network.Input("x", ElementType.Float, ["nodes", width]);
        network.Graph.Output("sum", GraphEdges.Input(network, "nodes").SumOfSources(x));
        var session = new OnnxSession(network.Graph, ExecutionTarget.Cpu(threads));
        _owned.Add(session);
        var inputs = new TensorInputs { ["x"] = TensorData.Create(GraphCase.RandomFloats(random, nodes * width), nodes, width) };
        var plan = new EdgePlan(session.Inputs.Select(input => input.Name).ToHashSet().Contains);
        plan.Build(GraphCase.Nodes(random, edgeCount, nodes), GraphCase.Nodes(random, edgeCount, nodes), nodes, nodes);
        plan.FeedTo(inputs);
        _owned.Add(_binding = new SessionBinding(session));
        _owned.Add(_options = new RunOptions());
        foreach (var (name, tensor) in inputs)
        {
            var value = OrtTensors.Wrap(tensor);
            _owned.Add(value);
            _binding.Input(name, value);
        }
        _binding.OutputToDevice("sum");
    }

    public void Run() => _binding!.Run(_options!);

    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
            _owned[i].Dispose();
    }
}
