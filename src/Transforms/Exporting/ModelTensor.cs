using System.Text.Json;
using System.Text.Json.Serialization;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>An input or output of a model's file, as its metadata describes it to whoever calls it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its sizes, in the metadata numbers, and names where any size is taken: the same name is the same size.</param>
/// <param name="Meaning">What it holds, in words.</param>
public sealed record ModelTensor(
    string Name, ElementType Type, [property: JsonConverter(typeof(ShapeConverter))] Shape Shape, string Meaning)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Type} {Shape}, {Meaning}";
}

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
