using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

/// <summary>Model files as they are asked for: with a description, another operator set, what the metadata says beside them.</summary>
internal static class ExportedModel
{
    /// <summary>The file that says what the metadata says.</summary>
    internal const string JsonFile = "mlseqgraph.json";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A model's bytes as asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The operator set is outside the range.</exception>
    /// <exception cref="NotSupportedException">The operator set lacks an operation of the model.</exception>
    internal static byte[] Apply(byte[] bytes, OnnxExportOptions? options)
    {
        if (options is { Precision: not Precision.Single })
            throw new NotSupportedException($"Weights in {options.Precision} change what the model says, so the file is compared on rows, "
                + $"and none were given: expected model.ExportToOnnx(path, Precision.{options.Precision}, rows).");
        if (options is null or { Description: null, Licence: null, Opset: null })
            return bytes;
        var model = ModelReader.Read(ModelReader.InMemory, () => new MemoryStream(bytes, writable: false));
        if (options.Opset is { } opset)
            ModelOpset.Change(model, opset);
        return ToBytes(model, ModelInfo.Read(OnnxFile.ReadMetadata(bytes), "The model") with
        {
            Description = options.Description, Licence = options.Licence,
        });
    }

    /// <summary>A changed model's bytes: its own metadata, that of <paramref name="info"/> in place of the old, and a digest.</summary>
    internal static byte[] ToBytes(ModelProto model, ModelInfo info)
    {
        info = info with { Versions = info.Versions with { Opset = ModelOpset.Of(model) } };
        model.Graph.DocString = DeployedFile.Describe(info);
        foreach (var (key, value) in info.ToMetadata())
            SetMetadata(model, key, value);
        return OnnxFile.ToBytes(model);
    }

    /// <summary>Writes a file, and the JSON beside it where that is asked for.</summary>
    /// <exception cref="IOException">A file can't be written; an older file of the name is as it was.</exception>
    internal static void Write(string path, byte[] bytes, OnnxExportOptions? options)
    {
        AtomicFile.Write(path, stream => stream.Write(bytes));
        if (options?.WritesJson == true)
            WriteJson(Path.GetDirectoryName(Path.GetFullPath(path))!, [(Path.GetFileName(path), bytes)]);
    }

    /// <summary>Writes what the metadata of files says into the folder they stand in.</summary>
    internal static void WriteJson(string folder, IEnumerable<(string Name, byte[] Bytes)> files) =>
        AtomicFile.Write(Path.Combine(folder, JsonFile), stream => stream.Write(Encoding.UTF8.GetBytes(ToJson(files))));

    // Entries of the metadata by what stands behind "mlseqgraph.", those that are JSON themselves as such.
    private static string ToJson(IEnumerable<(string Name, byte[] Bytes)> files)
    {
        const string Prefix = "mlseqgraph.";
        var all = new JsonObject();
        foreach (var (name, bytes) in files)
        {
            var entries = new JsonObject();
            foreach (var (key, value) in OnnxFile.ReadMetadata(bytes).OrderBy(entry => entry.Key, StringComparer.Ordinal))
                if (key.StartsWith(Prefix, StringComparison.Ordinal))
                    entries[key[Prefix.Length..]] = value.StartsWith('{') ? JsonNode.Parse(value) : value;
            all[name] = entries;
        }
        return new JsonObject { ["files"] = all }.ToJsonString(Readable) + "\n";
    }

    private static void SetMetadata(ModelProto model, string key, string value)
    {
        foreach (var entry in model.MetadataProps.Where(entry => entry.Key == key).ToArray())
            model.MetadataProps.Remove(entry);
        model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
    }
}
