using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

/// <summary>The bytes of a deployed model with what its metadata says.</summary>
internal sealed class ModelFile
{
    private const string InMemory = "The ONNX model";

    /// <param name="bytes">The file's bytes.</param>
    /// <param name="name">What it is called in errors.</param>
    /// <param name="acceptEdited">Whether the content may have another digest than the metadata says.</param>
    /// <exception cref="OnnxFileException">It holds no whole ONNX model.</exception>
    /// <exception cref="InvalidDataException">It is not a model of MLSeqGraph, or its content was changed.</exception>
    public ModelFile(byte[] bytes, string name = InMemory, bool acceptEdited = false)
    {
        (Bytes, Name) = (bytes, name);
        var metadata = ModelReader.ReadMetadata(name.Trim('\''), () => new MemoryStream(bytes, writable: false));
        Info = ModelInfo.Read(metadata, name);
        if (acceptEdited)
            return;
        if (metadata[ModelFormat.FormatKey] != OldModelInfo.Version && !metadata.ContainsKey(ModelFormat.DigestKey))
            throw Error($"its metadata '{ModelFormat.DigestKey}' is missing, which tells damaged files from whole ones");
        ModelDigest.Check(bytes, name);
    }

    public byte[] Bytes { get; }

    public ModelInfo Info { get; }

    /// <summary>What the model is called in errors.</summary>
    public string Name { get; }

    /// <exception cref="OnnxFileException">There is no such file, or it holds no whole ONNX model.</exception>
    /// <exception cref="InvalidDataException">It is not a model of MLSeqGraph, or its content was changed.</exception>
    public static ModelFile Read(string path, bool acceptEdited = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _ = OnnxFile.ReadMetadata(path);       // its error says what is wrong with a file that isn't a model
        return new(File.ReadAllBytes(path), $"'{path}'", acceptEdited);
    }

    /// <summary>The size of Score per row, as far as the file itself says; 0 where it doesn't.</summary>
    public int ScoreWidth()
    {
        if (Info.Outputs > 0)
            return Info.Outputs;
        var score = OnnxFile.Inspect(Bytes).Outputs.FirstOrDefault(output => output.Name == ModelFormat.Score);
        return score is { Shape: [.., { IsKnown: true } width] } ? (int)width.Size : 0;
    }

    /// <summary>Checks that it is a model of such rows and returns it.</summary>
    /// <exception cref="InvalidDataException">It is a model of other rows, or writes sequences.</exception>
    public ModelFile Of(ModelRows rows) => Info.Preparation is not null
        ? throw Error($"it reads what its pipeline read ({string.Join("; ", Info.InputTensors ?? [])}) and not what the model in it reads: "
            + $"run it with {nameof(OnnxSession)}, or any ONNX Runtime")
        : (Info.Rows, Info.Task) is var (found, task) && found == rows
            && (task <= ModelTask.Regression || (task is ModelTask.Alignment or ModelTask.Span && rows == ModelRows.Sequences)
                || (task == ModelTask.StepRegression && rows is ModelRows.Graphs or ModelRows.Sequences))
        ? this : throw Error($"it is a model of {found.Name()} for {task}; expected one of {rows.Name()} that predicts classes or numbers");

    public ModelProto Parse() => ModelReader.Read(Name, () => new MemoryStream(Bytes, writable: false));

    public InvalidDataException Error(string problem) => new($"{Name}: {problem}.");
}
