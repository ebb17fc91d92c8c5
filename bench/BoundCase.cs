using Microsoft.ML.OnnxRuntime;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Bench;

/// <summary>
/// A piece of a network alone, with inputs bound once and the outputs left in memory that ONNX Runtime uses again, as libtorch does both.
/// </summary>
internal abstract class BoundCase : ICase
{
    private readonly List<IDisposable> _owned = [];
    private SessionBinding? _binding;
    private RunOptions? _options;

    public abstract Cost Cost { get; }

    public void Setup(int threads)
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var outputs = Write(network);
        foreach (var (name, value) in outputs)
            network.Graph.Output(name, value);
        var session = new OnnxSession(network.Graph, ExecutionTarget.Cpu(threads));
        _owned.Add(session);
        _owned.Add(_binding = new SessionBinding(session));
        _owned.Add(_options = new RunOptions());
        foreach (var (name, tensor) in Inputs(session.Inputs.Select(input => input.Name).ToHashSet()))
        {
            var value = OrtTensors.Wrap(tensor);
            _owned.Add(value);
            _binding.Input(name, value);
        }
        foreach (var (name, _) in outputs)
            _binding.OutputToDevice(name);
    }

    public void Run() => _binding!.Run(_options!);

    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
            _owned[i].Dispose();
    }

    /// <summary>Writes the piece and names its outputs.</summary>
    protected abstract IReadOnlyList<(string Name, Value Value)> Write(NetworkBuilder network);

    /// <summary>Its inputs, of which the session has these.</summary>
    protected abstract TensorInputs Inputs(IReadOnlySet<string> names);
}
