using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLSeqGraph.Onnx;

/// <summary>A decoder model's description of generation, in its metadata under <see cref="Key"/>.</summary>
/// <param name="StartToken">The token that a sequence starts with; null where a prompt must be given.</param>
/// <param name="EndTokens">Tokens that end a sequence.</param>
/// <param name="MaximumPositions">The most tokens per sequence, prompt and start included; null for any number.</param>
/// <param name="MaximumSource">The most tokens per source; null for any number.</param>
/// <param name="SuppressedTokens">Tokens that are never written.</param>
/// <param name="SourceVocabulary">Tokens of a source are from 0 to below this; null where the encoder doesn't say.</param>
public sealed record GenerationInfo(
    long? StartToken = null, IReadOnlyList<long>? EndTokens = null, int? MaximumPositions = null, int? MaximumSource = null,
        IReadOnlyList<long>? SuppressedTokens = null,
    int? SourceVocabulary = null)
{
    /// <summary>
    /// The id that pads shorter sources, from which the encoder counts tokens itself; null where it takes <c>source_lengths</c>, or sources
    /// of one length. An unknown token that would look like padding is given as −1.
    /// </summary>
    public long? SourcePadding { get; init; }

    /// <summary>
    /// The largest useful <c>max_length</c> for a model that decodes by itself; null where it isn't given.
    /// </summary>
    public int? MaximumLength { get; init; }

    /// <summary>The metadata's key.</summary>
    public const string Key = "mlseqgraph.generation";

    /// <summary>The JSON to store.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, GenerationJson.Default.GenerationInfo);

    /// <summary>Reads the description from a model's metadata; without one there is no start token, no end token and no limits.</summary>
    /// <exception cref="InvalidDataException">The text is not what <see cref="ToJson"/> writes.</exception>
    public static GenerationInfo FromMetadata(IReadOnlyDictionary<string, string> metadata) =>
        MetadataJson.Read(metadata, Key, GenerationJson.Default.GenerationInfo, _ => null) ?? new();
}

/// <summary>Reads and writes without reflection, for programs compiled ahead of time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GenerationInfo))]
internal sealed partial class GenerationJson : JsonSerializerContext;
