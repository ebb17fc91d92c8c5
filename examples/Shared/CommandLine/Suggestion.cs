namespace Examples;

/// <summary>What somebody who mistyped a name may have meant.</summary>
internal static class Suggestion
{
    /// <summary>A question to append to an error message.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="known">What is known.</param>
    /// <returns>" Did you mean …?", or nothing where no known name is near.</returns>
    internal static string For(string text, IEnumerable<string> known)
    {
        var nearest = known.MinBy(name => Distance(text, name))!;
        return Distance(text, nearest) <= (text.TrimStart('-').Length + 1) / 3 ? $" Did you mean {nearest}?" : "";
    }

    // Characters to insert, delete, replace, or swap with the next (Damerau 1964).
    private static int Distance(string from, string to)
    {
        var table = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
            for (var j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }
                var replaced = table[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        return table[from.Length, to.Length];
    }
}
