namespace LongInputs.Data;

/// <summary>
/// Nested lists of digits with an operation each: [MAX 2 9 [MIN 4 7 ] 0 ] is 9 (Nangia and Bowman 2018). An element is a list with
/// probability a quarter, unless it is too deep; a list has 2 to 5 elements; MED is the median, rounded down, SM the sum modulo 10.
/// </summary>
internal static class ListOps
{
    private const int MostElements = 5, Depth = 5;
    private const double Nested = 0.25;
    private static readonly string[] Operations = ["[MAX", "[MIN", "[MED", "[SM"];

    /// <summary>Rows of different expressions.</summary>
    /// <param name="count">Number of rows.</param>
    /// <param name="least">Fewest tokens of an expression.</param>
    /// <param name="most">Most tokens of an expression.</param>
    /// <param name="random">Draws them.</param>
    internal static LongRow[] Rows(int count, int least, int most, Random random)
    {
        var rows = new Dictionary<string, LongRow>();
        while (rows.Count < count)
        {
            List<string> tokens = [];
            var value = Write(tokens, 1, random);
            if (tokens.Count >= least && tokens.Count <= most)
                rows[string.Join(' ', tokens)] = new() { Tokens = [.. tokens], Class = $"{value}" };
        }
        return [.. rows.Values];
    }

    /// <summary>The value of an expression; null where it is none.</summary>
    internal static int? Value(IReadOnlyList<string> tokens)
    {
        var at = 0;
        var value = Read();
        return at == tokens.Count ? value : null;

        int? Read()
        {
            if (at >= tokens.Count)
                return null;
            var token = tokens[at++];
            if (int.TryParse(token, out var digit) && digit is >= 0 and <= 9)
                return digit;
            var operation = Array.IndexOf(Operations, token);
            List<int> elements = [];
            while (operation >= 0 && at < tokens.Count && tokens[at] != "]")
            {
                if (Read() is not { } element)
                    return null;
                elements.Add(element);
            }
            at++;
            return operation < 0 || elements.Count == 0 || at > tokens.Count ? null : Apply(operation, elements);
        }
    }

    private static int Write(List<string> tokens, int depth, Random random)
    {
        var operation = random.Next(Operations.Length);
        tokens.Add(Operations[operation]);
        List<int> elements = [];
        for (var left = random.Next(2, MostElements + 1); left > 0; left--)
            if (depth < Depth && random.NextDouble() < Nested)
                elements.Add(Write(tokens, depth + 1, random));
            else
            {
                elements.Add(random.Next(10));
                tokens.Add($"{elements[^1]}");
            }
        tokens.Add("]");
        return Apply(operation, elements);
    }

    private static int Apply(int operation, List<int> elements)
    {
        elements.Sort();
        return operation switch
        {
            0 => elements[^1],
            1 => elements[0],
            2 => (elements[(elements.Count - 1) / 2] + elements[elements.Count / 2]) / 2,
            _ => elements.Sum() % 10,
        };
    }
}
