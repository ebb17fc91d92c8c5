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
    /// <summary>Such a text is an error.</summary>
    None,

    /// <summary>Tokens at its end are dropped; begin and end tokens stay.</summary>
    End,
}

/// <summary>
/// Options of <see cref="MLSeqGraphTransforms.TokenizeText(Microsoft.ML.TransformsCatalog, string, string?, TextTokenizationOptions?)"/>.
/// </summary>
public sealed record TextTokenizationOptions
{
    /// <summary>An existing tokenizer; null, the default, builds one from the columns.</summary>
    public TextTokenizer? Tokenizer { get; init; }

    /// <summary>The kind of tokenizer to build; words by default.</summary>
    public TextTokenizerKind Kind { get; init; }

    /// <summary>The largest vocabulary to build, special tokens included; null for any, which for byte pairs is 8000.</summary>
    public int? MaximumSize { get; init; }

    /// <summary>
    /// Words or characters with fewer occurrences are unknown; pairs of bytes with fewer are not merged. Null, the default, means 1 for
    /// characters and 2 for words and byte pairs: words that occur once then train the unknown token, whose vector would otherwise stay
    /// random. Where there is no unknown token, or no word occurs twice, it is 1 for words too.
    /// </summary>
    public int? MinimumCount { get; init; }

    /// <summary>Whether words become lower case; for <see cref="TextTokenizerKind.Words"/> only. False by default.</summary>
    public bool Lowercase { get; init; }

    /// <summary>The special tokens of the vocabulary to build.</summary>
    public SpecialTokens SpecialTokens { get; init; } = new();

    /// <summary>Whether each sequence begins with the begin token.</summary>
    public bool AddBeginToken { get; init; }

    /// <summary>Whether each sequence ends with the end token.</summary>
    public bool AddEndToken { get; init; }

    /// <summary>
    /// A column of second texts, for networks that read pairs: their tokens come after those of the first and an end token, and are cut off
    /// as the longer of both is. Null, the default, for single texts.
    /// </summary>
    public string? PairColumnName { get; init; }

    /// <summary>The maximum length of a sequence in tokens, begin and end tokens included; null for any length.</summary>
    public int? MaximumLength { get; init; }

    /// <summary>What happens to longer ones; by default they are errors.</summary>
    public TextTruncation Truncation { get; init; }
}
