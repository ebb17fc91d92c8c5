using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLSeqGraph.Onnx;

/// <summary>What a model that acts step by step says of its inputs, in its metadata under <see cref="Key"/>.</summary>
/// <param name="States">The input of states, Float [batch, steps, features] or Int64 [batch, steps].</param>
/// <param name="Actions">The input of the actions before each step: Int64 [batch, steps], from 1, or Float [batch, steps, numbers].</param>
/// <param name="Returns">The input of returns to go, Float [batch, steps, 1]; null for a model that clones behaviour.</param>
/// <param name="Times">The input of the steps' times, Float [batch, steps, 1]; null where steps are counted.</param>
public sealed record DecisionInfo(string States, string Actions, string? Returns = null, string? Times = null)
{
    /// <summary>The lowest return of the training trajectories; null where none is asked for.</summary>
    public float? LowestReturn { get; init; }

    /// <summary>The highest return of the training trajectories; null where none is asked for.</summary>
    public float? HighestReturn { get; init; }

    /// <summary>Whether an action is one of several; otherwise it is numbers.</summary>
    public bool IsDiscrete { get; init; }

    /// <summary>The most steps of a trajectory; null for any number.</summary>
    public int? MaximumSteps { get; init; }

    /// <summary>The metadata's key.</summary>
    public const string Key = "mlseqgraph.decisions";

    /// <summary>The JSON to store.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DecisionJson.Default.DecisionInfo);

    /// <summary>Reads the description from a model's metadata.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is not what <see cref="ToJson"/> writes.</exception>
    public static DecisionInfo FromMetadata(IReadOnlyDictionary<string, string> metadata) =>
        MetadataJson.Read(metadata, Key, DecisionJson.Default.DecisionInfo,
            info => info is { States: not null, Actions: not null } ? null : "it names no states or actions")
        ?? throw new InvalidDataException($"The model's metadata has no '{Key}'; expected a file that ExportStepsToOnnx wrote.");
}

/// <summary>Reads and writes without reflection, for programs compiled ahead of time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(DecisionInfo))]
internal sealed partial class DecisionJson : JsonSerializerContext;
