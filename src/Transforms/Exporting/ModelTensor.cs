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
