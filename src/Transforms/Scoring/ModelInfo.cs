using System.Text.Json;
using System.Text.Json.Serialization;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>What a deployed model's metadata says (<see cref="ModelFormat"/>), whatever it reads and predicts.</summary>
/// <param name="Rows">What its rows are.</param>
/// <param name="Task">What it predicts for each.</param>
/// <param name="Inputs">The columns it reads, the main one first: a sequence's items or the nodes' features.</param>
/// <param name="Labels">
/// Its classes, or the tokens a translator writes; null where there are none. For regression the names of several outputs, or null.
/// </param>
/// <param name="Versions">What it was made with.</param>
/// <param name="Verification">How it was compared with the trained network; null where it was not.</param>
public sealed record ModelInfo(
    ModelRows Rows, ModelTask Task, IReadOnlyList<ModelInput> Inputs, ModelLabels? Labels, ModelVersions Versions,
    ModelVerification? Verification = null)
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Size of <see cref="ModelFormat.Score"/> per row, for a tagger per step; 0 where the file doesn't say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Outputs { get; init; }

    /// <summary>The size of <see cref="ModelFormat.Vector"/>; 0 where the model doesn't give it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int VectorSize { get; init; }

    /// <summary>Whether it gives <see cref="ModelFormat.Attention"/>: of a model of sequences for each step to each other one, of nodes
    /// and graphs for each edge.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasAttention { get; init; }

    /// <summary>Whether it gives <see cref="ModelFormat.PoolingAttention"/>: for each step of a sequence, or each node of a
    /// graph.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasPoolingAttention { get; init; }

    /// <summary>
    /// Steps of the main input for each step of <see cref="ModelFormat.Score"/>, <see cref="ModelFormat.PredictedLabel"/> and
    /// <see cref="ModelFormat.Attention"/>, of which a row of n steps has ⌈n / Subsampling⌉; null where there are as many as it reads.
    /// </summary>
    public int? Subsampling { get; init; }

    /// <summary>The graphs it reads; null for sequences.</summary>
    public ModelGraph? Graph { get; init; }

    /// <summary>For link models, otherwise null.</summary>
    public ModelLinks? Links { get; init; }

    /// <summary>For language models and translators, otherwise null.</summary>
    public ModelGeneration? Generation { get; init; }

    /// <summary>For forecasters, otherwise null.</summary>
    public ModelForecast? Forecast { get; init; }

    /// <summary>Which part of the model the file holds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ModelPart Part { get; init; }

    /// <summary>The file's inputs, all of which must be given; null in files of earlier formats.</summary>
    public IReadOnlyList<ModelTensor>? InputTensors { get; init; }

    /// <summary>The file's outputs; null in files of earlier formats.</summary>
    public IReadOnlyList<ModelTensor>? OutputTensors { get; init; }

    /// <summary>What the file does before and behind the model; null where it is the model alone.</summary>
    public ModelPreparation? Preparation { get; init; }

    /// <summary>Tokenizers that stand before the model; null where nothing is known of any.</summary>
    public IReadOnlyList<ModelTokenizer>? Tokenizers { get; init; }

    /// <summary>What the model is, in the words of whoever exported it; null where nothing was said.</summary>
    public string? Description { get; init; }

    /// <summary>Under which licence it may be used; null where nothing was said.</summary>
    public string? Licence { get; init; }

    /// <summary>The main column.</summary>
    [JsonIgnore]
    public ModelInput Input => Inputs[0];

    /// <summary>The columns beside the main one.</summary>
    [JsonIgnore]
    public IReadOnlyList<ModelInput> Sides => [.. Inputs.Skip(1)];

    /// <summary>Steps of the outputs for so many of the main input.</summary>
    internal int Frames(int steps) => Subsampling is { } each ? (steps + each - 1) / each : steps;

    /// <summary>The columns that it adds, where a row has so many scores.</summary>
    internal ScoreColumns Columns(int width) =>
        new(Task, Labels, width, VectorSize > 0 ? VectorSize : null, IsOfNodesInGraphs, Attentions);

    /// <summary>Whether a row is a graph and there is a prediction for each of its nodes.</summary>
    internal bool IsOfNodesInGraphs => Rows == ModelRows.Graphs && Task.IsPerStep();

    /// <summary>The outputs of attention that it has.</summary>
    internal IReadOnlyList<string> Attentions =>
        [.. HasAttention ? [ModelFormat.Attention] : (string[])[], .. HasPoolingAttention ? [ModelFormat.PoolingAttention] : (string[])[]];

    /// <inheritdoc cref="Columns(int)"/>
    internal ScoreColumns Columns() => Columns(Outputs);

    /// <summary>Reads a model's metadata, including that of earlier versions.</summary>
    /// <param name="metadata">The metadata.</param>
    /// <param name="name">What the model is called in errors, such as the file it is from.</param>
    /// <exception cref="InvalidDataException">It is not a model of MLSeqGraph, or one of an unknown version.</exception>
    public static ModelInfo Read(IReadOnlyDictionary<string, string> metadata, string name)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        var info = metadata.GetValueOrDefault(ModelFormat.FormatKey) switch
        {
            null => throw new InvalidDataException($"{name} is not a model of MLSeqGraph: it has no metadata '{ModelFormat.FormatKey}'."),
            ModelFormat.Version or OldModelInfo.Optional => Entry<ModelInfo>(metadata, name, ModelFormat.ModelKey)
                ?? throw new InvalidDataException($"{name}: the metadata '{ModelFormat.ModelKey}' is missing."),
            OldModelInfo.Version => OldModelInfo.Read(metadata, name),
            var format => throw new InvalidDataException($"{name} is a model of format '{format}'; this version of MLSeqGraph reads "
                + $"formats '{OldModelInfo.Version}' to '{ModelFormat.Version}'."),
        };
        return info.Problem() is { } problem ? throw new InvalidDataException($"{name}: its metadata {problem}.") : info;
    }

    /// <summary>Reads the metadata of a model file that is to be whole.</summary>
    /// <param name="model">The file's bytes.</param>
    /// <param name="name">What the model is called in errors.</param>
    /// <param name="acceptEdited">Whether the content may have another digest than the metadata says.</param>
    /// <exception cref="OnnxFileException">It holds no whole ONNX model.</exception>
    /// <exception cref="InvalidDataException">It is not a model of MLSeqGraph, or its content was changed.</exception>
    public static ModelInfo Load(byte[] model, string name, bool acceptEdited = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(name);
        return new ModelFile(model, name, acceptEdited).Info;
    }

    /// <summary>The metadata to store in the model.</summary>
    /// <exception cref="InvalidOperationException">Parts contradict one another.</exception>
    public IReadOnlyDictionary<string, string> ToMetadata() => Problem() is { } problem
        ? throw new InvalidOperationException($"The description of the model is wrong: it {problem}.")
        : new Dictionary<string, string>
        {
            [ModelFormat.FormatKey] = ModelFormat.Version,
            [ModelFormat.ModelKey] = JsonSerializer.Serialize(this, Json),
        };

    /// <summary>A part of the metadata; null where it is missing.</summary>
    /// <exception cref="InvalidDataException">It can't be read.</exception>
    internal static T? Entry<T>(IReadOnlyDictionary<string, string> metadata, string name, string key) where T : class
    {
        try
        {
            return metadata.TryGetValue(key, out string? json) ? JsonSerializer.Deserialize<T>(json, Json) : null;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{name}: the metadata '{key}' can't be read: {exception.Message}", exception);
        }
    }

    /// <summary>What is wrong with it, or null.</summary>
    internal string? Problem()
    {
        if (Inputs is not { Count: > 0 })
            return "has no inputs";
        for (var i = 0; i < Inputs.Count; i++)
            if (ProblemOf(Inputs[i], isSide: i > 0) is { } wrong)
                return wrong;
        if (Inputs[0].PairInputs >= Inputs.Count)
            return $"has pairs of {Inputs[0].PairInputs} further inputs, of which there are {Inputs.Count - 1}";
        var classes = Labels?.Count ?? 0;
        var scores = classes + Task.ScoresBeside();
        return this switch
        {
            { Versions: null } => "has no versions",
            { VectorSize: < 0 } => $"has vectorSize {VectorSize}, expected at least 1, or none",
            { Subsampling: < 2 } => $"has subsampling {Subsampling}, expected at least 2, or none",
            { Subsampling: not null, Rows: not ModelRows.Sequences } => "has subsampling, but its rows are no sequences",
            { Labels: null } when Task.HasClasses() => $"has no labels, which the task '{Task}' needs",
            { Outputs: < 0 } or { Outputs: 0, Rows: not ModelRows.Sequences } => $"has outputs {Outputs}, expected at least 1",
            { Task: ModelTask.Binary, Outputs: > 1 } => $"has outputs {Outputs}, expected 1 of yes or no",
            { Outputs: > 0 } when Task.HasClasses() && scores != Outputs => $"has {classes} labels for {Outputs} outputs",
            { Graph: null, Rows: not ModelRows.Sequences } => "has no graph",
            { Links: null, Rows: ModelRows.Links } => "has no links",
            { Generation: null, Task: ModelTask.LanguageModel or ModelTask.Translation } => "has no generation",
            { Labels: null, Task: ModelTask.Translation } => "has no labels, the tokens of a translation",
            { Forecast: { } forecast } when forecast.Problem(Outputs) is { } wrong => wrong,
            _ => Labels?.Problem() is { } problem ? $"{problem}, in its labels" : null,
        };
    }

    private static string? ProblemOf(ModelInput? input, bool isSide) =>
        input is null ? "has an input that is null"
        : isSide && string.IsNullOrEmpty(input.Name) ? "has a side input without a name"
        : input.Problem() is { } problem ? $"has the input '{input.InputName}', which {problem}" : null;
}
