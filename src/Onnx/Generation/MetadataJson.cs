using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MLSeqGraph.Onnx;

/// <summary>What models say of themselves as JSON in their metadata.</summary>
internal static class MetadataJson
{
    /// <summary>Reads a description; null where there is none.</summary>
    /// <param name="metadata">The model's metadata.</param>
    /// <param name="key">Where it stands.</param>
    /// <param name="type">Reads the JSON.</param>
    /// <param name="lacks">What the description lacks; null where it lacks nothing.</param>
    /// <exception cref="InvalidDataException">The text isn't such a description, or lacks something.</exception>
    internal static T? Read<T>(IReadOnlyDictionary<string, string> metadata, string key, JsonTypeInfo<T> type, Func<T, string?> lacks)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (!metadata.TryGetValue(key, out var json))
            return null;
        InvalidDataException Unread(string why, Exception? inner = null) =>
            new($"The model's metadata '{key}' can't be read: {why}", inner);
        try
        {
            var read = JsonSerializer.Deserialize(json, type) ?? throw Unread("it is null");
            return lacks(read) is { } missing ? throw Unread(missing) : read;
        }
        catch (JsonException exception)
        {
            throw Unread(exception.Message, exception);
        }
    }
}
