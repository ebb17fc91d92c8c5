namespace MLSeqGraph.Onnx;

/// <summary>When a generated sequence ends, and whether attention is kept.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most tokens to write, the end token included. 100 by default.</summary>
    public int MaximumLength { get; init; } = 100;

    /// <summary>The fewest tokens before the end token, 0 by default.</summary>
    public int MinimumLength { get; init; }

    /// <summary>Tokens that end a sequence; null, the default, for the model's own.</summary>
    public IReadOnlyList<long>? EndTokens { get; init; }

    /// <summary>
    /// Whether the decoder's attention is kept, a row per token: to the source or, for a model without one, to the prompt and the
    /// tokens so far. False by default.
    /// </summary>
    public bool KeepAttention { get; init; }

    internal void Check()
    {
        Require(MaximumLength >= 1, nameof(MaximumLength), MaximumLength, "at least 1");
        Require(MinimumLength >= 0
            && MinimumLength <= MaximumLength, nameof(MinimumLength), MinimumLength, $"0 to {MaximumLength}, the maximum length");
    }

    internal static void Require(bool holds, string option, object? found, string expected)
    {
        if (!holds)
            throw new ArgumentException(FormattableString.Invariant($"{option} is {found}; expected {expected}."), option);
    }
}

/// <summary>How tokens are drawn at random from the model's probabilities.</summary>
public sealed record SamplingOptions
{
    /// <summary>
    /// Logits are divided by this number, which is above 0 and by default 1: below 1 more likely tokens are drawn more often, above 1 less
    /// often. For always the most likely token, generate greedily.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>How many of the most likely tokens can be drawn (Fan et al. 2018); null, the default, for all.</summary>
    public int? TopK { get; init; }

    /// <summary>
    /// Only the most likely tokens whose probabilities add up to this can be drawn (Holtzman et al. 2020); above 0, at most 1, the
    /// default.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>Decides the draws. Each row has its own draws, which don't depend on the other rows.</summary>
    public int Seed { get; init; }

    internal void Check()
    {
        GenerationOptions.Require(Temperature > 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature,
            "a finite number above 0 (generate greedily for the likeliest token)");
        GenerationOptions.Require(TopK is null or >= 1, nameof(TopK), TopK, "at least 1, or null");
        GenerationOptions.Require(TopP is > 0 and <= 1, nameof(TopP), TopP, "above 0 and at most 1");
    }
}

/// <summary>How beam search runs.</summary>
public sealed record BeamOptions
{
    /// <summary>
    /// Sequences kept at every step, 5 by default. If it is more than the vocabulary has tokens, there are fewer at first.
    /// </summary>
    public int Width { get; init; } = 5;

    /// <summary>
    /// α of the length penalty ((5 + length) / 6)^α that log-probabilities are divided by (Wu et al. 2016, equation 14), 0.6 by
    /// default; 0 for none.
    /// </summary>
    public double LengthPenalty { get; init; } = 0.6;

    /// <summary>Sequences to return for each row, best first. 1 by default.</summary>
    public int Best { get; init; } = 1;

    internal void Check()
    {
        GenerationOptions.Require(Width >= 1, nameof(Width), Width, "at least 1");
        GenerationOptions.Require(LengthPenalty >= 0
            && double.IsFinite(LengthPenalty), nameof(LengthPenalty), LengthPenalty, "a finite number of at least 0");
        GenerationOptions.Require(Best >= 1 && Best <= Width, nameof(Best), Best, $"1 to {Width}, the beam's width");
    }

    /// <summary>The value that a sequence is ranked by.</summary>
    internal double Score(double logProbability, int length) => logProbability / Math.Pow((5.0 + length) / 6, LengthPenalty);
}

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

/// <summary>A token of a sequence that is being written.</summary>
/// <param name="Token">The token.</param>
/// <param name="LogProbability">Its log-probability given the previous tokens.</param>
/// <param name="IsEnd">Whether it ends the sequence.</param>
public readonly record struct GeneratedToken(long Token, double LogProbability, bool IsEnd);
