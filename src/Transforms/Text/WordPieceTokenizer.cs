using System.Text;
using Microsoft.ML.Tokenizers;

namespace MLSeqGraph.Transforms;

/// <summary>Pieces of words as BERT's models have them (Devlin et al. 2019), cut by Microsoft.ML.Tokenizers.</summary>
internal sealed class WordPieceTokenizer : LibraryTokenizer
{
    public const string Name = "word-pieces";

    private const string Continued = "##";

    private readonly BertTokenizer _library;
    private readonly bool _lowercase;

    /// <param name="vocabulary">The tokens without padding.</param>
    /// <param name="padding">The padding token, where it is the model's id 0 and so no token of text.</param>
    /// <param name="lowercase">Whether texts lose their case and accents.</param>
    /// <exception cref="ArgumentException">A special token is missing.</exception>
    internal WordPieceTokenizer(Vocabulary vocabulary, string? padding, bool lowercase) : base(vocabulary, padding)
    {
        _lowercase = lowercase;
        var special = vocabulary.Special;
        var lines = string.Join('\n', padding is null ? vocabulary.Tokens : vocabulary.Tokens.Prepend(padding));
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(lines));
        _library = BertTokenizer.Create(stream, new BertOptions
        {
            LowerCaseBeforeTokenization = lowercase,
            RemoveNonSpacingMarks = lowercase,
            SplitOnSpecialTokens = false, // text never gives special tokens
            UnknownToken = special.Unknown!,
            ClassificationToken = special.Begin!,
            SeparatorToken = special.End!,
            MaskingToken = special.Mask ?? special.Unknown!,
            PaddingToken = padding ?? special.Padding ?? special.Unknown!,
        });
    }

    internal override string Kind => Name;

    internal override string Rules => "As BERT's models: texts are cut at white space, around punctuation and around Chinese characters; "
        + (_lowercase ? "case and accents are dropped; " : "") + "of each word the longest token that it begins with is taken, then of the "
        + "rest the longest with ## before it, and so on; a word of which a part is no token is unknown.";

    internal bool Lowercase => _lowercase;

    /// <summary>Makes a tokenizer of a model's vocabulary, whose tokens have their line's number, from 0 on, as the model's id.</summary>
    /// <exception cref="InvalidDataException">The vocabulary lacks a token, or has one twice or an empty one.</exception>
    internal static WordPieceTokenizer Of(string source, string text, bool lowercase)
    {
        var lines = text.TrimEnd('\n', '\r').Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        for (var i = 0; i < lines.Count; i++)
            if (lines[i].Length == 0)
                throw new InvalidDataException($"{source}, line {i + 1}: it is empty; expected a token.");
        string Find(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
                if (lines.Contains(name))
                    return name;
            throw new InvalidDataException($"{source}: it has no token {string.Join(" or ", names.ToArray())}; expected a vocabulary of "
                + "word pieces, a token in each line.");
        }
        var special = new SpecialTokens
        {
            Padding = null, Unknown = Find("[UNK]", "<unk>"), Begin = Find("[CLS]", "<s>"), End = Find("[SEP]", "</s>"),
            Mask = lines.Contains("[MASK]") ? "[MASK]" : null,
        };
        // Padding has no key: it is what is left of a batch.
        var padding = lines[0] is "[PAD]" or "<pad>" ? lines[0] : null;
        try
        {
            return new(Vocabulary.InPlace(padding is null ? lines : lines[1..], special), padding, lowercase);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{source}: {error.Message}", error);
        }
    }

    internal static WordPieceTokenizer Read(Vocabulary vocabulary, TokenLines lines)
    {
        var lowercase = lines.Flag("lowercase");
        var padding = ReadPadding(lines);
        try
        {
            if (vocabulary.Special is not { Unknown: not null, Begin: not null, End: not null })
                throw new ArgumentException("word pieces need an unknown, a begin and an end token");
            return new(vocabulary, padding, lowercase);
        }
        catch (ArgumentException error)
        {
            throw lines.Error(error.Message);
        }
    }

    private protected override IReadOnlyList<int> ModelIds(string text) =>
        _library.EncodeToIds(_lowercase ? Accents.Remove(text) : text, addSpecialTokens: false);

    private protected override string Join(List<int> ids)
    {
        var text = new StringBuilder();
        foreach (var id in ids)
        {
            var token = Vocabulary[id];
            if (token.StartsWith(Continued, StringComparison.Ordinal) && text.Length > 0)
                text.Append(token, Continued.Length, token.Length - Continued.Length);
            else
                text.Append(text.Length == 0 ? "" : " ").Append(token);
        }
        return text.ToString();
    }

    private protected override void WriteOwn(StringBuilder text)
    {
        text.Append("lowercase ").Append(_lowercase ? "true" : "false").Append('\n');
        base.WriteOwn(text);
    }
}
