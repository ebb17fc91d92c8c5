using System.Globalization;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Dimensions that are quotients rounded down, as those of strided windows are: their names say of what, so that their sizes follow from
/// those of other names.
/// </summary>
internal static class DimQuotient
{
    /// <summary>The name of a quotient.</summary>
    internal static string Name(Dim dividend, long by) => $"({dividend})/{by}";

    /// <summary>The size of a quotient; null where the name is none of one, or a size that it follows from isn't known.</summary>
    /// <param name="name">The name.</param>
    /// <param name="size">The sizes of other names; null for unknown ones.</param>
    internal static long? Evaluate(string name, Func<string, long?> size)
    {
        var end = name.LastIndexOf(")/", StringComparison.Ordinal);
        if (end < 0 || name[0] != '(' || Parts(name, ')').First().Length != end
            || !long.TryParse(name.AsSpan(end + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var by) || by < 1)
            return null;
        return Sum(name[1..end], size) is { } sum ? sum / by - (sum % by < 0 ? 1 : 0) : null;
    }

    // As Dim writes it: terms with their signs, products of numbers and names.
    private static long? Sum(string text, Func<string, long?> size)
    {
        long? sum = 0;
        foreach (var added in Parts(text, '+'))
        {
            var sign = 1;
            foreach (var term in Parts(added, '-'))
            {
                if (term.Length > 0)
                    sum += sign * Parts(term, '*').Aggregate((long?)1, (product, factor) => product * Factor(factor));
                sign = -1;
            }
        }
        return sum;

        long? Factor(string factor) => long.TryParse(factor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : size(factor) ?? Evaluate(factor, size);
    }

    // Cut at a character outside parentheses; at a closing one where it closes the first.
    private static IEnumerable<string> Parts(string text, char at)
    {
        var (depth, from) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth != 0 || text[i] != at)
                continue;
            yield return text[from..i];
            from = i + 1;
        }
        yield return text[from..];
    }
}
