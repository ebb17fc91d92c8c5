using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx.Tests.Kernels;

/// <summary>Tensors to bind, disposed of together.</summary>
internal sealed class OrtOwned(IEnumerable<KeyValuePair<string, TensorData>> tensors) : IDisposable
{
    private readonly Dictionary<string, OrtValue> _values =
        tensors.ToDictionary(tensor => tensor.Key, tensor => OrtTensors.Wrap(tensor.Value));

    internal void BindTo(SessionBinding binding)
    {
        foreach (var (name, value) in _values)
            binding.Input(name, value);
    }

    public void Dispose()
    {
        foreach (var value in _values.Values)
            value.Dispose();
    }
}
