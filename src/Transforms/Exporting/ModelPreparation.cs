using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>What a file does before and behind its model, since a whole pipeline was exported.</summary>
/// <param name="Steps">What is done with columns, a line a step.</param>
/// <param name="Rows">On how many rows it was compared with the pipeline.</param>
/// <param name="LargestDifference">The largest difference of a score from the pipeline's, relative to max(1, |score|).</param>
/// <param name="Precision">How the weights are stored.</param>
/// <param name="OtherLabels">How many labels differ from the pipeline's; 0 unless weights are stored in fewer bits.</param>
public sealed record ModelPreparation(
    IReadOnlyList<string> Steps, int Rows = 0, double LargestDifference = 0, Precision Precision = Precision.Single,
    int OtherLabels = 0)
{
    /// <summary>By what columns are normalized in the file; null where none is.</summary>
    public IReadOnlyDictionary<string, ModelScaling>? Scalings { get; init; }
}
