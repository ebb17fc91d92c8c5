namespace MLSeqGraph.Trainers;

/// <summary>How well a language model predicts texts.</summary>
/// <param name="NatsPerToken">Mean negative log-likelihood of a token given those before it, in nats.</param>
/// <param name="TokenAccuracy">Share of tokens that were the likeliest.</param>
/// <param name="Tokens">Tokens predicted.</param>
public sealed record LanguageModelMetrics(double NatsPerToken, double TokenAccuracy, long Tokens)
{
    /// <summary>exp(<see cref="NatsPerToken"/>).</summary>
    public double Perplexity => Math.Exp(NatsPerToken);

    /// <summary><see cref="NatsPerToken"/> / ln 2.</summary>
    public double BitsPerToken => NatsPerToken / Math.Log(2);
}
