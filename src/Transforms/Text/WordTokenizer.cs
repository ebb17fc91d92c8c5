using System.Globalization;
using System.Text;

namespace MLSeqGraph.Transforms;

/// <summary>A token for every word and every mark of punctuation.</summary>
internal sealed partial class WordTokenizer(Vocabulary vocabulary, bool lowercase) : TextTokenizer(vocabulary)
{
    public const string Name = "words";

    private const char ZeroWidthJoiner = '\u200D';
    private const int ZeroWidthSpace = 0x200B, ByteOrderMark = 0xFEFF;

    private const string Closing = ".,;:!?)]}%…’”»", Opening = "([{‘“«¿¡$£€";

    internal override string Kind => Name;

    internal override string Rules => "A token for every word and every mark of punctuation; white space and byte order marks are none. "
        + "Letters, digits, underscores and connectors in a row are a word, also around one apostrophe (' or U+2019) or hyphen between two "
        + "of them, or one full stop or comma between two digits. Marks, joiners, format characters and skin tones belong to the character "
        + "before them; pictographs joined by U+200D are one token, and so are two regional indicators. Other tokens are unknown.";

    internal bool Lowercase => lowercase;

    public static IEnumerable<string> Split(string text, bool lowercase)
    {
        if (lowercase)
            text = text.ToLowerInvariant();
        foreach (var (start, end) in Places(text))
            yield return RuneAt(text, start, out _) == Rune.ReplacementChar ? "\uFFFD" + text[(start + 1)..end] : text[start..end];
    }

    /// <summary>Where each token begins and ends.</summary>
    internal static IEnumerable<(int Start, int End)> Places(string text)
    {
        int start = 0;
        while (start < text.Length)
        {
            var rune = RuneAt(text, start, out int length);
            int end = rune.Value == ByteOrderMark ? start + length : Extended(text, start + length);
            if (IsWordPart(rune))
            {
                while (end < text.Length)
                {
                    if (IsWordPart(RuneAt(text, end, out length)))
                        end = Extended(text, end + length);
                    else if ("'’-.,".Contains(text[end]) && IsJoined(text, end))
                        end++;
                    else
                        break;
                }
            }
            else if (IsPictograph(rune))
                end = EndOfPictographs(text, start, end);

            // A byte order mark that doesn't extend a character is white space, as it once was in Unicode.
            if (!Rune.IsWhiteSpace(rune) && rune.Value != ByteOrderMark)
                yield return (start, end);
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
    private static bool IsJoined(string text, int at)
    {
        if (at + 1 >= text.Length)
            return false;
        var next = RuneAt(text, at + 1, out _);
        if (text[at] is not ('.' or ','))
            return IsWordPart(next);
        var before = RuneBefore(text, at, out var length);
        for (var place = at - length; place > 0 && IsExtending(before); place -= length)
            before = RuneBefore(text, place, out length);
        return Rune.IsDigit(before) && Rune.IsDigit(next);
    }

    // UAX 29, rule WB4: marks, joiners and format characters belong to the character before them, unless that is white space.
    private static int Extended(string text, int at)
    {
        if (at > 0 && char.IsWhiteSpace(text[at - 1]))
            return at;
        while (at < text.Length && IsExtending(RuneAt(text, at, out var length)))
            at += length;
        return at;
    }

    // WB3c: pictographs after a joiner belong to the one before it; WB15: flags are pairs of regional indicators.
    private static int EndOfPictographs(string text, int start, int end)
    {
        if (IsRegional(RuneAt(text, start, out _)))
            return end < text.Length && IsRegional(RuneAt(text, end, out var second)) ? Extended(text, end + second) : end;
        while (end < text.Length && text[end - 1] == ZeroWidthJoiner && IsPictograph(RuneAt(text, end, out var length)))
            end = Extended(text, end + length);
        return end;
    }

    private static bool IsWordPart(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value == '_'
        || (Rune.GetUnicodeCategory(rune) is UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation);

    private static bool IsExtending(Rune rune) => rune.Value is >= 0x1F3FB and <= 0x1F3FF || (rune.Value != ZeroWidthSpace
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark or UnicodeCategory.Format);

    private static bool IsPictograph(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol
        or UnicodeCategory.MathSymbol;

    private static bool IsRegional(Rune rune) => rune.Value is >= 0x1F1E6 and <= 0x1F1FF;

    private static Rune RuneBefore(string text, int at, out int length)
    {
        Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var rune, out length);
        return rune;
    }

    private static Rune RuneAt(string text, int at, out int length)
    {
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out length);
        return rune;
    }
}
