using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MLSeqGraph.Onnx;

/// <summary>Tensors by name in the format safetensors, which other programs read and write too.</summary>
public static class SafeTensors
{
    // Headers of real files take some kilobytes.
    private const long LongestHeader = 64 << 20;

    private const string Metadata = "__metadata__";

    /// <summary>Writes tensors to a file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name, in any order; texts are no tensors here.</param>
    /// <exception cref="ArgumentException">A tensor holds texts.</exception>
    /// <exception cref="IOException">The file can't be written; an older file of that name stays as it was.</exception>
    public static void Save(string path, IReadOnlyDictionary<string, TensorData> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var sorted = tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal).ToArray();
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            long at = 0;
            foreach (var (name, tensor) in sorted)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", TypeName(name, tensor.Type));
                json.WriteStartArray("shape");
                foreach (var size in tensor.Sizes)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += tensor.Count * tensor.Type.SizeInBytes());
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // The data begins at a multiple of 8 bytes.
        while (header.Length % 8 != 0)
            header.WriteByte((byte)' ');
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(length);
            header.WriteTo(stream);
            foreach (var (_, tensor) in sorted)
                stream.Write(tensor.Bytes);
        });
    }

    /// <summary>Reads a file; numbers of half precision become single.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="InvalidDataException">It is no whole file of tensors, or has types that aren't supported.</exception>
    public static IReadOnlyDictionary<string, TensorData> Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file {path}; expected one of tensors, as Save writes it.", path);
        var bytes = File.ReadAllBytes(path);
        try
        {
            if (bytes.Length < 8 || BinaryPrimitives.ReadInt64LittleEndian(bytes) is var length
                && (length < 2 || length > LongestHeader || length > bytes.Length - 8))
                throw new InvalidDataException("it is cut off, or no file of tensors");
            var (start, all) = (8 + (int)length, new Dictionary<string, TensorData>(StringComparer.Ordinal));
            using var header = JsonDocument.Parse(bytes.AsMemory(8, (int)length));
            foreach (var entry in header.RootElement.EnumerateObject().Where(entry => entry.Name != Metadata))
                if (!all.TryAdd(entry.Name, Read(entry, bytes.AsSpan(start))))
                    throw new InvalidDataException($"it has two tensors '{entry.Name}'");
            return all;
        }
        catch (Exception problem) when (problem is InvalidDataException or JsonException or InvalidOperationException or FormatException
            or KeyNotFoundException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"Tensors can't be read from '{path}': {problem.Message.TrimEnd('.')}.", problem);
        }
    }

    private static TensorData Read(JsonProperty entry, ReadOnlySpan<byte> data)
    {
        long[] sizes = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] ends = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(end => end.GetInt64())];
        var count = sizes.Aggregate((Int128)1, (product, size) => size < 0 || product > int.MaxValue ? -1 : product * size);
        var name = entry.Value.GetProperty("dtype").GetString();
        var width = name switch { "F16" or "BF16" => 2, "F32" or "I32" or "U32" => 4, "F64" or "I64" => 8, "BOOL" or "U8" => 1, _ => 0 };
        if (width == 0)
            throw new InvalidDataException($"tensor '{entry.Name}' has elements of type {name}, which is not supported");
        if (ends.Length != 2 || ends[0] < 0 || ends[1] > data.Length || count < 0 || ends[1] - ends[0] != count * width)
            throw new InvalidDataException($"tensor '{entry.Name}' of shape [{string.Join(", ", sizes)}] has data from "
                + $"{string.Join(" to ", ends)}; expected {count} elements of {width} bytes within {data.Length}");
        var bytes = data[(int)ends[0]..(int)ends[1]];
        return name switch
        {
            "F16" => TensorData.Create(Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), half => (float)half), sizes),
            "BF16" => TensorData.Create(Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(),
                bits => BitConverter.Int32BitsToSingle(bits << 16)), sizes),
            "F32" => TensorData.Create(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), sizes),
            "F64" => TensorData.Create(MemoryMarshal.Cast<byte, double>(bytes).ToArray(), sizes),
            "I32" => TensorData.Create(MemoryMarshal.Cast<byte, int>(bytes).ToArray(), sizes),
            "I64" => TensorData.Create(MemoryMarshal.Cast<byte, long>(bytes).ToArray(), sizes),
            "U32" => TensorData.Create(MemoryMarshal.Cast<byte, uint>(bytes).ToArray(), sizes),
            "U8" => TensorData.Create(bytes.ToArray(), sizes),
            _ => TensorData.Create(Array.ConvertAll(bytes.ToArray(), flag => flag != 0), sizes),
        };
    }

    private static string TypeName(string name, ElementType type) => type switch
    {
        ElementType.Float => "F32",
        ElementType.Double => "F64",
        ElementType.Int32 => "I32",
        ElementType.Int64 => "I64",
        ElementType.UInt32 => "U32",
        ElementType.UInt8 => "U8",
        ElementType.Bool => "BOOL",
        _ => throw new ArgumentException($"Tensor '{name}' holds {type}; expected numbers."),
    };
}
