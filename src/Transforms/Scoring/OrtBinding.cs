using Microsoft.ML.OnnxRuntime;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>The tensors of one run of a session, which are views of our memory.</summary>
internal sealed class OrtBinding(OnnxSession session) : IInputFeed, IDisposable
{
    private readonly SessionBinding _binding = new(session);
    private readonly List<OrtValue> _values = new(5);

    /// <summary>Gives the session an input to read. The memory is pinned and has as many elements as the sizes say.</summary>
    public void Feed<T>(string input, Memory<T> data, params ReadOnlySpan<long> sizes) where T : unmanaged =>
        _binding.Input(input, Wrap(data, sizes.ToArray()));

    /// <summary>Gives the session memory to write an output to.</summary>
    public void Output<T>(string name, Memory<T> memory, long[] sizes) where T : unmanaged =>
        _binding.Output(name, Wrap(memory, sizes));

    public void Run(CancellationToken cancellationToken)
    {
        _binding.SynchronizeInputs();
        _binding.Run(cancellationToken);
        _binding.SynchronizeOutputs();
    }

    public void Dispose()
    {
        _binding.Dispose();
        foreach (var value in _values)
            value.Dispose();
    }

    private OrtValue Wrap<T>(Memory<T> memory, long[] sizes) where T : unmanaged
    {
        var value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, sizes);
        _values.Add(value);
        return value;
    }
}
