using System.Text;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Turns text into tokens and tokens into text. Text never gives special tokens. Safe to use from several threads.</summary>
/// <example>
/// <code>
/// var tokenizer = TextTokenizer.BytePairEncoding(sentences, maximumSize: 8000);
/// int[] ids = tokenizer.Encode("A dog runs.");
/// string text = tokenizer.Decode(ids);
/// </code>
/// </example>
public abstract partial class TextTokenizer
{
    private const string Header = "mlseqgraph-tokenizer 1";

    private static readonly string[] Kinds = [CharacterTokenizer.Name, WordTokenizer.Name, BytePairTokenizer.Name, WordPieceTokenizer.Name,
        ByteLevelTokenizer.Name, SentencePieceModelTokenizer.Name, TiktokenBytesTokenizer.Name, ExtendedTokenizer.Name];

    private protected TextTokenizer(Vocabulary vocabulary) => Vocabulary = vocabulary;

    /// <summary>The tokens and their ids.</summary>
    public Vocabulary Vocabulary { get; }

    internal abstract string Kind { get; }

    /// <summary>How a text is cut, for programs in other languages.</summary>
    internal abstract string Rules { get; }

    /// <summary>The tokens that <see cref="WithTokens"/> added; null where none were.</summary>
    public virtual AddedTokens? Added => null;

    /// <summary>The tokenizer that tokens were added to; this one where none were.</summary>
    internal virtual TextTokenizer Inner => this;

    /// <summary>How many end tokens stand between the texts of a pair.</summary>
    internal virtual int SeparatorCount => 1;

