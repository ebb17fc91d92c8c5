using System.Text;

namespace MLSeqGraph.Transforms;

/// <summary>A tokenizer with further tokens, which are cut out of a text before the rest is.</summary>
internal sealed class ExtendedTokenizer : TextTokenizer
{
    public const string Name = "extended";

    private readonly string[] _added;
    private readonly StringComparison _comparison;

    /// <exception cref="ArgumentException">A token is empty, or there already.</exception>
    internal ExtendedTokenizer(TextTokenizer inner, string[] added)
        : base(inner.Vocabulary.With(added))
    {
        if (Array.FindIndex(added, token => token != token.Trim()) is >= 0 and var spaced)
            throw new ArgumentException($"token '{added[spaced]}' begins or ends with white space");
        (Inner, _added) = (inner, added);
        _comparison = inner is WordPieceTokenizer { Lowercase: true } ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        Added = new(inner.Vocabulary.Count + 1, [.. added.Select(token => inner.EncodeKeys(token))]);
    }

    internal override string Kind => Name;

    internal override TextTokenizer Inner { get; }

    internal override string Rules => $"The last {_added.Length} tokens of the vocabulary are cut out of a text first, the longest first, "
        + $"where no letter or digit stands beside one of theirs{(_comparison == StringComparison.Ordinal ? "" : ", in any case")}, "
        + $"with the white space before and after them. The rest: {Inner.Rules}";

    internal override int SeparatorCount => Inner.SeparatorCount;

    public override AddedTokens? Added { get; }

    internal static ExtendedTokenizer Read(Vocabulary vocabulary, TokenLines lines, string source)
    {
        var count = lines.Number("added");
        var inner = Parse(lines.Unescape(lines.Value("inner")), source);
        if (inner is ExtendedTokenizer || count < 1 || inner.Vocabulary.Count + count != vocabulary.Count)
            throw lines.Error($"{count} tokens added to {inner.Vocabulary.Count} are not the {vocabulary.Count} of the vocabulary");
        try
        {
            var tokenizer = new ExtendedTokenizer(inner, [.. vocabulary.Tokens.Skip(inner.Vocabulary.Count)]);
            return tokenizer.Vocabulary.Tokens.SequenceEqual(vocabulary.Tokens) ? tokenizer
                : throw lines.Error("the vocabulary is another than that of the tokenizer that was extended");
        }
        catch (ArgumentException error)
        {
            throw lines.Error(error.Message);
        }
    }

    private protected override int AddTokens(string text, List<int> ids)
    {
        int unknown = 0, from = 0;
        for (var at = 0; at < text.Length;)
        {
            if (At(text, at) is not { } token)
            {
                at++;
                continue;
            }
            Rest(text[from..at].TrimEnd());
            ids.Add(Inner.Vocabulary.Count + Array.IndexOf(_added, token));
            from = at += token.Length;
        }
        Rest(from == 0 ? text : text[from..].TrimStart());
        return unknown;

        void Rest(string part)
        {
            ids.AddRange(Inner.Encode(part, out var unknowns));
            unknown += unknowns;
        }
    }

    private protected override string Join(List<int> ids)
    {
        var parts = new List<string>();
        for (var i = 0; i < ids.Count;)
        {
            var end = i;
            while (end < ids.Count && ids[end] < Inner.Vocabulary.Count)
                end++;
            parts.Add(end > i ? Inner.Decode([.. ids[i..end]]) : Vocabulary[ids[end++]]);
            i = end;
        }
        return parts.Count == 1 ? parts[0] : string.Join(' ', parts.Select(part => part.Trim()));
    }

    private protected override void WriteOwn(StringBuilder text) => text.Append("added ").Append(_added.Length).Append("\ninner ")
        .Append(TokenLines.Escape(Inner.ToText())).Append('\n');

    // The longest token at a place.
    private string? At(string text, int at)
    {
        string? longest = null;
        foreach (var token in _added)
            if (token.Length > (longest?.Length ?? 0) && string.Compare(text, at, token, 0, token.Length, _comparison) == 0
                && at + token.Length <= text.Length && IsEdge(text, at - 1, token[0]) && IsEdge(text, at + token.Length, token[^1]))
                longest = token;
        return longest;
    }

    private static bool IsEdge(string text, int neighbor, char own) =>
        neighbor < 0 || neighbor >= text.Length || !char.IsLetterOrDigit(text[neighbor]) || !char.IsLetterOrDigit(own);
}
