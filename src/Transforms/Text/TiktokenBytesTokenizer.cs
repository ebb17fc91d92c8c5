using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace MLSeqGraph.Transforms;

/// <summary>Byte pairs in the form of tiktoken, merged by Microsoft.ML.Tokenizers.</summary>
internal sealed partial class TiktokenBytesTokenizer : LibraryTokenizer
{
    public const string Name = "tiktoken";

    private const string EndOfText = "<|endoftext|>";

    // More than any of its files has.
    private const int MostTokens = 1 << 18;

    private readonly TiktokenTokenizer _library;
    private readonly TiktokenEncoding _encoding;

    /// <exception cref="ArgumentException">A byte is missing in the vocabulary, or a token is not made of bytes.</exception>
    private TiktokenBytesTokenizer(Vocabulary vocabulary, TiktokenEncoding encoding) : base(vocabulary, null)
    {
        _encoding = encoding;
        for (var value = 0; value < 256; value++)
            if (!vocabulary.TryGetId(BytePieces.Name((byte)value), out _))
                throw new ArgumentException($"byte {value} has no token");
        var special = Special(encoding);
        var lines = new StringBuilder();
        for (var id = 0; id < vocabulary.Count; id++)
            if (!special.ContainsKey(vocabulary[id]) && vocabulary[id] != Unused(id))
                lines.Append(Convert.ToBase64String(BytePieces.BytesOf(vocabulary[id])
                    ?? throw new ArgumentException($"token '{vocabulary[id]}' is not made of bytes")))
                    .Append(' ').Append(id).Append('\n');
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(lines.ToString()));
        // Text never gives special tokens.
        _library = Made(() => TiktokenTokenizer.Create(stream, new RegexPreTokenizer(PatternOf(encoding), null), null));
    }

    internal override string Kind => Name;

    internal override string Rules => $"Texts are cut by the expression {PatternOf(_encoding)} " + ByteNames.Rule
        + "make a token together, those are joined whose token has the least id.";

    /// <exception cref="InvalidDataException">A line isn't what is expected.</exception>
    internal static TiktokenBytesTokenizer Of(string source, IEnumerable<string> lines, TiktokenEncoding encoding)
    {
        if (!Enum.IsDefined(encoding))
            throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "There is no such encoding.");
        var special = Special(encoding);
        var tokens = new string?[special.Values.Max() + 1];
        foreach (var (name, id) in special)
            tokens[id] = name;
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (line.Length == 0)
                continue;
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var bytes = new byte[Math.Max(space, 0)];
            if (space <= 0 || !Convert.TryFromBase64String(line[..space], bytes, out var count) || count == 0
                || !int.TryParse(line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var rank))
                throw new InvalidDataException($"{source}, line {number}: found '{(line.Length > 60 ? line[..60] + "…" : line)}'; "
                    + "expected bytes in base64 and their rank.");
            if (rank >= MostTokens)
                throw new InvalidDataException($"{source}, line {number}: found rank {rank}; expected below {MostTokens}.");
            if (rank >= tokens.Length)
                Array.Resize(ref tokens, Math.Max(rank + 1, Math.Min(2 * tokens.Length, MostTokens)));
            tokens[rank] = tokens[rank] is null ? ByteNames.Of(bytes.AsSpan(0, count))
                : throw new InvalidDataException($"{source}, line {number}: rank {rank} is that of '{tokens[rank]}' already.");
        }
        if (number == 0)
            throw new InvalidDataException($"{source}: it is empty; expected bytes in base64 and their rank in each line.");
        var all = tokens.AsSpan(0, Array.FindLastIndex(tokens, token => token is not null) + 1).ToArray()
            .Select((token, id) => token ?? Unused(id));
        try
        {
            return new(Vocabulary.InPlace(all, SpecialTokens.None with { Begin = EndOfText, End = EndOfText,
                Additional = [.. special.Keys.Where(name => name != EndOfText)] }), encoding);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{source}: {error.Message}", error);
        }
    }

    internal static TiktokenBytesTokenizer Read(Vocabulary vocabulary, TokenLines lines)
    {
        var name = lines.Value("encoding");
        if (!Enum.TryParse(name, out TiktokenEncoding encoding) || encoding.ToString() != name)
            throw lines.Error($"there is no encoding '{name}'; expected {string.Join(", ", Enum.GetNames<TiktokenEncoding>())}");
        _ = ReadPadding(lines);
        try
        {
            return new(vocabulary, encoding);
        }
        catch (ArgumentException error)
        {
            throw lines.Error(error.Message);
        }
    }

    private protected override IReadOnlyList<int> ModelIds(string text) => _library.EncodeToIds(text);

    private protected override string Join(List<int> ids) => ByteNames.Join(ids, Vocabulary);

    private protected override void WriteOwn(StringBuilder text)
    {
        text.Append("encoding ").Append(_encoding).Append('\n');
        base.WriteOwn(text);
    }

    private static string Unused(int id) => $"<|unused_{id}|>";

    private static Dictionary<string, int> Special(TiktokenEncoding encoding) => encoding switch
    {
        TiktokenEncoding.Cl100k => new() { [EndOfText] = 100257, ["<|fim_prefix|>"] = 100258, ["<|fim_middle|>"] = 100259,
            ["<|fim_suffix|>"] = 100260, ["<|endofprompt|>"] = 100276 },
        TiktokenEncoding.O200k => new() { [EndOfText] = 199999, ["<|endofprompt|>"] = 200018 },
        _ => new() { [EndOfText] = 50256 },
    };

    private static Regex PatternOf(TiktokenEncoding encoding) => encoding switch
    {
        TiktokenEncoding.Cl100k => Cl100k(),
        TiktokenEncoding.O200k => O200k(),
        _ => R50k(),
    };

    [GeneratedRegex(@"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex R50k();

    [GeneratedRegex(@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
        + @"|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Cl100k();

    [GeneratedRegex(@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex O200k();
}
