using Google.Protobuf;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>Reads tensors that a model keeps in files beside its own, as models above two gigabytes do: into the model.</summary>
internal static class ExternalTensors
{
    private const int External = 1;

    /// <summary>Puts the data of all such tensors into a model.</summary>
    /// <param name="model">The model, changed in place.</param>
    /// <param name="path">Its file.</param>
    /// <exception cref="OnnxFileException">
    /// A file is missing, shorter than the model says or not beside the model, or a tensor's part of it doesn't fit the tensor.
    /// </exception>
    /// <returns>Whether there was one.</returns>
    internal static bool Read(ModelProto model, string path)
    {
        TensorProto[] tensors = [.. Tensors(model.Graph).Where(tensor => tensor.DataLocation == External)];
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Dictionary<string, FileStream> files = new(StringComparer.Ordinal);
        try
        {
            long read = 0;
            foreach (var tensor in tensors)
            {
                var bytes = Read(tensor, path, name => files.TryGetValue(name, out var open) ? open
                    : files[name] = Open(folder, name, path));
                // Parts of a file that many tensors name again and again would take memory out of proportion.
                if ((read += bytes.Length) > files.Values.Sum(file => file.Length))
                    throw new OnnxFileException(path, "its tensors take more bytes than the files they are in: parts of them overlap");
                tensor.RawData = ByteString.CopyFrom(bytes);
                tensor.ExternalData.Clear();
                tensor.ClearDataLocation();
            }
            return tensors.Length > 0;
        }
        finally
        {
            foreach (var file in files.Values)
                file.Dispose();
        }
    }

    private static IEnumerable<TensorProto> Tensors(GraphProto graph) => graph.Initializer.Concat(graph.Node
        .SelectMany(node => node.Attribute).SelectMany(attribute => attribute.G is { } body ? Tensors(body)
            : attribute.T is { } tensor ? [tensor] : []));

    // A file that came from elsewhere must not read others than those that came with it.
    private static FileStream Open(string folder, string name, string path)
    {
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().IndexOfAny("/\\:\0") >= 0)
            throw new OnnxFileException(path, $"it keeps tensors in '{name}'; expected the name of a file beside it");
        var file = new FileInfo(Path.Combine(folder, name));
        if (!file.Exists)
            throw new OnnxFileException(path, $"it keeps tensors in '{name}': there is no such file beside it");
        if (file.LinkTarget is not null)
            throw new OnnxFileException(path, $"it keeps tensors in '{name}', which is a link; expected a file beside it");
        // A pipe has no length, and would be waited for.
        if (file.Length == 0)
            throw new OnnxFileException(path, $"it keeps tensors in '{name}', which is empty or no file");
        try
        {
            return file.OpenRead();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OnnxFileException(path, $"it keeps tensors in '{name}', which can't be read: {exception.Message.TrimEnd('.')}",
                exception);
        }
    }

    private static byte[] Read(TensorProto tensor, string path, Func<string, FileStream> open)
    {
        string? Entry(string key) => tensor.ExternalData.LastOrDefault(entry => entry.Key == key)?.Value;
        OnnxFileException Wrong(string problem) => new(path, $"tensor '{tensor.Name}': {problem}");
        var name = Entry("location") ?? throw Wrong("it is in another file, but the model doesn't say in which");
        long Number(string key, long @default) => Entry(key) is not { } text ? @default
            : long.TryParse(text, out var number) && number >= 0 ? number : throw Wrong($"its {key} in '{name}' is '{text}'");
        var file = open(name);
        var offset = Number("offset", 0);
        var length = Number("length", Math.Max(0, file.Length - offset));
        if (offset > file.Length || length > file.Length - offset || length > Array.MaxLength)
            throw Wrong($"it is at {offset} to {(Int128)offset + length} of '{name}', which has {file.Length} bytes");
        var bits = tensor.DataType == 10 ? 16 : TensorReader.IsSupported(tensor) && tensor.DataType != (int)ElementType.String
            ? 8 * ((ElementType)tensor.DataType).SizeInBytes() : 0;
        Int128 elements = 1;
        foreach (var size in tensor.Dims)
            elements = size < 0 || elements > long.MaxValue ? throw Wrong($"its dims [{string.Join(", ", tensor.Dims)}] are no sizes")
                : elements * size;
        if (bits > 0 && elements * bits != (Int128)length * 8)
            throw Wrong($"it has dims of {elements} elements, but {length} bytes in '{name}'");
        var bytes = new byte[length];
        file.Position = offset;
        file.ReadExactly(bytes);
        return bytes;
    }
}