    /// <summary>The tokens of a text.</summary>
    /// <exception cref="ArgumentException">A part is outside a vocabulary without unknown token.</exception>
    public int[] Encode(string text) => Encode(text, out _);

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="unknownCount">How many of the tokens are the unknown token.</param>
    /// <exception cref="ArgumentException">A part is outside a vocabulary without unknown token.</exception>
    public int[] Encode(string text, out int unknownCount)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>();
        unknownCount = AddTokens(text, ids);
        return [.. ids];
    }

    /// <summary>The text of tokens. Special tokens are left out, except the unknown token, which is written as its name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var kept = new List<int>(ids.Length);
        foreach (int id in ids)
        {
            _ = Vocabulary[id];
            if (!Vocabulary.IsSpecial(id) || id == Vocabulary.UnknownId)
                kept.Add(id);
        }

        return Join(kept);
    }

    /// <summary>
    /// The tokens of a text as keys, which count from 1, as
    /// <see cref="MLSeqGraphTransforms.TokenizeText(Microsoft.ML.TransformsCatalog, string, string?, TextTokenizationOptions?)"/> gives,
    /// and as exported models trained on them read and write.
    /// </summary>
    /// <exception cref="ArgumentException">A part is outside a vocabulary without unknown token.</exception>
    public long[] EncodeKeys(string text) => [.. Encode(text).Select(id => id + 1L)];

    /// <summary>
    /// The text of keys, such as those that a model wrote. Special tokens except the unknown one are left out, as are ids beyond the
    /// vocabulary, which are models' own start and end tokens. A missing key, 0, is an unknown token.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A key is negative.</exception>
    public string DecodeKeys(params ReadOnlySpan<long> keys)
    {
        var ids = new List<int>(keys.Length);
        foreach (var key in keys)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(key, nameof(keys));
            if (key <= Vocabulary.Count && (key == 0 ? Vocabulary.UnknownId : (int)key - 1) is { } id)
                ids.Add(id);
        }

        return Decode([.. ids]);
    }

    /// <summary>A token for every Unicode scalar value; a lone surrogate becomes U+FFFD.</summary>
    /// <param name="texts">The texts to count in.</param>
    /// <param name="minimumCount">Characters with fewer occurrences are unknown.</param>
    /// <param name="maximumSize">The largest vocabulary, special tokens included; null for any.</param>
    /// <param name="special">The special tokens; by default padding, unknown, begin and end.</param>
    public static TextTokenizer Characters(IEnumerable<string> texts, int minimumCount = 1, int? maximumSize = null,
        SpecialTokens? special = null) =>
        new CharacterTokenizer(Vocabulary.FromCounts(Count(texts, CharacterTokenizer.Split), minimumCount, maximumSize, special));

    /// <summary>
    /// A token for every word and every mark of punctuation. Consecutive letters, digits and marks are a word, even around a single
    /// apostrophe, hyphen, full stop or comma between two of them (<c>don't</c>, <c>well-known</c>, <c>3.14</c>). Joiners and format
    /// characters belong to the character before them, and sequences of emoji are one token (Unicode Annex 29, rules WB3c, WB4, WB15); a
    /// byte order mark is dropped. White space is not kept: decoding puts one space between words and none before closing or after
    /// opening punctuation.
    /// </summary>
    /// <param name="texts">The texts to count in.</param>
    /// <param name="minimumCount">Words with fewer occurrences are unknown.</param>
    /// <param name="maximumSize">The largest vocabulary, special tokens included; null for any.</param>
    /// <param name="lowercase">Whether words become lower case, by the invariant culture.</param>
    /// <param name="special">The special tokens; by default padding, unknown, begin and end.</param>
    public static TextTokenizer Words(IEnumerable<string> texts, int minimumCount = 1, int? maximumSize = null, bool lowercase = false,
        SpecialTokens? special = null) =>
        new WordTokenizer(Vocabulary.FromCounts(Count(texts, text => WordTokenizer.Split(text, lowercase)), minimumCount, maximumSize,
            special), lowercase);

    /// <summary>
    /// Byte-pair encoding on UTF-8 bytes (Sennrich, Haddow and Birch 2016, on bytes as in Radford et al. 2019): the most frequent
    /// pair of neighboring tokens becomes a token until the vocabulary is full. A word keeps the space before it. Every text
    /// decodes to itself; a lone surrogate becomes U+FFFD.
    /// </summary>
    /// <param name="texts">The texts to learn from.</param>
    /// <param name="maximumSize">The size of the vocabulary, special tokens and 256 bytes included; smaller where pairs run out.</param>
    /// <param name="minimumCount">Pairs with fewer occurrences are not merged.</param>
    /// <param name="special">The special tokens; by default padding, unknown (which never occurs), begin and end.</param>
    /// <exception cref="ArgumentException">The special tokens and the bytes already exceed the size.</exception>
    public static TextTokenizer BytePairEncoding(IEnumerable<string> texts, int maximumSize = 8000, int minimumCount = 2,
        SpecialTokens? special = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumCount, 1);
        return BytePairTraining.Train(Count(texts, BytePieces.Split), maximumSize, minimumCount, special ?? new SpecialTokens());
    }

    /// <summary>Writes a text file, whole or not at all.</summary>
    /// <exception cref="IOException">The file can't be written; an older file of that name stays as it was.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(ToText())));

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message names file and line.</exception>
    /// <exception cref="IOException">There is no such file, or it can't be read.</exception>
    public static TextTokenizer Load(string path) => Parse(TextFile.ReadAll(path, "a tokenizer, as Save writes it"), path);

    /// <summary>Adds the tokens of a text.</summary>
    /// <returns>How many of them are the unknown token.</returns>
    private protected abstract int AddTokens(string text, List<int> ids);

    /// <summary>The text of tokens, none of them special.</summary>
    private protected abstract string Join(List<int> ids);

    private protected virtual void WriteOwn(StringBuilder text)
    {
    }

    private protected int AddOrUnknown(IEnumerable<string> tokens, List<int> ids)
    {
        int unknown = 0;
        foreach (string token in tokens)
        {
            if (Vocabulary.TryGetId(token, out int id) && id >= Vocabulary.SpecialCount)
            {
                ids.Add(id);
                continue;
            }

            unknown++;
            ids.Add(Vocabulary.UnknownId
                ?? throw new ArgumentException($"'{token}' is not among the {Vocabulary.Count} tokens, and there is no unknown token."));
        }

        return unknown;
    }

    internal string ToText()
    {
        var text = new StringBuilder().Append(Header).Append("\nkind ").Append(Kind).Append('\n');
        Vocabulary.Write(text);
        WriteOwn(text);
        return text.Append("end\n").ToString();
    }

    internal static TextTokenizer Parse(string text, string source)
    {
        var lines = new TokenLines(text, source);
        lines.Expect(Header);
        string kind = lines.Value("kind");
        if (!Kinds.Contains(kind))
            throw lines.Error($"there is no kind '{kind}'; expected {string.Join(", ", Kinds)}");
        var vocabulary = Vocabulary.Read(lines);
        TextTokenizer tokenizer = kind switch
        {
            CharacterTokenizer.Name => new CharacterTokenizer(vocabulary),
            WordTokenizer.Name => new WordTokenizer(vocabulary, lines.Flag("lowercase")),
            WordPieceTokenizer.Name => WordPieceTokenizer.Read(vocabulary, lines),
            ByteLevelTokenizer.Name => ByteLevelTokenizer.Read(vocabulary, lines),
            SentencePieceModelTokenizer.Name => SentencePieceModelTokenizer.Read(vocabulary, lines),
            TiktokenBytesTokenizer.Name => TiktokenBytesTokenizer.Read(vocabulary, lines),
            ExtendedTokenizer.Name => ExtendedTokenizer.Read(vocabulary, lines, source),
            _ => BytePairTokenizer.Read(vocabulary, lines),
        };
        lines.ExpectEnd();
        return tokenizer;
    }

    private static Dictionary<string, long> Count(IEnumerable<string> texts, Func<string, IEnumerable<string>> split)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            foreach (string token in split(text))
                counts[token] = counts.GetValueOrDefault(token) + 1;
        }

        return counts;
    }
}
