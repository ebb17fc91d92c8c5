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

/// <summary>A token of a sequence that is being written.</summary>
/// <param name="Token">The token.</param>
/// <param name="LogProbability">Its log-probability given the previous tokens.</param>
/// <param name="IsEnd">Whether it ends the sequence.</param>
public readonly record struct GeneratedToken(long Token, double LogProbability, bool IsEnd);
