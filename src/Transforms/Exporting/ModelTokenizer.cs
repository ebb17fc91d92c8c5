namespace MLSeqGraph.Transforms;

/// <summary>
/// A tokenizer that stands before a model and can't go into its file: all that a program in another language needs to make the same ids.
/// </summary>
/// <param name="Input">The model's input that its ids are for.</param>
/// <param name="Column">The column of texts.</param>
/// <param name="Kind">
/// <c>words</c>, <c>characters</c>, <c>byte-pairs</c>, <c>word-pieces</c>, <c>byte-level-pairs</c>, <c>sentence-pieces</c> or
/// <c>tiktoken</c>.
/// </param>
/// <param name="Rules">How a text is cut, in words.</param>
/// <param name="Vocabulary">The tokens: the id of the first is 1, since 0 is padding.</param>
/// <param name="Special">The ids of special tokens by what they are for: padding, unknown, begin, end, mask.</param>
/// <param name="Lowercase">Whether texts lose their case before they are cut.</param>
/// <param name="Merges">Of byte pairs: the ids of the neighbors that become one token, the first pair first.</param>
/// <param name="AddsBegin">Whether a begin token stands before each text.</param>
/// <param name="AddsEnd">Whether an end token stands behind each text.</param>
/// <param name="MaximumLength">Most tokens of a text, those added among them; null for any number.</param>
/// <param name="Truncates">Whether longer texts are cut, before the end token, rather than refused.</param>
public sealed record ModelTokenizer(
    string Input, string Column, string Kind, string Rules, IReadOnlyList<string> Vocabulary, IReadOnlyDictionary<string, int> Special,
    bool Lowercase = false, IReadOnlyList<IReadOnlyList<int>>? Merges = null, bool AddsBegin = false, bool AddsEnd = false,
    int? MaximumLength = null, bool Truncates = false)
{
    /// <summary>
    /// The column of second texts, whose tokens stand after those of the first and an end token; null for single texts.
    /// </summary>
    public string? PairColumn { get; init; }

    /// <summary>How many end tokens stand between the texts of a pair.</summary>
    public int Separators { get; init; } = 1;

    /// <summary>Of <c>sentence-pieces</c>: the file of their model in base64; null for other kinds.</summary>
    public string? Model { get; init; }

    /// <summary>How many tokens at the end of the vocabulary were added: they are cut out of a text first.</summary>
    public int AddedCount { get; init; }

    internal static ModelTokenizer Of(string input, TokenizingSettings settings)
    {
        TextTokenizer tokenizer = settings.Tokenizer, inner = tokenizer.Inner;
        var special = tokenizer.Vocabulary.Special.Roles().Where(role => role.Role != "additional")
            .ToDictionary(role => role.Role, role => tokenizer.Vocabulary.TryGetId(role.Token, out var id) ? id + 1 : 0);
        return new(input, settings.Column, inner.Kind, tokenizer.Rules, tokenizer.Vocabulary.Tokens, special,
            (inner as WordTokenizer)?.Lowercase ?? (inner as WordPieceTokenizer)?.Lowercase ?? false,
            ((inner as BytePairTokenizer)?.Merges ?? (inner as ByteLevelTokenizer)?.Merges)?
                .Select(pair => (IReadOnlyList<int>)[pair.Left + 1, pair.Right + 1]).ToArray(),
            settings.AddBeginToken, settings.AddEndToken, settings.MaximumLength, settings.Truncates)
        {
            PairColumn = settings.PairColumn, Separators = tokenizer.SeparatorCount,
            Model = (inner as SentencePieceModelTokenizer)?.Model, AddedCount = tokenizer.Added?.Pieces.Count ?? 0,
        };
    }
}
