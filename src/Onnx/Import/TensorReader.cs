using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>Reads tensors of model files.</summary>
internal static class TensorReader
{
    /// <summary>The elements of a tensor, whose data may be bytes or numbers; half-precision numbers become single.</summary>
    /// <exception cref="ImportException">Its type isn't supported, or its data doesn't fit its dims.</exception>
    internal static TensorData Read(TensorProto tensor)
    {
        Int128 count = 1;
        foreach (var size in tensor.Dims)
            count = size < 0 || count > Array.MaxLength
                ? throw Wrong(tensor, $"its dims [{string.Join(", ", tensor.Dims)}] are no sizes") : count * size;
        long[] sizes = [.. tensor.Dims];
        var type = (ElementType)tensor.DataType;
        try
        {
            return tensor.DataType == Half ? TensorData.Create(Halves(tensor, (long)count), sizes)
                : !Enum.IsDefined(type) ? throw Wrong(tensor, $"it holds {TypeName(tensor.DataType)}, which is not supported")
                : TensorData.Of(type, sizes, Elements(tensor, type, (long)count));
        }
        catch (ArgumentException)
        {
            throw Wrong(tensor, $"it has dims [{string.Join(", ", sizes)}], but data of another size");
        }
    }

    private const int Half = 10;

    /// <summary>Whether tensors of a type can be read.</summary>
    internal static bool IsSupported(TensorProto tensor) => tensor.DataType == Half || Enum.IsDefined((ElementType)tensor.DataType);

    private static Array Elements(TensorProto tensor, ElementType type, long count)
    {
        if (type == ElementType.String)
            return tensor.StringData.Select(text => text.ToStringUtf8()).ToArray();
        if (!tensor.HasRawData)
            return type switch
            {
                ElementType.Float => tensor.FloatData.ToArray(),
                ElementType.Double => tensor.DoubleData.ToArray(),
                ElementType.Int64 => tensor.Int64Data.ToArray(),
                ElementType.Int32 => tensor.Int32Data.ToArray(),
                ElementType.Bool => tensor.Int32Data.Select(number => number != 0).ToArray(),
                ElementType.UInt8 => tensor.Int32Data.Select(number => (byte)number).ToArray(),
                _ => throw Wrong(tensor, $"it holds {type} as numbers, expected bytes"),
            };
        if (tensor.RawData.Length != count * type.SizeInBytes())
            throw Wrong(tensor, $"it has dims of {count} elements of {type}, but {tensor.RawData.Length} bytes of data");
        var zeros = TensorData.Zeros(type, count).Elements;
        Span<byte> bytes = type switch
        {
            ElementType.Float => MemoryMarshal.AsBytes(((float[])zeros).AsSpan()),
            ElementType.Double => MemoryMarshal.AsBytes(((double[])zeros).AsSpan()),
            ElementType.Int64 => MemoryMarshal.AsBytes(((long[])zeros).AsSpan()),
            ElementType.Int32 => MemoryMarshal.AsBytes(((int[])zeros).AsSpan()),
            ElementType.UInt32 => MemoryMarshal.AsBytes(((uint[])zeros).AsSpan()),
            ElementType.Bool => MemoryMarshal.AsBytes(((bool[])zeros).AsSpan()),
            _ => (byte[])zeros,
        };
        tensor.RawData.Span.CopyTo(bytes);
        return zeros;
    }

    private static float[] Halves(TensorProto tensor, long count)
    {
        if (!tensor.HasRawData)
            return [.. tensor.Int32Data.Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits))];
        if (tensor.RawData.Length != 2 * count)
            throw Wrong(tensor, $"it has dims of {count} elements, but {tensor.RawData.Length} bytes of data");
        var elements = new float[count];
        for (var i = 0; i < elements.Length; i++)
            elements[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(tensor.RawData.Span.Slice(2 * i, 2));
        return elements;
    }

    /// <summary>What ONNX calls an element type.</summary>
    internal static string TypeName(int type) => type switch
    {
        3 => "8-bit integers", 4 => "unsigned 16-bit integers", 5 => "16-bit integers", 10 => "half-precision numbers",
        13 => "unsigned 64-bit integers", 14 or 15 => "complex numbers", 16 => "numbers of type bfloat16",
        >= 17 and <= 20 => "8-bit floating-point numbers", 21 or 22 => "4-bit integers",
        _ => Enum.IsDefined((ElementType)type) ? $"{(ElementType)type}" : $"elements of ONNX's type {type}",
    };

    private static ImportException Wrong(TensorProto tensor, string problem) => new($"tensor '{tensor.Name}': {problem}");
}
