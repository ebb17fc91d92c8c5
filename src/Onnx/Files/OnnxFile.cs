using Google.Protobuf;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>Writes graphs as model files, and inspects files without loading them.</summary>
public static class OnnxFile
{
    /// <summary>The operator set that graphs are written for.</summary>
    public const int DefaultOpset = OnnxWriter.DefaultOpset;

    /// <summary>The last operator set whose recurrent operators ONNX Runtime's CUDA provider supports.</summary>
    public const int LastOpset = 21;

    private const long LargestFile = int.MaxValue - (64L << 20);

    /// <summary>
    /// Writes a graph as an ONNX model. The file is written whole or not at all; an existing file stays until the new one
    /// is complete.
    /// </summary>
    /// <param name="graph">The graph; its constants become initializers.</param>
    /// <param name="path">The file.</param>
    /// <param name="metadata">
    /// Entries for the model's metadata; a digest of the model is added, which tells damaged files from whole ones. Null for none.
    /// </param>
    /// <param name="opset">ONNX operator set, <see cref="DefaultOpset"/> to <see cref="LastOpset"/>.</param>
    /// <exception cref="IOException">The file can't be written (no space, no permission, no such folder); the message names it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The operator set is outside the range.</exception>
    /// <exception cref="NotSupportedException">The model exceeds the 2 GB a file may have.</exception>
    public static void Save(Graph graph, string path, IReadOnlyDictionary<string, string>? metadata = null, int opset = DefaultOpset)
    {
        var (head, body) = Build(graph, metadata, opset);
        AtomicFile.Write(path, stream =>
        {
            head.WriteTo(stream);
            body.WriteTo(stream);
        });
    }

    /// <summary>The bytes <see cref="Save"/> writes.</summary>
    /// <inheritdoc cref="Save"/>
    public static byte[] ToBytes(Graph graph, IReadOnlyDictionary<string, string>? metadata = null, int opset = DefaultOpset)
    {
        var (head, body) = Build(graph, metadata, opset);
        return ToBytes(head, body);
    }

    /// <summary>The bytes of a model with a new digest among its metadata.</summary>
    internal static byte[] ToBytes(ModelProto model)
    {
        var body = new ModelProto { Graph = model.Graph };
        model.Graph = null;
        var head = model.Clone();
        model.Graph = body.Graph;
        foreach (var old in head.MetadataProps.Where(entry => entry.Key == ModelDigest.Key).ToArray())
            head.MetadataProps.Remove(old);
        AddDigest(head, body);
        return ToBytes(head, body);
    }

    private static byte[] ToBytes(ModelProto head, ModelProto body)
    {
        var bytes = new byte[head.CalculateSize() + body.CalculateSize()];
        head.WriteTo(bytes.AsSpan(0, head.CalculateSize()));
        body.WriteTo(bytes.AsSpan(head.CalculateSize()));
        return bytes;
    }

    /// <summary>A model file with its large weights in another precision, and a digest of its own.</summary>
    /// <param name="model">The bytes of a model file in single precision.</param>
    /// <param name="precision">The precision. Nothing is compared here: measure what the rounding costs on rows of yours.</param>
    /// <exception cref="OnnxFileException">The bytes are no ONNX model.</exception>
    /// <exception cref="NotSupportedException">A weight isn't finite.</exception>
    public static byte[] Convert(byte[] model, Precision precision)
    {
        ArgumentNullException.ThrowIfNull(model);
        return PrecisionConversion.Convert(model, precision);
    }

    private static void AddDigest(ModelProto head, ModelProto body) =>
        head.MetadataProps.Add(new StringStringEntryProto { Key = ModelDigest.Key, Value = ModelDigest.Of(head, body) });

    /// <summary>Reads a file's metadata, without its weights.</summary>
    /// <exception cref="OnnxFileException">There is no such file, or it is no ONNX model.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) => ModelReader.ReadMetadata(path, () => Open(path));

    /// <summary>Reads the metadata out of the bytes of a model file.</summary>
    /// <exception cref="OnnxFileException">The bytes are no ONNX model.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(byte[] model) =>
        ModelReader.ReadMetadata(ModelReader.InMemory, () => new MemoryStream(model));

    /// <summary>Lists what is in a file: inputs, outputs, operators, metadata.</summary>
    /// <exception cref="OnnxFileException">There is no such file, or it is no ONNX model.</exception>
    public static OnnxFileInfo Inspect(string path) => OnnxFileInfo.Of(ModelReader.Read(path, () => Open(path)), path);

    /// <summary>Lists what is in the bytes of a model file.</summary>
    /// <exception cref="OnnxFileException">The bytes are no ONNX model.</exception>
    public static OnnxFileInfo Inspect(byte[] model) =>
        OnnxFileInfo.Of(ModelReader.Read(ModelReader.InMemory, () => new MemoryStream(model)), ModelReader.InMemory);

    /// <summary>
    /// The model in two parts that follow one another in the file: protobuf merges them. The graph comes last, so that a
    /// file cut off anywhere lacks it.
    /// </summary>
    private static (ModelProto Head, ModelProto Body) Build(Graph graph, IReadOnlyDictionary<string, string>? metadata, int opset)
    {
        if (opset is < DefaultOpset or > LastOpset)
            throw new ArgumentOutOfRangeException(nameof(opset), opset,
                $"Graphs are written for operator sets {DefaultOpset} to {LastOpset}: beyond that the recurrent operators would leave the "
                    + "CUDA provider unnoticed.");
        var bytes = graph.Constants.Where(constant => constant.Type != ElementType.String)
            .Sum(constant => constant.Constant!.Count * constant.Type.SizeInBytes());
        if (bytes > LargestFile)
            throw new NotSupportedException(
                $"The constants of graph '{graph.Name}' take {bytes} bytes; an ONNX file holds at most {LargestFile}.");
        var head = OnnxWriter.Write(graph, metadata, opset, isShort: true);
        var body = new ModelProto { Graph = head.Graph };
        head.Graph = null;
        if (metadata is not null)
            AddDigest(head, body);
        return (head, body);
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
}
