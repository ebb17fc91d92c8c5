namespace MLSeqGraph.Onnx.Generation;

/// <summary>One sequence to generate.</summary>
public sealed record GenerationRequest
{
    /// <summary>The encoder's tokens; null for a decoder alone.</summary>
    public IReadOnlyList<long>? Source { get; init; }

    /// <summary>The tokens the sequence begins with, fed as they are; null for the decoder's start token alone.</summary>
    public IReadOnlyList<long>? Prompt { get; init; }

    /// <summary>Seed of this sequence's samples; null for that of the options.</summary>
    public int? Seed { get; init; }
}

/// <summary>How tokens are drawn: softmax(logits / temperature) over the tokens that both limits leave.</summary>
public sealed record SamplingOptions
{
    /// <summary>Divides the logits: below 1 probable tokens become more probable.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>How many of the most probable tokens to draw from; null for all (Fan et al. 2018).</summary>
    public int? TopK { get; init; }

    /// <summary>Draws from the fewest of the most probable tokens whose probabilities sum to at least this (Holtzman et al. 2020); in (0, 1].</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Seed. Each sequence has its own draws from it, whatever else is in the batch: equal requests give equal sequences.</summary>
    public int Seed { get; init; }
}

/// <summary>How long sequences become and how their tokens are chosen.</summary>
public sealed record GenerationOptions
{
    /// <summary>Draws tokens; null takes the most probable one.</summary>
    public SamplingOptions? Sampling { get; init; }

    /// <summary>Tokens to generate before a sequence may end.</summary>
    public int MinimumTokens { get; init; }

    /// <summary>Tokens to generate at most, a token that ends the sequence among them. The decoder's maximum positions hold as well.</summary>
    public int MaximumTokens { get; init; } = 128;

    /// <summary>Tokens that end a sequence besides the decoder's own end tokens.</summary>
    public IReadOnlyList<long> StopTokens { get; init; } = [];

    /// <summary>Whether to hand out the decoder's <c>attention</c> over the source with each token.</summary>
    public bool WithAttention { get; init; }

    /// <exception cref="ArgumentException">An option is out of its range; the message names it, its value and the range.</exception>
    internal void Check(long vocabulary)
    {
        if (Sampling is { } sampling)
        {
            if (!(sampling.Temperature > 0) || double.IsInfinity(sampling.Temperature))
                throw new ArgumentException($"Temperature is {sampling.Temperature}; expected a number above 0. Greedy decoding takes no sampling at all.");
            if (!(sampling.TopP > 0 && sampling.TopP <= 1))
                throw new ArgumentException($"TopP is {sampling.TopP}; expected a number above 0 and at most 1.");
            if (sampling.TopK < 1)
                throw new ArgumentException($"TopK is {sampling.TopK}; expected at least 1.");
        }
        if (MinimumTokens < 0 || MaximumTokens < 1 || MinimumTokens > MaximumTokens)
            throw new ArgumentException($"MinimumTokens is {MinimumTokens} and MaximumTokens is {MaximumTokens}; expected 0 or more and 1 or more, the minimum not above the maximum.");
        foreach (var token in StopTokens)
            if (token < 0 || token >= vocabulary)
                throw new ArgumentException($"Stop token {token} is outside the vocabulary of {vocabulary} tokens.");
    }
}

/// <summary>How a beam is searched.</summary>
public sealed record BeamOptions
{
    /// <summary>How many unfinished hypotheses of a sequence go on from step to step; at most as many as there are tokens.</summary>
    public int Width { get; init; } = 4;

    /// <summary>
    /// α of the length penalty ((5 + length) / 6)^α that divides a hypothesis's log probability (Wu et al. 2016, eq. 14);
    /// the length counts the generated tokens, an end token among them. 0 for no penalty.
    /// </summary>
    public double LengthPenalty { get; init; }

    /// <summary>How many hypotheses of a sequence to return, best first; at most <see cref="Width"/>.</summary>
    public int Results { get; init; } = 1;

    internal double Score(double logProbability, int length) => logProbability / Math.Pow((5 + length) / 6.0, LengthPenalty);

    /// <summary>The best score that a hypothesis can still reach: its log probability only falls and the penalty is monotone.</summary>
    internal double Bound(double logProbability, int length, int maximum) =>
        Math.Max(Score(logProbability, Math.Min(length + 1, maximum)), Score(logProbability, maximum));
}

/// <summary>A generated token.</summary>
/// <param name="Token">Its number.</param>
/// <param name="Index">Its place among the generated tokens, from 0.</param>
/// <param name="LogProbability">The logarithm of its probability under the model, softmax(logits), whatever it was drawn from.</param>
/// <param name="Attention">Weights of the source's positions [source], where asked for.</param>
public readonly record struct GeneratedToken(long Token, int Index, double LogProbability, float[]? Attention = null);

/// <summary>A generated sequence.</summary>
/// <param name="Tokens">The generated tokens, without the prompt and without the token that ended the sequence.</param>
/// <param name="LogProbability">The sum of the tokens' log probabilities, that of the ending token included.</param>
/// <param name="Score">The log probability divided by the length penalty, where there is one.</param>
/// <param name="FinishedBy">The token that ended the sequence; null where it is as long as allowed.</param>
/// <param name="Attention">Weights of the source's positions [source] for each token, where asked for.</param>
public sealed record GeneratedSequence(IReadOnlyList<long> Tokens, double LogProbability, double Score, long? FinishedBy, IReadOnlyList<float[]>? Attention = null);
