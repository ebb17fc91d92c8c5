using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MLSeqGraph.Onnx;

/// <summary>A model loaded by ONNX Runtime.</summary>
public sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession _session;

    /// <summary>Loads a graph.</summary>
    public OnnxSession(Graph graph, SessionOptions? options = null)
        => _session = new InferenceSession(OnnxWriter.Write(graph).ToByteArray(), options ?? new SessionOptions());

    /// <summary>Runs the model on host tensors.</summary>
    public IReadOnlyDictionary<string, TensorData> Run(IReadOnlyDictionary<string, TensorData> inputs)
    {
        var names = inputs.Keys.ToArray();
        var values = names.Select(name => ToOrtValue(inputs[name])).ToArray();
        try
        {
            using var run = new RunOptions();
            string[] outputNames = [.. _session.OutputNames];
            using var outputs = _session.Run(run, names, values, outputNames);
            return outputNames.Zip(outputs, (name, value) => (name, FromOrtValue(value))).ToDictionary(pair => pair.name, pair => pair.Item2);
        }
        finally
        {
            foreach (var value in values)
                value.Dispose();
        }
    }

    internal static OrtValue ToOrtValue(TensorData tensor)
    {
        long[] sizes = [.. tensor.Sizes];
        return tensor.Type switch
        {
            ElementType.Float => OrtValue.CreateTensorValueFromMemory(tensor.As<float>(), sizes),
            ElementType.Double => OrtValue.CreateTensorValueFromMemory(tensor.As<double>(), sizes),
            ElementType.Int32 => OrtValue.CreateTensorValueFromMemory(tensor.As<int>(), sizes),
            ElementType.Int64 => OrtValue.CreateTensorValueFromMemory(tensor.As<long>(), sizes),
            ElementType.Bool => OrtValue.CreateTensorValueFromMemory(tensor.As<bool>(), sizes),
            ElementType.UInt32 => OrtValue.CreateTensorValueFromMemory(tensor.As<uint>(), sizes),
            _ => throw new NotSupportedException($"Tensors of {tensor.Type} can't be fed."),
        };
    }

    internal static TensorData FromOrtValue(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return info.ElementDataType switch
        {
            TensorElementType.Float => TensorData.Create(value.GetTensorDataAsSpan<float>().ToArray(), info.Shape),
            TensorElementType.Double => TensorData.Create(value.GetTensorDataAsSpan<double>().ToArray(), info.Shape),
            TensorElementType.Int32 => TensorData.Create(value.GetTensorDataAsSpan<int>().ToArray(), info.Shape),
            TensorElementType.Int64 => TensorData.Create(value.GetTensorDataAsSpan<long>().ToArray(), info.Shape),
            TensorElementType.Bool => TensorData.Create(value.GetTensorDataAsSpan<bool>().ToArray(), info.Shape),
            TensorElementType.UInt32 => TensorData.Create(value.GetTensorDataAsSpan<uint>().ToArray(), info.Shape),
            var other => throw new NotSupportedException($"Tensors of {other} can't be read."),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
