using System.Text.Json;

namespace MLSeqGraph.Onnx.Generation;

/// <summary>What a decoder model says about its tokens, as JSON under <see cref="Key"/> in its ONNX metadata.</summary>
public sealed record GenerationMetadata
{
    /// <summary>The entry's key in the model's metadata.</summary>
    public const string Key = "mlseqgraph.generation";

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>The token that a generation without a prompt starts with; null where the model has none.</summary>
    public long? StartToken { get; init; }

    /// <summary>The tokens that end a sequence.</summary>
    public IReadOnlyList<long> EndTokens { get; init; } = [];

    /// <summary>The token that fills rows of a batch behind their end; null for token 0, which then means nothing there.</summary>
    public long? PadToken { get; init; }

    /// <summary>How many tokens may be fed to the decoder; null for any number.</summary>
    public long? MaximumPositions { get; init; }

    /// <summary>The number of tokens the encoder knows; null where it isn't told.</summary>
    public long? SourceVocabularySize { get; init; }

    /// <summary>The tokens' texts, in the order of their numbers; null where they aren't told.</summary>
    public IReadOnlyList<string>? Vocabulary { get; init; }

    /// <summary>The JSON for the metadata of a model.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>Reads the entry of a model's metadata.</summary>
    /// <exception cref="FormatException">There is no such entry, or it holds something else.</exception>
    public static GenerationMetadata Read(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(Key, out var json))
            throw new FormatException($"The decoder's metadata has no '{Key}'. Found: {(metadata.Count == 0 ? "none" : string.Join(", ", metadata.Keys.Select(key => $"'{key}'")))}.");
        try
        {
            return JsonSerializer.Deserialize<GenerationMetadata>(json, Format) ?? throw new FormatException($"The decoder's metadata '{Key}' is null.");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"The decoder's metadata '{Key}' can't be read: {exception.Message}", exception);
        }
    }
}
