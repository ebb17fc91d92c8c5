using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLSeqGraph.Transforms;

/// <summary>What a deployed model's metadata says (<see cref="SequenceModelFormat"/>).</summary>
/// <param name="Task">What the model predicts.</param>
/// <param name="Input">The column it reads.</param>
/// <param name="Labels">Its classes; null for binary classification. For regression the names of several outputs, or null.</param>
/// <param name="Versions">What it was made with.</param>
/// <param name="Verification">How it was compared with the trained network; null where it was not.</param>
public sealed record SequenceModelInfo(
    SequenceTask Task, SequenceModelInput Input, SequenceModelLabels? Labels, SequenceModelVersions Versions,
    SequenceModelVerification? Verification = null)
{
    /// <summary>Further columns that it reads.</summary>
    public IReadOnlyList<SequenceModelInput> Sides { get; init; } = [];

    /// <summary>The size of <see cref="SequenceModelFormat.Vector"/>; 0 where the model doesn't give it.</summary>
    public int VectorSize { get; init; }

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Reads a model's metadata.</summary>
    /// <param name="metadata">The metadata.</param>
    /// <param name="name">What the model is called in errors, such as the file it is from.</param>
    /// <exception cref="InvalidDataException">It is not a sequence model of MLSeqGraph, or of a version unknown here.</exception>
    public static SequenceModelInfo Read(IReadOnlyDictionary<string, string> metadata, string name)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (!metadata.TryGetValue(SequenceModelFormat.FormatKey, out string? format))
            throw new InvalidDataException($"{name} is not a model of MLSeqGraph: it has no metadata '{SequenceModelFormat.FormatKey}'.");
        if (format != SequenceModelFormat.Version)
        {
            throw new InvalidDataException($"{name} is a model of format '{format}'; this version of MLSeqGraph reads format "
                + $"'{SequenceModelFormat.Version}'.");
        }

        string taskName = metadata.GetValueOrDefault(SequenceModelFormat.TaskKey, "");
        if (!SequenceTasks.TryParse(taskName, out var task))
            throw new InvalidDataException($"{name} is a model for the task '{taskName}', expected one of {SequenceTasks.AllNames}.");
        var info = new SequenceModelInfo(task,
            Part<SequenceModelInput>(metadata, name, SequenceModelFormat.InputKey) ?? throw Missing(name, SequenceModelFormat.InputKey),
            Part<SequenceModelLabels>(metadata, name, SequenceModelFormat.LabelsKey),
            Part<SequenceModelVersions>(metadata, name, SequenceModelFormat.VersionsKey)
                ?? throw Missing(name, SequenceModelFormat.VersionsKey),
            Part<SequenceModelVerification>(metadata, name, SequenceModelFormat.VerificationKey))
        {
            VectorSize = int.TryParse(metadata.GetValueOrDefault(SequenceModelFormat.VectorKey), CultureInfo.InvariantCulture,
                out var size) ? size : 0,
            Sides = Part<SequenceModelInput[]>(metadata, name, SequenceModelFormat.SidesKey) ?? [],
        };
        info.Check(problem => new InvalidDataException($"{name}: {problem}."));
        return info;
    }

    /// <summary>The metadata to store in the model.</summary>
    /// <exception cref="InvalidOperationException">Parts contradict one another.</exception>
    public IReadOnlyDictionary<string, string> ToMetadata()
    {
        Check(problem => new InvalidOperationException($"The description of the model is wrong: {problem}."));
        var metadata = new Dictionary<string, string>
        {
            [SequenceModelFormat.FormatKey] = SequenceModelFormat.Version,
            [SequenceModelFormat.TaskKey] = Task.Name(),
            [SequenceModelFormat.InputKey] = JsonSerializer.Serialize(Input, Json),
            [SequenceModelFormat.VersionsKey] = JsonSerializer.Serialize(Versions, Json),
        };
        if (VectorSize > 0)
            metadata[SequenceModelFormat.VectorKey] = VectorSize.ToString(CultureInfo.InvariantCulture);
        if (Sides.Count > 0)
            metadata[SequenceModelFormat.SidesKey] = JsonSerializer.Serialize(Sides, Json);
        if (Labels is not null)
            metadata[SequenceModelFormat.LabelsKey] = JsonSerializer.Serialize(Labels, Json);
        if (Verification is not null)
            metadata[SequenceModelFormat.VerificationKey] = JsonSerializer.Serialize(Verification, Json);
        return metadata;
    }

    private void Check(Func<string, Exception> error)
    {
        if (Input.Problem() is { } wrongInput)
            throw error($"'{SequenceModelFormat.InputKey}' {wrongInput}");
        foreach (var side in Sides)
            if (side is null || side.Name is null || side.Problem() is not null)
                throw error($"'{SequenceModelFormat.SidesKey}' {side?.Problem() ?? "has an input without a name"}");
        if (Labels?.Problem() is { } wrongLabels)
            throw error($"'{SequenceModelFormat.LabelsKey}' {wrongLabels}");
        if (Labels is null && Task.HasClasses())
            throw error($"'{SequenceModelFormat.LabelsKey}' is missing, which the task '{Task.Name()}' needs");
    }

    private static T? Part<T>(IReadOnlyDictionary<string, string> metadata, string name, string key) where T : class
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

    private static InvalidDataException Missing(string name, string key) => new($"{name}: the metadata '{key}' is missing.");
}
