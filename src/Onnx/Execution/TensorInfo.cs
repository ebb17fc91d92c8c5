using Microsoft.ML.OnnxRuntime;

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

    /// <summary>A session's inputs, the optional ones last, and outputs.</summary>
    /// <exception cref="OnnxFileException">One is no tensor of a known type.</exception>
    internal static (TensorInfo[] Inputs, TensorInfo[] Outputs) Of(InferenceSession session)
    {
        var unnamed = 0;
        return ([.. session.InputNames.Select(name => Describe(name, session.InputMetadata[name], false)),
            .. session.OverridableInitializerMetadata.Select(input => Describe(input.Key, input.Value, true))],
            [.. session.OutputNames.Select(name => Describe(name, session.OutputMetadata[name], false))]);

        TensorInfo Describe(string name, NodeMetadata node, bool optional)
        {
            if (!node.IsTensor || !Enum.IsDefined((ElementType)node.ElementDataType))
                throw new OnnxFileException(session.ModelMetadata.GraphName,
                    $"'{name}' is {(node.IsTensor ? $"a tensor of {node.ElementDataType}" : $"of kind {node.OnnxValueType}")}, which is "
                        + "not supported");
            var dims = node.Dimensions
                .Zip(node.SymbolicDimensions, (size, symbol) => size >= 0 ? (Dim)size : symbol.Length > 0 ? symbol : $"?{unnamed++}");
            return new(name, (ElementType)node.ElementDataType, [.. dims], optional);
        }
    }
}
