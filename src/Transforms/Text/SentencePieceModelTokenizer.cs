using System.Text;
using Microsoft.ML.Tokenizers;

namespace MLSeqGraph.Transforms;

/// <summary>Pieces of sentences by a model of SentencePiece, run by Microsoft.ML.Tokenizers.</summary>
internal sealed class SentencePieceModelTokenizer : LibraryTokenizer
{
    public const string Name = "sentence-pieces";

    private readonly SentencePieceTokenizer _library;
    private readonly byte[] _model;

    private SentencePieceModelTokenizer(Vocabulary vocabulary, string? padding, SentencePieceTokenizer library, byte[] model)
        : base(vocabulary, padding) => (_library, _model) = (library, model);

    internal override string Kind => Name;

    internal override string Rules => "As SentencePiece does by its model, which stands here in base64.";

    internal string Model => Convert.ToBase64String(_model);

    /// <exception cref="InvalidDataException">The file isn't a whole model.</exception>
    internal static SentencePieceModelTokenizer OfFile(string path)
    {
        using var file = TextFile.OpenFile(path, expected: "a model of SentencePiece, such as tokenizer.model");
        var model = new byte[file.Length];
        file.ReadExactly(model);
        try
        {
            return Of(model);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{path}: {error.Message.TrimEnd('.')}; expected a whole model of SentencePiece of the kind "
                + "unigram or byte pairs.", error);
        }
    }

    internal static SentencePieceModelTokenizer Read(Vocabulary vocabulary, TokenLines lines)
    {
        try
        {
            var tokenizer = Of(Convert.FromBase64String(lines.Value("model")));
            _ = ReadPadding(lines);
            return tokenizer.Vocabulary.Tokens.SequenceEqual(vocabulary.Tokens) && tokenizer.Vocabulary.Special == vocabulary.Special
                ? tokenizer : throw lines.Error("the vocabulary is not that of the model");
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw lines.Error(error.Message.TrimEnd('.'));
        }
    }

    /// <exception cref="ArgumentException">It isn't a whole model.</exception>
    private static SentencePieceModelTokenizer Of(byte[] model)
    {
        SentencePieceModelFile.Check(model);
        using var stream = new MemoryStream(model);
        var library = Made(() => SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false,
            specialTokens: null));
        var tokens = new string[library.Vocabulary.Count];
        foreach (var (token, id) in library.Vocabulary)
            tokens[id] = (uint)id < (uint)tokens.Length && tokens[id] is null ? token
                : throw new ArgumentException($"'{token}' has id {id}, expected each of 0 to {tokens.Length - 1} once");
        HashSet<string> known = [.. tokens];
        string? Known(string? token) => token is not null && known.Contains(token) ? token : null;
        var padding = tokens.Length > 0 && tokens[0] is "<pad>" or "[PAD]" ? tokens[0] : null;
        var special = new SpecialTokens
        {
            Padding = padding is null ? FirstOf(known, "<pad>", "[PAD]") : null, Unknown = Known(library.UnknownToken),
            Begin = Known(library.BeginningOfSentenceToken) ?? FirstOf(known, "[CLS]"),
            End = Known(library.EndOfSentenceToken) ?? FirstOf(known, "[SEP]"), Mask = FirstOf(known, "[MASK]", "<mask>"),
        };
        return new(Vocabulary.InPlace(padding is null ? tokens : tokens[1..], special), padding, library, model);
    }

    private protected override IReadOnlyList<int> ModelIds(string text)
    {
        try
        {
            return _library.EncodeToIds(text, addBeginningOfSentence: false, addEndOfSentence: false);
        }
        catch (Exception error) when (error is IndexOutOfRangeException or KeyNotFoundException or InvalidOperationException
            or NullReferenceException)
        {
            throw new ArgumentException($"The tokenizer's model is damaged: {error.Message}", error);
        }
    }

    private protected override string Join(List<int> ids) => _library.Decode(ids.Select(id => id + Shift));

    private protected override void WriteOwn(StringBuilder text)
    {
        text.Append("model ").Append(Model).Append('\n');
        base.WriteOwn(text);
    }
}
