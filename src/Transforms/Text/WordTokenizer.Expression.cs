using System.Text;

namespace MLSeqGraph.Transforms;

// The same cuts as a regular expression for files.
internal sealed partial class WordTokenizer
{
    private static readonly Lazy<string> Whole = new(Compose);

    /// <summary>Finds all tokens of a text, each as long as can be (RE2's syntax).</summary>
    internal static string Expression => Whole.Value;

    private static string Compose()
    {
        var format = CharacterClass.Of(rune => IsExtending(rune)
            && !(Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.SpacingCombiningMark or System.Globalization.UnicodeCategory.EnclosingMark));
        const string Part = @"\p{L}\p{Nd}\p{Nl}\p{Pc}", Digit = @"\p{Nd}";
        var e = $"[\\p{{M}}{format[1..^1]}]";
        // A part, or digits joined by full stops and commas. RE2's memory is short: classes are large, so each stands here seldom.
        var unit = $"(?:[{Part}]|{Digit}(?:{e}*[.,]{Digit})+)";
        var word = $"{unit}(?:['\u2019-]?{unit}|{e})*";
        const string Regional = @"[\x{1F1E6}-\x{1F1FF}]";
        var pictograph = CharacterClass.Of(rune => IsPictograph(rune) && !IsRegional(rune));
        var picture = $@"{pictograph}(?:{e}*\x{{200D}}[\p{{So}}\p{{Sm}}])*";
        var other = "[^" + CharacterClass.Of(rune => Rune.IsWhiteSpace(rune) || rune.Value == ByteOrderMark)[1..];
        return $"{word}|(?:{Regional}(?:{e}*{Regional})?|{picture}|{other}){e}*";
    }
}
