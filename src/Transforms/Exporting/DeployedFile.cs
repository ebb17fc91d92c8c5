using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Writes a deployed graph with the metadata that every file has.</summary>
internal static class DeployedFile
{
    /// <param name="graph">The graph, with weights.</param>
    /// <param name="info">What it reads and predicts; its tensors are filled in.</param>
    /// <param name="others">Further entries of the metadata.</param>
    internal static byte[] ToBytes(Graph graph, ModelInfo info, params ReadOnlySpan<(string Key, string Value)> others)
    {
        TensorInfo Info(string name, Value value) => new(name, value.Type, value.Shape);
        info = info.WithTensors(graph.Inputs.Select(input => Info(input.Name, input)),
            graph.Outputs.Select(output => Info(output.Name, output.Value)));
        graph.Description = Describe(info);
        var metadata = info.ToMetadata().ToDictionary();
        foreach (var (key, value) in others)
            metadata[key] = value;
        return OnnxFile.ToBytes(graph, metadata);
    }

    /// <summary>What a graph is, in a sentence for whoever looks at it in a viewer.</summary>
    internal static string Describe(ModelInfo info) =>
        $"{(info.Part == ModelPart.Whole ? "Model" : $"{info.Part} of a model")} of {info.Rows.Name()} for {info.Task}, written by "
        + $"MLSeqGraph {info.Versions.MLSeqGraph}. Reads {Names(info.InputTensors)}. Gives {Names(info.OutputTensors)}."
        + (info.Description is { } text ? $" {text}" : "");

    // What they mean stands in the metadata, beside their types.
    private static string Names(IReadOnlyList<ModelTensor>? tensors) =>
        string.Join(", ", (tensors ?? []).Select(tensor => $"{tensor.Name} {tensor.Shape}"));
}
