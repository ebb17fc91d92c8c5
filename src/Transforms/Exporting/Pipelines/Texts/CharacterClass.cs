using System.Globalization;
using System.Text;

namespace MLSeqGraph.Transforms;

/// <summary>Classes of characters as regular expressions: ranges, so that they hold what .NET's tables of Unicode say.</summary>
internal static class CharacterClass
{
    private const int Last = 0x10FFFF;

    /// <summary>An expression for one of the characters.</summary>
    internal static string Of(Func<Rune, bool> contains)
    {
        var text = new StringBuilder("[");
        int first = -1, last = -1;
        for (var code = 0; code <= Last; code++)
            if (Rune.IsValid(code) && contains(new Rune(code)))
                (first, last) = (first < 0 ? code : first, code);
            else if (first >= 0)
                End();
        if (first >= 0)
            End();
        return text.Length > 1 ? text.Append(']').ToString() : throw new ArgumentException("The class is empty.", nameof(contains));

        void End()
        {
            text.Append(Name(first));
            if (last > first)
                text.Append('-').Append(Name(last));
            first = -1;
        }
    }

    private static string Name(int code) => code < 0x80 || Rune.GetUnicodeCategory(new(code)) is UnicodeCategory.Control
        or UnicodeCategory.Format ? $"\\x{{{code:X}}}" : new Rune(code).ToString();
}
