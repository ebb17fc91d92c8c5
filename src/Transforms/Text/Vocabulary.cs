using System.Text;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Tokens and their ids, 0 to <see cref="Count"/> − 1. The special tokens come first.</summary>
public sealed class Vocabulary
{
    private const string Header = "mlseqgraph-vocabulary 1", Among = "special tokens among the others";

    private readonly string[] _tokens;
    private readonly Dictionary<string, int> _ids;
    private readonly HashSet<int> _special = [];

    /// <summary>Makes a vocabulary of the special tokens and the given tokens, in this order.</summary>
    /// <param name="tokens">The tokens of text.</param>
    /// <param name="special">The special tokens; by default padding, unknown, begin and end.</param>
    /// <exception cref="ArgumentException">A token is empty or given twice, or there are no tokens.</exception>
    public Vocabulary(IEnumerable<string> tokens, SpecialTokens? special = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Special = special ?? new SpecialTokens();
        string[] first = [.. Special.Roles().Select(pair => pair.Token)];
        SpecialCount = first.Length;
        _tokens = [.. first, .. tokens];
        _ids = new Dictionary<string, int>(_tokens.Length, StringComparer.Ordinal);
        for (int id = 0; id < _tokens.Length; id++)
        {
            if (string.IsNullOrEmpty(_tokens[id]))
                throw new ArgumentException($"Token {id} is empty.", nameof(tokens));
            if (!_ids.TryAdd(_tokens[id], id))
                throw new ArgumentException($"Token '{_tokens[id]}' has two ids, {_ids[_tokens[id]]} and {id}.", nameof(tokens));
        }

        if (_tokens.Length == 0)
            throw new ArgumentException("A vocabulary needs at least one token.", nameof(tokens));
    }

    // Special tokens among the others, as in models of other programs.
    private Vocabulary(IEnumerable<string> tokens, SpecialTokens special, bool isInPlace)
        : this(tokens, SpecialTokens.None)
    {
        (Special, IsInPlace) = (special, isInPlace);
        foreach (var (role, token) in special.Roles())
            _special.Add(_ids.TryGetValue(token, out var id) ? id
                : throw new ArgumentException($"There is no token '{token}', which is to be the {role} token.", nameof(special)));
    }

    /// <summary>Makes a vocabulary of tokens whose order is given, special ones among them.</summary>
    /// <exception cref="ArgumentException">A token is empty or given twice, or a special one is missing.</exception>
    internal static Vocabulary InPlace(IEnumerable<string> tokens, SpecialTokens special) => new(tokens, special, true);

    /// <summary>This vocabulary with further tokens at its end.</summary>
    /// <exception cref="ArgumentException">A token is empty or there already.</exception>
    internal Vocabulary With(IEnumerable<string> tokens) => IsInPlace ? InPlace([.. _tokens, .. tokens], Special)
        : new([.. _tokens.Skip(SpecialCount), .. tokens], Special);

    /// <summary>Whether special tokens stand among the others rather than before them.</summary>
    internal bool IsInPlace { get; }

    /// <summary>Whether an id is a special token's.</summary>
    internal bool IsSpecial(int id) => IsInPlace ? _special.Contains(id) : id < SpecialCount;

    /// <summary>The number of tokens, special ones included.</summary>
    public int Count => _tokens.Length;

    /// <summary>
    /// The number of special tokens that come first: ids below it are theirs. 0 where special tokens stand among the others, as in word
    /// pieces.
    /// </summary>
    public int SpecialCount { get; }

    /// <summary>The special tokens.</summary>
    public SpecialTokens Special { get; }

    /// <summary>All tokens by id.</summary>
    public IReadOnlyList<string> Tokens => _tokens;

    /// <summary>The id of the padding token, null without one.</summary>
    public int? PaddingId => IdOf(Special.Padding);

    /// <summary>The id of the unknown token, null without one.</summary>
    public int? UnknownId => IdOf(Special.Unknown);

    /// <summary>The id of the begin token, null without one.</summary>
    public int? BeginId => IdOf(Special.Begin);

