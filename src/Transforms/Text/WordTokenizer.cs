using System.Globalization;
using System.Text;

namespace MLSeqGraph.Transforms;

/// <summary>A token for every word and every mark of punctuation.</summary>
internal sealed class WordTokenizer(Vocabulary vocabulary, bool lowercase) : TextTokenizer(vocabulary)
{
    public const string Name = "words";

    private const string Closing = ".,;:!?)]}%…’”»", Opening = "([{‘“«¿¡$£€";

    internal override string Kind => Name;

    public static IEnumerable<string> Split(string text, bool lowercase)
    {
        if (lowercase)
            text = text.ToLowerInvariant();
        int start = 0;
        while (start < text.Length)
        {
            var rune = RuneAt(text, start, out int length);
            int end = start + length;
            if (IsWordPart(rune))
            {
                while (end < text.Length)
                {
                    if (IsWordPart(RuneAt(text, end, out length)))
                        end += length;
                    else if ("'’-.,".Contains(text[end]) && end + 1 < text.Length && IsJoined(text, end))
                        end++;
                    else
                        break;
                }
            }

            if (!Rune.IsWhiteSpace(rune))
                yield return rune == Rune.ReplacementChar ? "\uFFFD" : text[start..end];
            start = end;
        }
    }

    private protected override int AddTokens(string text, List<int> ids) => AddOrUnknown(Split(text, lowercase), ids);

    private protected override string Join(List<int> ids)
    {
        var text = new StringBuilder();
        bool isQuoted = false, joinsNext = true;
        foreach (int id in ids)
        {
            string token = Vocabulary[id];
            bool isMark = token.Length == 1;
            bool closes = isMark && (Closing.Contains(token[0]) || token == "\"" && isQuoted);
            bool opens = isMark && (Opening.Contains(token[0]) || token == "\"" && !isQuoted);
            if (!joinsNext && !closes)
                text.Append(' ');
            text.Append(token);
            joinsNext = opens;
            isQuoted ^= token == "\"";
        }

        return text.ToString();
    }

    private protected override void WriteOwn(StringBuilder text) =>
        text.Append("lowercase ").Append(lowercase ? "true" : "false").Append('\n');

    // Full stops and commas join digits only: "3.14", but "end.Next" is three tokens.
    private static bool IsJoined(string text, int at) => text[at] is '.' or ','
        ? char.IsDigit(text[at - 1]) && char.IsDigit(text[at + 1])
        : IsWordPart(RuneAt(text, at + 1, out _));

    private static bool IsWordPart(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value == '_'
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private static Rune RuneAt(string text, int at, out int length)
    {
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out length);
        return rune;
    }
}
