namespace MLSeqGraph.Trainers;

/// <summary>How well tokens were foreseen: <see cref="EvaluationExtensions.EvaluateLanguageModel"/>.</summary>
public sealed class PerplexityMetrics
{
    internal PerplexityMetrics(double nats, long tokens, long missing, long sequences) =>
        (NatsPerToken, TokenCount, MissingTokenCount, SequenceCount) = (nats / tokens, tokens, missing, sequences);

    /// <summary>−Σ ln p / tokens: the cross-entropy in nats. Infinite where a token had no probability at all.</summary>
    public double NatsPerToken { get; }

    /// <summary>−Σ log₂ p / tokens: the cross-entropy in bits.</summary>
    public double BitsPerToken => NatsPerToken / Math.Log(2);

    /// <summary>exp(<see cref="NatsPerToken"/>) (Jelinek et al. 1977): as if each token were one of so many, all as likely.</summary>
    public double Perplexity => Math.Exp(NatsPerToken);

    /// <summary>Tokens that count.</summary>
    public long TokenCount { get; }

    /// <summary>Tokens whose key is missing, which count for nothing; 0 where log-probabilities were given.</summary>
    public long MissingTokenCount { get; }

    /// <summary>Sequences: rows.</summary>
    public long SequenceCount { get; }

    /// <summary>A table: a line per metric.</summary>
    public override string ToString() => MetricsText.Table(["tokens", MetricsText.Format(TokenCount)],
    [
        ["perplexity", MetricsText.Format(Perplexity)],
        ["nats per token", MetricsText.Format(NatsPerToken)],
        ["bits per token", MetricsText.Format(BitsPerToken)],
    ]) + $"{SequenceCount} sequences; {MissingTokenCount} tokens missing\n";
}
