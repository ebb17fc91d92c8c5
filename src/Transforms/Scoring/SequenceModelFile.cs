using Google.Protobuf;
using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

/// <summary>The bytes of a deployed model with what its metadata says.</summary>
internal sealed class SequenceModelFile
{
    private SequenceModelFile(byte[] bytes, SequenceModelInfo info, string name)
    {
        Bytes = bytes;
        Info = info;
        Name = name;
    }

    public byte[] Bytes { get; }

    public SequenceModelInfo Info { get; }

    /// <summary>What the model is called in errors.</summary>
    public string Name { get; }

    /// <exception cref="OnnxFileException">There is no such file, or it holds no whole ONNX model.</exception>
    /// <exception cref="InvalidDataException">The model is not one of MLSeqGraph for sequences.</exception>
    public static SequenceModelFile Read(string path)
    {
        var info = SequenceModelInfo.Read(OnnxFile.ReadMetadata(path), path);
        return new SequenceModelFile(File.ReadAllBytes(path), info, path);
    }

    /// <inheritdoc cref="Read(string)"/>
    public static SequenceModelFile Read(byte[] bytes) =>
        new(bytes, SequenceModelInfo.Read(OnnxFile.ReadMetadata(bytes), "The ONNX model"), "The ONNX model");

    /// <inheritdoc cref="Read(string)"/>
    public static SequenceModelFile Of(ModelProto model, string name) =>
        new(model.ToByteArray(), SequenceModelInfo.Read(Metadata(model), name), name);

    /// <summary>Values of Score for each sequence as far as the file itself tells, 0 where it leaves that open.</summary>
    public int ScoreWidth()
    {
        var score = OnnxFile.Inspect(Bytes).Outputs.FirstOrDefault(output => output.Name == SequenceModelFormat.Score);
        return score is { Shape: [.., { IsKnown: true } width] } ? (int)width.Size : 0;
    }

    public ModelProto Parse() => ModelReader.Read(Name, () => new MemoryStream(Bytes, writable: false));

    public static Dictionary<string, string> Metadata(ModelProto model) =>
        model.MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value);

    public InvalidDataException Error(string problem) => new($"{Name}: {problem}.");
}
