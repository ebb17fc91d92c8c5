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
public enum TextTruncation
{
    /// <summary>It is an error.</summary>
    None,

    /// <summary>Tokens at its end are left out; begin and end tokens stay.</summary>
    End,
}

/// <summary>
/// Options of <see cref="MLSeqGraphTransforms.TokenizeText(Microsoft.ML.TransformsCatalog, string, string?, TextTokenizationOptions?)"/>.
/// </summary>
public sealed record TextTokenizationOptions
{
    /// <summary>A tokenizer that is there already; without it one is built from the columns.</summary>
    public TextTokenizer? Tokenizer { get; init; }

    /// <summary>The kind of tokenizer to build.</summary>
    public TextTokenizerKind Kind { get; init; }

    /// <summary>The largest vocabulary to build, special tokens included; null for any, which for byte pairs is 8000.</summary>
    public int? MaximumSize { get; init; }

    /// <summary>
    /// Rarer words or characters are unknown, rarer pairs of bytes stay apart. Null for 1 of characters, and 2 of words and byte pairs:
    /// words that occur once train the unknown token, whose vector would else stay as it was drawn. Where there is no unknown token, or no
    /// word occurs twice, it is 1 of words too.
    /// </summary>
    public int? MinimumCount { get; init; }

    /// <summary>Whether words lose their case; for <see cref="TextTokenizerKind.Words"/> only.</summary>
    public bool Lowercase { get; init; }

    /// <summary>The special tokens of the vocabulary to build.</summary>
    public SpecialTokens SpecialTokens { get; init; } = new();

    /// <summary>Whether each sequence begins with the begin token.</summary>
    public bool AddBeginToken { get; init; }

    /// <summary>Whether each sequence ends with the end token.</summary>
    public bool AddEndToken { get; init; }

    /// <summary>The maximum length of a sequence in tokens, begin and end tokens included; null for any length.</summary>
    public int? MaximumLength { get; init; }

    /// <summary>What happens to longer ones; by default they are errors.</summary>
    public TextTruncation Truncation { get; init; }
}
