namespace MLSeqGraph.Onnx;

/// <summary>An input or output of a model.</summary>
/// <param name="Name">Name.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Shape; a dimension without size or name in the model has a name that starts with '?'.</param>
/// <param name="IsOptional">For an input: whether it may be left out, since the model holds a default.</param>
public sealed record TensorInfo(string Name, ElementType Type, Shape Shape, bool IsOptional = false)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Type} {Shape}{(IsOptional ? " (optional)" : "")}";
}
