using System.Text.Json;
using System.Text.Json.Serialization;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Reads and writes shapes as arrays of numbers and names.</summary>
internal sealed class ShapeConverter : JsonConverter<Shape>
{
    public override Shape Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("a shape must be an array of numbers and names");
        List<Dim> dims = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            dims.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var size) && size >= 0 ? size
                : reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 0 } name ? name
                : throw new JsonException("a size must be a number from 0 or a name"));
        return [.. dims];
    }

    public override void Write(Utf8JsonWriter writer, Shape value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var dim in value)
            if (dim.IsKnown)
                writer.WriteNumberValue(dim.Size);
            else
                writer.WriteStringValue(dim.ToString());
        writer.WriteEndArray();
    }
}
