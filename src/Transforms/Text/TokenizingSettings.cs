using System.Globalization;
using System.Text;

namespace MLSeqGraph.Transforms;

/// <summary>A tokenizer with the settings by which it turns a column into tokens, or tokens into text.</summary>
internal sealed record TokenizingSettings(
    string Column, TextTokenizer Tokenizer, bool AddBeginToken = false, bool AddEndToken = false, int? MaximumLength = null,
        bool Truncates = false)
{
    private const string Source = "tokenizer of the model", PairLine = "pair ";

    /// <summary>The column of second texts; null for single texts.</summary>
    public string? PairColumn { get; init; }

    /// <summary>The settings as the payload of a saved chain.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"column {TokenLines.Escape(Column)}\nbegin {Flag(AddBeginToken)}\nend {Flag(AddEndToken)}\nlength {MaximumLength ?? 0}\n"
        + $"truncate {Flag(Truncates)}\n{(PairColumn is null ? "" : $"{PairLine}{TokenLines.Escape(PairColumn)}\n")}{Tokenizer.ToText()}"));

    /// <summary>Reads what <see cref="ToBytes"/> gave.</summary>
    public static TokenizingSettings Parse(byte[] bytes)
    {
        var lines = new TokenLines(Encoding.UTF8.GetString(bytes), Source);
        var column = lines.Unescape(lines.Value("column"));
        bool begin = lines.Flag("begin"), end = lines.Flag("end");
        var length = lines.Parse(lines.Value("length"));
        var truncates = lines.Flag("truncate");
        var pair = lines.Peek.StartsWith(PairLine, StringComparison.Ordinal) ? lines.Unescape(lines.Value(PairLine.TrimEnd())) : null;
        return new(column, TextTokenizer.Parse(lines.Rest(), Source), begin, end, length == 0 ? null : length, truncates)
        {
            PairColumn = pair,
        };
    }

    /// <summary>The ids of a text's tokens, the added ones included.</summary>
    /// <param name="text">The text.</param>
    /// <param name="row">What errors call the row; null where that is not known.</param>
    /// <exception cref="InvalidDataException">The text is too long, or has a token outside the vocabulary.</exception>
    public int[] Tokenize(string text, string? row)
    {
        int[] ids;
        try
        {
            ids = Tokenizer.Encode(text);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{Place(row)}: {error.Message}", error);
        }

        var added = (AddBeginToken ? 1 : 0) + (AddEndToken ? 1 : 0);
        if (added == 0 && !(ids.Length > MaximumLength))
            return ids;
        var kept = ids.Length;
        if (kept + added > MaximumLength)
        {
            if (!Truncates)
                throw new InvalidDataException($"{Place(row)}: a text has {kept + added} tokens; expected at most {MaximumLength}.");
            kept = MaximumLength.Value - added;
        }

        var vocabulary = Tokenizer.Vocabulary;
        return [.. AddBeginToken ? [vocabulary.BeginId!.Value] : (int[])[], .. ids.AsSpan(0, kept), .. AddEndToken
            ? [vocabulary.EndId!.Value] : (int[])[]];
    }

    /// <summary>The ids of a pair of texts, with the end tokens between them, the added ones included.</summary>
    /// <inheritdoc cref="Tokenize(string, string?)"/>
    public int[] TokenizePair(string first, string second, string? row)
    {
        var bare = this with { MaximumLength = null, AddBeginToken = false, AddEndToken = false };
        int[] one = bare.Tokenize(first, row), two = (bare with { Column = PairColumn! }).Tokenize(second, row);
        var separators = Tokenizer.SeparatorCount;
        var added = separators + (AddBeginToken ? 1 : 0) + (AddEndToken ? 1 : 0);
        int kept = one.Length, keptOfSecond = two.Length;
        if (kept + keptOfSecond + added > MaximumLength && !Truncates)
            throw new InvalidDataException($"{Place(row)} and '{PairColumn}': a pair has {kept + keptOfSecond + added} tokens; expected at "
                + $"most {MaximumLength}.");
        while (kept + keptOfSecond + added > MaximumLength)
            _ = kept >= keptOfSecond ? kept-- : keptOfSecond--;
        var vocabulary = Tokenizer.Vocabulary;
        var end = vocabulary.EndId!.Value;
        return [.. AddBeginToken ? [vocabulary.BeginId!.Value] : (int[])[], .. one.AsSpan(0, kept),
            .. Enumerable.Repeat(end, separators), .. two.AsSpan(0, keptOfSecond), .. AddEndToken ? [end] : (int[])[]];
    }

    /// <summary>The text of tokens up to the first end token.</summary>
    /// <param name="tokens">Ids; −1 for one that is missing or outside the vocabulary.</param>
    /// <param name="row">What errors call the row; null where that is not known.</param>
    /// <exception cref="InvalidDataException">An id is −1, and there is no unknown token.</exception>
    public string Detokenize(IEnumerable<int> tokens, string? row)
    {
        var vocabulary = Tokenizer.Vocabulary;
        List<int> ids = [];
        foreach (var token in tokens)
        {
            var id = token >= 0 ? token
                : vocabulary.UnknownId
                    ?? throw new InvalidDataException($"{Place(row)}: a token is missing, and there is no unknown token.");
            if (id == vocabulary.EndId)
                break;
            ids.Add(id);
        }

        return Tokenizer.Decode([.. ids]);
    }

    private string Place(string? row) => row is null ? $"Column '{Column}'" : $"Column '{Column}', {row}";

    private static string Flag(bool value) => value ? "true" : "false";
}
