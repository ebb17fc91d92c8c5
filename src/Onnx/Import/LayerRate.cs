namespace MLSeqGraph.Onnx;

/// <summary>How fast some weights of an imported model are trained.</summary>
/// <param name="Pattern">Names of weights, with <c>*</c> for any text, such as <c>embeddings.*</c>.</param>
/// <param name="Factor">The factor of the learning rate, above 0.</param>
public sealed record LayerRate(string Pattern, float Factor);
