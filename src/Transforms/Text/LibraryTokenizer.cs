using System.Text;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A tokenizer of another program's model, run by Microsoft.ML.Tokenizers. Its ids are the model's; where the model's id 0 is padding, that
/// is no token of text but what batches are filled up with, and ids are less by 1, so that keys are the model's ids.
/// </summary>
/// <param name="vocabulary">The tokens without such padding.</param>
/// <param name="padding">The padding token where it is the model's id 0.</param>
internal abstract class LibraryTokenizer(Vocabulary vocabulary, string? padding) : TextTokenizer(vocabulary)
{
    /// <summary>The padding token where it is the model's id 0; null where that is another token.</summary>
    private protected string? Padding => padding;

    /// <summary>What the model's ids are more than ours.</summary>
    private protected int Shift => padding is null ? 0 : 1;

    /// <summary>The model's ids of a text without special tokens; a text has no lone surrogates.</summary>
    private protected abstract IReadOnlyList<int> ModelIds(string text);

    private protected override int AddTokens(string text, List<int> ids)
    {
        var unknown = 0;
        foreach (var modelId in ModelIds(Whole(text)))
        {
            var id = modelId - Shift;
            if ((uint)id >= (uint)Vocabulary.Count)
                throw new ArgumentException($"The tokenizer's file gives id {modelId} for a part of a text; expected {Shift} to "
                    + $"{Vocabulary.Count - 1 + Shift}.");
            ids.Add(id);
            if (id == Vocabulary.UnknownId)
                unknown++;
        }
        return unknown;
    }

    private protected override void WriteOwn(StringBuilder text) =>
        text.Append("first ").Append(TokenLines.Escape(padding ?? "")).Append('\n');

    /// <summary>Reads the line of <see cref="WriteOwn"/>.</summary>
    private protected static string? ReadPadding(TokenLines lines) =>
        lines.Unescape(lines.Value("first")) is { Length: > 0 } padding ? padding : null;

    /// <summary>Makes what the library needs; of whatever kind its errors are, the tokenizer's file is wrong.</summary>
    /// <exception cref="ArgumentException">It can't be made.</exception>
    private protected static T Made<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw new ArgumentException(error.Message, error);
        }
    }

    /// <summary>The first of some tokens that a vocabulary has; null where it has none.</summary>
    private protected static string? FirstOf(ICollection<string> tokens, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (tokens.Contains(name))
                return name;
        return null;
    }

    // A lone surrogate becomes U+FFFD, as when text is written in UTF-8.
    private static string Whole(string text)
    {
        foreach (var unit in text)
            if (char.IsSurrogate(unit))
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return text;
    }
}
