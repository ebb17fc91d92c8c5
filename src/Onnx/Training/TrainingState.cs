namespace MLSeqGraph.Onnx;

/// <summary>Everything a training run's next steps depend on.</summary>
/// <param name="Steps">Steps taken.</param>
/// <param name="Tensors">Parameters and optimizer states by name.</param>
public sealed record TrainingState(long Steps, IReadOnlyDictionary<string, float[]> Tensors);
