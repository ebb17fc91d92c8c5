namespace MLSeqGraph.Onnx;

/// <summary>A sequence that a model wrote.</summary>
/// <param name="Tokens">The tokens, without start, prompt and end.</param>
/// <param name="LogProbability">The sum of the tokens' log-probabilities under the model, including the end token's, in nats.</param>
/// <param name="Score">The value that it is ranked by: the log-probability, with beams divided by the length penalty.</param>
/// <param name="Ended">Whether an end token was written; otherwise it was cut at the maximum length.</param>
/// <param name="Attention">
/// The attention of each token, the end token included, to the source: [tokens][source]; null where it wasn't kept or the model has none.
/// </param>
public sealed record GeneratedSequence(long[] Tokens, double LogProbability, double Score, bool Ended,
    IReadOnlyList<float[]>? Attention = null);
