using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLSeqGraph.Onnx;

/// <summary>
/// What a model that draws series step by step says of itself, in its metadata under <see cref="Key"/>. Its output <c>Score</c>, Float
/// [batch, time, numbers], describes the distribution of each step: see <c>docs/generation.md</c>.
/// </summary>
/// <param name="Series">The input of the steps before, Float [batch, time, features]; whatever it is at the first step is left out.</param>
/// <param name="Text">The input of what is to be written, Int64 [batch, tokens], 0 for padding; null where nothing is given.</param>
/// <param name="BinaryFeatures">How many of the features, the last ones, are 0 or 1.</param>
/// <param name="Components">Normal distributions in the mixture.</param>
public sealed record SeriesGenerationInfo(string Series, string? Text, int BinaryFeatures, int Components)
{
    /// <summary>Tokens of the text are above 0 and below this; 0 without a text.</summary>
    public int TokenCount { get; init; }

    /// <summary>The metadata's key.</summary>
    public const string Key = "mlseqgraph.series_generation";

    /// <summary>The JSON to store.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SeriesGenerationJson.Default.SeriesGenerationInfo);

    /// <summary>Reads the description from a model's metadata.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is not what <see cref="ToJson"/> writes.</exception>
    public static SeriesGenerationInfo FromMetadata(IReadOnlyDictionary<string, string> metadata) =>
        MetadataJson.Read(metadata, Key, SeriesGenerationJson.Default.SeriesGenerationInfo,
            info => info is { Series: not null, BinaryFeatures: >= 0, Components: >= 1 } ? null
                : "it names no series, or less than one component")
        ?? throw new InvalidDataException($"The model's metadata has no '{Key}'; expected a file that ExportStepsToOnnx wrote of a model "
            + "that draws series.");
}

/// <summary>Reads and writes without reflection, for programs compiled ahead of time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SeriesGenerationInfo))]
internal sealed partial class SeriesGenerationJson : JsonSerializerContext;
