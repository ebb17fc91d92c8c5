using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>
/// SHA-256 of a model file: of its fields, except metadata and graph, in the order of their numbers; its metadata, except the digest, in
/// the order of the keys; and its graph. So it doesn't depend on the order in which a program writes the parts of a file.
/// </summary>
internal static class ModelDigest
{
    /// <summary>The digest's key in the metadata.</summary>
    internal const string Key = "mlseqgraph.digest";

    private const uint GraphField = 7, MetadataField = 14;

    /// <summary>The digest of a model that is written in two parts.</summary>
    /// <param name="head">Everything except the graph.</param>
    /// <param name="body">Only the graph.</param>
    internal static string Of(ModelProto head, ModelProto body)
    {
        using var hash = SHA256.Create();
        Add(hash, head.ToByteArray());
        using (var graph = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
            body.WriteTo(graph);
        return Convert.ToHexString(hash.Hash!);
    }

    /// <summary>The digest of a whole model.</summary>
    internal static string Of(byte[] model)
    {
        using var hash = SHA256.Create();
        foreach (var (start, end) in Add(hash, model))
            hash.TransformBlock(model, start, end - start, null, 0);
        hash.TransformFinalBlock([], 0, 0);
        return Convert.ToHexString(hash.Hash!);
    }

    /// <summary>Checks a model's bytes against the digest in their metadata, if there is one.</summary>
    /// <exception cref="InvalidDataException">The digest differs.</exception>
    internal static void Check(byte[] model, string name)
    {
        if (OnnxFile.ReadMetadata(model).TryGetValue(Key, out var expected) && Found(model, name) is var found && found != expected)
            throw new InvalidDataException($"{name}: its content was changed or damaged since it was written: it has the SHA-256 {found}, "
                + $"but its metadata says {expected}. A file that was edited on purpose is accepted where that is asked for.");
    }

    private static string Found(byte[] model, string name)
    {
        try
        {
            return Of(model);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException($"{name}: it is damaged: {exception.Message}", exception);
        }
    }

    // Adds everything except the graph, and returns where the graph is.
    private static List<(int Start, int End)> Add(SHA256 hash, byte[] model)
    {
        var input = new CodedInputStream(model);
        List<(uint Field, int Start, int End)> fields = [];
        List<(int, int)> graph = [];
        SortedDictionary<string, string> metadata = new(StringComparer.Ordinal);
        while (true)
        {
            var start = (int)input.Position;
            var tag = input.ReadTag();
            if (tag == 0)
                break;
            var field = WireFormat.GetTagFieldNumber(tag);
            if (field == MetadataField && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                var entry = StringStringEntryProto.Parser.ParseFrom(input.ReadBytes());
                metadata[entry.Key] = entry.Value;
                continue;
            }
            input.SkipLastField();
            if (field == GraphField)
                graph.Add((start, (int)input.Position));
            else
                fields.Add(((uint)field, start, (int)input.Position));
        }
        foreach (var (_, start, end) in fields.OrderBy(field => field.Field))
            hash.TransformBlock(model, start, end - start, null, 0);
        metadata.Remove(Key);
        foreach (var (key, value) in metadata)
            foreach (var text in (string[])[key, value])
            {
                var bytes = Encoding.UTF8.GetBytes(text + "\0");
                hash.TransformBlock(bytes, 0, bytes.Length, null, 0);
            }
        return graph;
    }
}
