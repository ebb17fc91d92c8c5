namespace MLSeqGraph.Transforms;

/// <summary>How text is cut into tokens.</summary>
public enum TextTokenizerKind
{
    /// <summary>Words and punctuation: <see cref="TextTokenizer.Words"/>.</summary>
    Words,

    /// <summary>Unicode characters: <see cref="TextTokenizer.Characters"/>.</summary>
    Characters,

    /// <summary>Byte pairs: <see cref="TextTokenizer.BytePairEncoding"/>.</summary>
    BytePairEncoding,
}

/// <summary>What happens to a text with more tokens than allowed.</summary>
public enum TooLongText
{
    /// <summary>An error.</summary>
    Error,

    /// <summary>The last tokens are left out; start and end tokens stay.</summary>
    Truncate,
}

/// <summary>Options of <see cref="TextTransformsCatalog.TokenizeText(Microsoft.ML.TransformsCatalog, string, string?, TextTokenizationOptions?)"/>.</summary>
public sealed record TextTokenizationOptions
{
    /// <summary>A tokenizer that is there already; without it one is built from the columns.</summary>
    public TextTokenizer? Tokenizer { get; init; }

    /// <summary>The kind of tokenizer to build.</summary>
    public TextTokenizerKind Kind { get; init; }

    /// <summary>The largest vocabulary to build, special tokens included; null for any, which for byte pairs is 8000.</summary>
    public int? MaximumSize { get; init; }

    /// <summary>Rarer words or characters are unknown, rarer pairs of bytes stay apart; null for 1, for byte pairs 2.</summary>
    public int? MinimumCount { get; init; }

    /// <summary>Whether words lose their case; for <see cref="TextTokenizerKind.Words"/> only.</summary>
    public bool Lowercase { get; init; }

    /// <summary>The special tokens of the vocabulary to build.</summary>
    public SpecialTokens SpecialTokens { get; init; } = new();

    /// <summary>Whether each sequence begins with the start token.</summary>
    public bool AddStart { get; init; }

    /// <summary>Whether each sequence ends with the end token.</summary>
    public bool AddEnd { get; init; }

    /// <summary>The most tokens a sequence may have, start and end included; null for any number.</summary>
    public int? MaximumLength { get; init; }

    /// <summary>What happens to longer ones.</summary>
    public TooLongText TooLong { get; init; }
}
