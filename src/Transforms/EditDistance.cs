namespace MLSeqGraph.Transforms;

/// <summary>How far apart two names are (Damerau 1964).</summary>
internal static class EditDistance
{
    /// <summary>Characters to insert, delete, replace, or swap with the next one.</summary>
    internal static int Between(string from, string to, bool ignoreCase = false)
    {
        if (ignoreCase)
            (from, to) = (from.ToUpperInvariant(), to.ToUpperInvariant());
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
