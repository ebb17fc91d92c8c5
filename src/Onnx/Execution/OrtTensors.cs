using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MLSeqGraph.Onnx;

/// <summary>Converts between <see cref="TensorData"/> and ONNX Runtime's values in host memory.</summary>
internal static class OrtTensors
{
    /// <summary>A value over the tensor's own elements (text is copied). The caller disposes of it.</summary>
    internal static OrtValue Wrap(TensorData tensor)
    {
        long[] sizes = [.. tensor.Sizes];
        return tensor.Type switch
        {
            ElementType.Float => OrtValue.CreateTensorValueFromMemory(tensor.As<float>(), sizes),
            ElementType.Double => OrtValue.CreateTensorValueFromMemory(tensor.As<double>(), sizes),
            ElementType.Int32 => OrtValue.CreateTensorValueFromMemory(tensor.As<int>(), sizes),
            ElementType.Int64 => OrtValue.CreateTensorValueFromMemory(tensor.As<long>(), sizes),
            ElementType.Bool => OrtValue.CreateTensorValueFromMemory(tensor.As<bool>(), sizes),
            ElementType.UInt8 => OrtValue.CreateTensorValueFromMemory(tensor.As<byte>(), sizes),
            ElementType.UInt32 => OrtValue.CreateTensorValueFromMemory(tensor.As<uint>(), sizes),
            ElementType.String => Text(tensor.As<string>(), sizes),
            _ => throw new NotSupportedException($"Tensors of {tensor.Type} can't be fed."),
        };
    }

    /// <summary>A copy of a value in host memory.</summary>
    internal static TensorData Read(OrtValue value, string name)
    {
        var info = value.GetTensorTypeAndShape();
        // the binding's spans count bytes in 32 bits
        if (info.ElementDataType != TensorElementType.String && value.GetTensorSizeInBytes() > int.MaxValue)
            throw new NotSupportedException(
                $"Output '{name}' of shape [{string.Join(", ", info.Shape)}] takes {value.GetTensorSizeInBytes()} bytes; at most "
                    + $"{int.MaxValue} can be read at once.");
        return info.ElementDataType switch
        {
            TensorElementType.Float => TensorData.Create(value.GetTensorDataAsSpan<float>().ToArray(), info.Shape),
            TensorElementType.Double => TensorData.Create(value.GetTensorDataAsSpan<double>().ToArray(), info.Shape),
            TensorElementType.Int32 => TensorData.Create(value.GetTensorDataAsSpan<int>().ToArray(), info.Shape),
            TensorElementType.Int64 => TensorData.Create(value.GetTensorDataAsSpan<long>().ToArray(), info.Shape),
            TensorElementType.Bool => TensorData.Create(value.GetTensorDataAsSpan<bool>().ToArray(), info.Shape),
            TensorElementType.UInt8 => TensorData.Create(value.GetTensorDataAsSpan<byte>().ToArray(), info.Shape),
            TensorElementType.UInt32 => TensorData.Create(value.GetTensorDataAsSpan<uint>().ToArray(), info.Shape),
            TensorElementType.String => TensorData.Create(value.GetStringTensorAsArray(), info.Shape),
            var other => throw new NotSupportedException($"Output '{name}' holds {other}, which can't be read."),
        };
    }

    private static OrtValue Text(string[] elements, long[] sizes)
    {
        var value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, sizes);
        for (var i = 0; i < elements.Length; i++)
            value.StringTensorSetElementAt(elements[i].AsSpan(), i);
        return value;
    }
}
