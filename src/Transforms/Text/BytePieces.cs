using System.Text;

namespace MLSeqGraph.Transforms;

/// <summary>Cuts text into the pieces within which bytes are merged, and writes bytes as printable characters.</summary>
internal static class BytePieces
{
    // Merging a piece takes time that grows with the square of its length.
    internal const int LongestPiece = 256;

    private static readonly char[] Names = MakeNames();
    private static readonly Dictionary<char, byte> Bytes = Enumerable.Range(0, 256)
        .ToDictionary(value => Names[value], value => (byte)value);

    private enum Class { Space, Letter, Digit, Other }

    /// <summary>The name of a byte: itself where it is printable in Latin-1, otherwise a character from U+0100 on.</summary>
    public static string Name(byte value) => Names[value].ToString();

    /// <summary>The bytes that a token's name stands for; null where it stands for none.</summary>
    public static byte[]? BytesOf(string name)
    {
        byte[] bytes = new byte[name.Length];
        for (int i = 0; i < name.Length; i++)
        {
            if (!Bytes.TryGetValue(name[i], out bytes[i]))
                return null;
        }

        return bytes;
    }

    /// <summary>
    /// Splits text into runs of letters, of digits and of other characters, each with the single space before it, and runs of white space.
    /// Joined again they give the text.
    /// </summary>
    public static IEnumerable<string> Split(string text)
    {
        int start = 0;
        while (start < text.Length)
        {
            int first = text[start] == ' ' && start + 1 < text.Length && ClassAt(text, start + 1, out _) != Class.Space ? start + 1 : start;
            var kind = ClassAt(text, first, out int length);
            int end = first + length;
            while (end < text.Length && end - start < LongestPiece && ClassAt(text, end, out length) == kind)
                end += length;
            // The last space of several belongs to the word that follows.
            if (kind == Class.Space && end < text.Length && end - start > 1 && text[end - 1] == ' '
                && ClassAt(text, end, out _) != Class.Space)
                end--;
            yield return text[start..end];
            start = end;
        }
    }

    private static Class ClassAt(string text, int at, out int length)
    {
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out length);
        if (Rune.IsWhiteSpace(rune))
            return Class.Space;
        if (Rune.IsNumber(rune))
            return Class.Digit;
        return IsLetterOrMark(rune) ? Class.Letter : Class.Other;
    }

    /// <summary>Whether it belongs to runs of letters.</summary>
    internal static bool IsLetterOrMark(Rune rune) => Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune)
        is >= System.Globalization.UnicodeCategory.NonSpacingMark and <= System.Globalization.UnicodeCategory.EnclosingMark;

    private static char[] MakeNames()
    {
        char[] names = new char[256];
        int next = 0x100;
        for (int value = 0; value < 256; value++)
            names[value] = value is >= 0x21 and <= 0x7E or >= 0xA1 and <= 0xAC or >= 0xAE ? (char)value : (char)next++;
        return names;
    }
}
