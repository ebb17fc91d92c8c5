using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>An input or output of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions as the session or the user gives them, unknown ones not positive.</param>
/// <param name="ColumnType">The type of the column that stands for it.</param>
internal sealed record OnnxVariable(string Name, int[] Shape, DataViewType ColumnType);

/// <summary>What a session is created with; nulls leave it to <see cref="OnnxSessionOptions"/>.</summary>
internal sealed record OnnxModelSettings(int? GpuDeviceId, bool FallbackToCpu, int? InterOpNumThreads, int? IntraOpNumThreads);

/// <summary>The file of a model, deleted in the end if it is a temporary one.</summary>
internal sealed record OnnxModelSource(string Path, bool IsTemporary)
{
    public static OnnxModelSource File(string path)
    {
        Contracts.CheckParam(!string.IsNullOrWhiteSpace(path), "ModelFile", "ModelFile cannot be null or white space");
        if (!System.IO.File.Exists(path))
            throw new IOException($"Model file {path} does not exists.");
        return new OnnxModelSource(path, false);
    }

    public static OnnxModelSource Temporary(IHostEnvironment env, Stream model)
    {
        Contracts.CheckValue(model, "ModelBytes");
        string folder = (env as IHostEnvironmentInternal)?.TempFilePath ?? System.IO.Path.GetTempPath();
        string path = System.IO.Path.Combine(folder, System.IO.Path.GetRandomFileName());
        model.Seek(0, SeekOrigin.Begin);
        using (var file = System.IO.File.Create(path))
            model.CopyTo(file);
        return new OnnxModelSource(path, true);
    }
}

/// <summary>A session over a model file, with what its inputs and outputs are as columns.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly FileStream _file; // keeps the file, and deletes a temporary one in the end
    private readonly OnnxVariable[] _optionalInputs;
    private readonly OnnxModelFile _description;

    public OnnxModel(IHostEnvironment env, OnnxModelSource source, OnnxModelSettings settings, Dictionary<string, int[]> shapes)
    {
        Path = source.Path;
        _file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 4096,
            source.IsTemporary ? FileOptions.DeleteOnClose : FileOptions.None);
        try
        {
            _session = OnnxSessions.Create(env, Path, settings);
            _description = OnnxModelFile.Read(Path);
            Inputs = Variables(_session.InputMetadata, _description.InputTypes, shapes);
            Outputs = Variables(_session.OutputMetadata, _description.OutputTypes, shapes);
            _optionalInputs = Variables(_session.OverridableInitializerMetadata, _description.InputTypes, shapes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>The inputs without an initializer.</summary>
    public OnnxVariable[] Inputs { get; }

    public OnnxVariable[] Outputs { get; }

    public OnnxVariable GetInput(string name) =>
        Array.Find(Inputs, input => input.Name == name) ?? Array.Find(_optionalInputs, input => input.Name == name)
        ?? throw Missing("Input", name, Inputs.Concat(_optionalInputs));

    public OnnxVariable GetOutput(string name) =>
        Array.Find(Outputs, output => output.Name == name) ?? throw Missing("Output", name, Outputs);

    /// <summary>The slot names that the graph holds for a column, null for none.</summary>
    public string[] SlotNames(string column) => _description.SlotNames.GetValueOrDefault(column);

    public IDisposableReadOnlyCollection<DisposableNamedOnnxValue> Run(IReadOnlyCollection<NamedOnnxValue> inputs, string[] outputs) =>
        _session.Run(inputs, outputs);

    public void Dispose()
    {
        _session?.Dispose();
        _file.Dispose();
    }

    private static Exception Missing(string kind, string name, IEnumerable<OnnxVariable> available) =>
        Contracts.ExceptParam("name", $"{kind} tensor, {name}, does not exist in the ONNX model. Available names are ["
            + string.Join(",", available.Select(variable => variable.Name)) + "].");

    private static OnnxVariable[] Variables(IReadOnlyDictionary<string, NodeMetadata> metadata,
        Dictionary<string, DataViewType> types, Dictionary<string, int[]> shapes) =>
        metadata.Where(variable => !IsUnused(variable.Key))
            .Select(variable => shapes.TryGetValue(variable.Key, out int[] shape)
                ? Reshaped(variable.Key, variable.Value.Dimensions, types[variable.Key], shape)
                : new OnnxVariable(variable.Key, [.. variable.Value.Dimensions], types[variable.Key]))
            .ToArray();

    private static bool IsUnused(string name) =>
        name.StartsWith("mlnet.", StringComparison.Ordinal)
        && (name.EndsWith(".unusedInput", StringComparison.Ordinal) || name.EndsWith(".unusedOutput", StringComparison.Ordinal));

    private static OnnxVariable Reshaped(string name, int[] modelShape, DataViewType type, int[] shape)
    {
        bool agrees = shape.Length == modelShape.Length
            && shape.Zip(modelShape).All(pair => pair.First == pair.Second || pair.First <= 0 || pair.Second <= 0);
        Contracts.CheckParam(agrees, "shapeDictionary", $"The shape {string.Join(",", shape)} given for '{name}' is not compatible "
            + $"with the shape {string.Join(",", modelShape)} of the ONNX model. Only unknown dimensions can be replaced.");
        if (type is VectorDataViewType vector)
            type = shape.All(dimension => dimension > 0) ? new VectorDataViewType(vector.ItemType, shape) : new VectorDataViewType(vector.ItemType);
        return new OnnxVariable(name, [.. shape], type);
    }
}
