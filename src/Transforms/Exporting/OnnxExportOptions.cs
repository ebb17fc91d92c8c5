using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>How models are written as ONNX files.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>What the model is, for the metadata and the graph's doc string; null for nothing.</summary>
    public string? Description { get; init; }

    /// <summary>Under which licence the model may be used, for the metadata; null for nothing.</summary>
    public string? Licence { get; init; }

    /// <summary>
    /// Whether <c>mlseqgraph.json</c> is written beside the file: what its metadata says, for runtimes that don't show it, such as those of
    /// JavaScript. One that stands there is replaced, so each model needs a folder of its own.
    /// </summary>
    public bool WritesJson { get; init; }

    /// <summary>
    /// ONNX operator set, from 17 to <see cref="OnnxFile.LastOpset"/>; null for the one that the model was made with, or the first that
    /// knows its operators.
    /// </summary>
    public int? Opset { get; init; }

    /// <summary>
    /// In which numbers large weights are kept. Other than <see cref="Precision.Single"/> it needs rows to compare the file on, so only
    /// <see cref="MLSeqGraphModels.ExportToOnnx"/> takes it; transformers of a single model have an overload with rows.
    /// </summary>
    public Precision Precision { get; init; }
}
