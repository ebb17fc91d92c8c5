namespace MLSeqGraph.Trainers;

/// <summary>
/// How well tokens were predicted: <see cref="EvaluationExtensions.EvaluateLanguageModel"/> and
/// <see cref="LanguageModelTransformer.Evaluate"/>.
/// </summary>
public sealed class LanguageModelMetrics
{
    internal LanguageModelMetrics(double nats, double accuracy, long tokens, long missing, long sequences) =>
        (NatsPerToken, TokenAccuracy, TokenCount, MissingTokenCount, SequenceCount) = (nats / tokens, accuracy, tokens, missing, sequences);

    /// <summary>−Σ ln p / tokens: the cross-entropy in nats. Infinite where a token had probability 0.</summary>
    public double NatsPerToken { get; }

    /// <summary>−Σ log₂ p / tokens: the cross-entropy in bits.</summary>
    public double BitsPerToken => NatsPerToken / Math.Log(2);

    /// <summary>
    /// exp(<see cref="NatsPerToken"/>) (Jelinek et al. 1977): the number of equally likely tokens with the same cross-entropy.
    /// </summary>
    public double Perplexity => Math.Exp(NatsPerToken);

    /// <summary>Share of tokens that were the most likely at their step; NaN where only log-probabilities of tokens were given.</summary>
    public double TokenAccuracy { get; }

    /// <summary>The number of tokens that count.</summary>
    public long TokenCount { get; }

    /// <summary>The number of tokens whose key is missing, which don't count; 0 where log-probabilities were given.</summary>
    public long MissingTokenCount { get; }

    /// <summary>The number of sequences (rows).</summary>
    public long SequenceCount { get; }

    /// <summary>A table: a line per metric.</summary>
    public override string ToString() => MetricsText.Table(["tokens", MetricsText.Format(TokenCount)],
    [
        ["perplexity", MetricsText.Format(Perplexity)],
        ["nats per token", MetricsText.Format(NatsPerToken)],
        ["bits per token", MetricsText.Format(BitsPerToken)],
        .. double.IsNaN(TokenAccuracy) ? (string[][])[] : [["token accuracy", MetricsText.Format(TokenAccuracy)]],
    ]) + $"{SequenceCount} sequences; {MissingTokenCount} tokens missing\n";
}
