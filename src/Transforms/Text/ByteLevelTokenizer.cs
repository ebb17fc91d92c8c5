using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace MLSeqGraph.Transforms;

/// <summary>Byte pairs as models of GPT-2's and RoBERTa's kinds have them, merged by Microsoft.ML.Tokenizers.</summary>
internal sealed class ByteLevelTokenizer : LibraryTokenizer
{
    public const string Name = "byte-level-pairs";

    private readonly BpeTokenizer _library;
    private readonly (int Left, int Right)[] _merges;
    private readonly bool _addsSpace;

    /// <exception cref="ArgumentException">A byte or the outcome of a merge is missing in the vocabulary.</exception>
    private ByteLevelTokenizer(Vocabulary vocabulary, string? padding, (int Left, int Right)[] merges, bool addsSpace)
        : base(vocabulary, padding)
    {
        (_merges, _addsSpace) = (merges, addsSpace);
        for (var value = 0; value < 256; value++)
            if (!vocabulary.TryGetId(BytePieces.Name((byte)value), out _))
                throw new ArgumentException($"byte {value} has no token '{BytePieces.Name((byte)value)}'");
        for (var rank = 0; rank < merges.Length; rank++)
            if (!vocabulary.TryGetId(vocabulary[merges[rank].Left] + vocabulary[merges[rank].Right], out var merged)
                || vocabulary[merged].Contains(' '))
                throw new ArgumentException($"merge {rank + 1} of '{vocabulary[merges[rank].Left]}' and '{vocabulary[merges[rank].Right]}' "
                    + "gives no token");
        var tokens = vocabulary.Tokens.Select((token, id) => KeyValuePair.Create(token, id + Shift));
        _library = Made(() => BpeTokenizer.Create(new BpeOptions(tokens)
        {
            Merges = merges.Select(pair => $"{vocabulary[pair.Left]} {vocabulary[pair.Right]}"),
            ByteLevel = true,
            PreTokenizer = RobertaPreTokenizer.Instance,
        }));
    }

    internal override string Kind => Name;

    internal override string Rules => (_addsSpace ? "A text gets a space before it where it begins with none. " : "")
        + "Texts are cut by the expression 's|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+. "
        + ByteNames.Rule + "are among the merges, the first such "
        + $"merge joins its pairs. {SeparatorCount} end tokens stand between the texts of a pair.";

    internal override int SeparatorCount => Vocabulary.Special is { Begin: "<s>", End: "</s>" } ? 2 : 1;

    internal IReadOnlyList<(int Left, int Right)> Merges => _merges;

    /// <exception cref="InvalidDataException">A file isn't what is expected.</exception>
    internal static ByteLevelTokenizer Of(string source, string json, string mergesSource, string mergesText, bool addsSpace)
    {
        var tokens = Tokens(source, json);
        var padding = tokens[0] is "<pad>" or "[PAD]" ? tokens[0] : null;
        HashSet<string> known = [.. tokens];
        var special = new SpecialTokens
        {
            Padding = padding is null ? FirstOf(known, "<pad>", "[PAD]") : null, Unknown = FirstOf(known, "<unk>", "[UNK]"),
            Begin = FirstOf(known, "<s>", "[CLS]", "<|endoftext|>"), End = FirstOf(known, "</s>", "[SEP]", "<|endoftext|>"),
            Mask = FirstOf(known, "<mask>", "[MASK]"),
        };
        try
        {
            var vocabulary = Vocabulary.InPlace(padding is null ? tokens : tokens[1..], special);
            return new(vocabulary, padding, Pairs(vocabulary, mergesSource, mergesText), addsSpace);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{source}: {error.Message}", error);
        }
    }

    internal static ByteLevelTokenizer Read(Vocabulary vocabulary, TokenLines lines)
    {
        var addsSpace = lines.Flag("space");
        var merges = new (int, int)[lines.Number("merges")];
        for (var i = 0; i < merges.Length; i++)
            merges[i] = lines.Next().Split(' ') is [var left, var right] ? (Id(left), Id(right))
                : throw lines.Error("expected the two ids of a merge");
        var padding = ReadPadding(lines);
        try
        {
            return new(vocabulary, padding, merges, addsSpace);
        }
        catch (ArgumentException error)
        {
            throw lines.Error(error.Message);
        }

        int Id(string text) => lines.Parse(text) is var id && id < vocabulary.Count ? id
            : throw lines.Error($"there is no token {text}; expected 0 to {vocabulary.Count - 1}");
    }

    private protected override IReadOnlyList<int> ModelIds(string text) =>
        _library.EncodeToIds(_addsSpace && text.Length > 0 && !char.IsWhiteSpace(text[0]) ? " " + text : text);

    private protected override string Join(List<int> ids) => ByteNames.Join(ids, Vocabulary);

    private protected override void WriteOwn(StringBuilder text)
    {
        text.Append("space ").Append(_addsSpace ? "true" : "false").Append("\nmerges ").Append(_merges.Length).Append('\n');
        foreach (var (left, right) in _merges)
            text.Append(left).Append(' ').Append(right).Append('\n');
        base.WriteOwn(text);
    }

    // An object of tokens and their ids, each of 0 to n - 1 once.
    private static string[] Tokens(string source, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = 4 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"{source}: found {document.RootElement.ValueKind}; expected an object of tokens and ids.");
            var tokens = new string[document.RootElement.EnumerateObject().Count()];
            foreach (var entry in document.RootElement.EnumerateObject())
                if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out var id) || (uint)id >= (uint)tokens.Length
                    || tokens[id] is not null)
                    throw new InvalidDataException($"{source}: token '{entry.Name}' has id {entry.Value}; expected each of 0 to "
                        + $"{tokens.Length - 1} once.");
                else
                    tokens[id] = entry.Name;
            return tokens.Length > 0 ? tokens : throw new InvalidDataException($"{source}: it has no tokens.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{source}: {error.Message.TrimEnd('.')}; expected an object of tokens and ids in JSON.", error);
        }
    }

    private static (int, int)[] Pairs(Vocabulary vocabulary, string source, string text)
    {
        var merges = new List<(int, int)>();
        var known = new HashSet<(int, int)>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd('\r');
            if (line.Length == 0 || (i == 0 && line.StartsWith("#version", StringComparison.Ordinal)))
                continue;
            if (line.Split(' ') is not [var left, var right])
                throw new InvalidDataException($"{source}, line {i + 1}: found '{line}'; expected two tokens.");
            var pair = (Id(left), Id(right));
            if (!known.Add(pair))
                throw new InvalidDataException($"{source}, line {i + 1}: '{line}' is there twice.");
            merges.Add(pair);

            int Id(string token) => vocabulary.TryGetId(token, out var id) ? id
                : throw new InvalidDataException($"{source}, line {i + 1}: '{token}' is not in the vocabulary.");
        }
        return [.. merges];
    }
}