    /// <summary>The id of the end token, null without one.</summary>
    public int? EndId => IdOf(Special.End);

    /// <summary>The id of the mask token, null without one.</summary>
    public int? MaskId => IdOf(Special.Mask);

    /// <summary>The token of an id.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public string this[int id] => (uint)id < (uint)_tokens.Length
        ? _tokens[id]
        : throw new ArgumentOutOfRangeException(nameof(id),
            $"Token id {id} is outside the vocabulary of {Count} tokens; expected 0 to {Count - 1}.");

    /// <summary>Finds the id of a token, special ones included.</summary>
    public bool TryGetId(string token, out int id) => _ids.TryGetValue(token, out id);

    /// <summary>Takes the most frequent tokens; tokens with the same count come in ordinal order.</summary>
    /// <param name="counts">How often each token occurs.</param>
    /// <param name="minimumCount">Tokens with fewer occurrences are left out.</param>
    /// <param name="maximumSize">The largest <see cref="Count"/>, special tokens included; null for any.</param>
    /// <param name="special">The special tokens; by default padding, unknown, begin and end.</param>
    /// <exception cref="ArgumentException">A limit is below 1, or the special tokens already exceed the size.</exception>
    public static Vocabulary FromCounts(IEnumerable<KeyValuePair<string, long>> counts, int minimumCount = 1, int? maximumSize = null,
        SpecialTokens? special = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumCount, 1);
        special ??= new SpecialTokens();
        var names = special.Roles().Select(pair => pair.Token).ToHashSet(StringComparer.Ordinal);
        if (maximumSize <= names.Count)
            throw new ArgumentException($"A vocabulary of at most {maximumSize} tokens has no room beside {names.Count} special ones.",
                nameof(maximumSize));
        var kept = counts.Where(pair => pair.Value >= minimumCount && !names.Contains(pair.Key))
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key);
        return new Vocabulary(maximumSize is { } size ? kept.Take(size - names.Count) : kept, special);
    }

    /// <summary>Writes a text file, a token per line, whole or not at all.</summary>
    /// <exception cref="IOException">The file can't be written; an older file of that name stays as it was.</exception>
    public void Save(string path)
    {
        var text = new StringBuilder().Append(Header).Append('\n');
        Write(text);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.Append("end\n").ToString())));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message names file and line.</exception>
    /// <exception cref="IOException">There is no such file, or it can't be read.</exception>
    public static Vocabulary Load(string path)
    {
        var lines = new TokenLines(TextFile.ReadAll(path, "a vocabulary, as Save writes it"), path);
        lines.Expect(Header);
        var vocabulary = Read(lines);
        lines.ExpectEnd();
        return vocabulary;
    }

    internal void Write(StringBuilder text)
    {
        foreach (var (role, token) in Special.Roles())
            text.Append(role).Append(' ').Append(TokenLines.Escape(token)).Append('\n');
        if (IsInPlace)
            text.Append(Among).Append('\n');
        text.Append("tokens ").Append(Count - SpecialCount).Append('\n');
        foreach (string token in _tokens.AsSpan(SpecialCount))
            text.Append(TokenLines.Escape(token)).Append('\n');
    }

    internal static Vocabulary Read(TokenLines lines)
    {
        var special = SpecialTokens.None;
        string[] roles = ["padding", "unknown", "begin", "end", "mask", "additional"];
        while (Array.Find(roles, role => lines.Peek.StartsWith(role + " ", StringComparison.Ordinal)) is { } role)
            special = special.WithRole(role, lines.Unescape(lines.Next()[(role.Length + 1)..]));
        var isInPlace = lines.Peek == Among;
        if (isInPlace)
            lines.Next();
        string[] tokens = new string[lines.Number("tokens")];
        for (int i = 0; i < tokens.Length; i++)
            tokens[i] = lines.Unescape(lines.Next());
        try
        {
            return isInPlace ? InPlace(tokens, special) : new Vocabulary(tokens, special);
        }
        catch (ArgumentException error)
        {
            throw lines.Error(error.Message);
        }
    }

    private int? IdOf(string? token) => token is null ? null : _ids[token];
}
