using System.Text.Json.Serialization;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>What a deployed model was made with.</summary>
/// <param name="MLSeqGraph">Version of MLSeqGraph.</param>
/// <param name="Opset">ONNX operator set.</param>
/// <param name="OnnxRuntime">Version of ONNX Runtime.</param>
public sealed record ModelVersions(
    [property: JsonPropertyName("mlseqgraph")] string MLSeqGraph, int Opset, [property: JsonPropertyName("onnxruntime")] string OnnxRuntime)
{
    /// <summary>The versions in use.</summary>
    internal static ModelVersions Current { get; } = new(
        Of(typeof(ModelVersions)), OnnxFile.DefaultOpset, Of(typeof(Microsoft.ML.OnnxRuntime.OrtEnv)));

    private static string Of(Type type) => type.Assembly.GetName().Version!.ToString(3);
}
