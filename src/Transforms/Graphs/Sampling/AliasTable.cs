using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Draws from a discrete distribution in constant time (Walker 1977, Vose 1991): a column per item, shared by two items at most.
/// </summary>
internal static class AliasTable
{
    /// <summary>Writes the table of some weights.</summary>
    /// <param name="weights">At least 0, and not all 0.</param>
    /// <param name="keep">For each column, how likely its own item is.</param>
    /// <param name="alias">For each column, the other item.</param>
    internal static void Build(ReadOnlySpan<double> weights, Span<double> keep, Span<int> alias)
    {
        double total = 0;
        foreach (var weight in weights)
            total += weight;
        int[] small = new int[weights.Length], large = new int[weights.Length];
        int smallCount = 0, largeCount = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            keep[i] = weights[i] / total * weights.Length;
            alias[i] = i;
            if (keep[i] < 1)
                small[smallCount++] = i;
            else
                large[largeCount++] = i;
        }
        while (smallCount > 0 && largeCount > 0)
        {
            int less = small[--smallCount], more = large[largeCount - 1];
            alias[less] = more;
            keep[more] -= 1 - keep[less];
            if (keep[more] < 1)
            {
                largeCount--;
                small[smallCount++] = more;
            }
        }
        // What is left is 1 apart from rounding, except a weight of 0, which must still never be drawn.
        for (var i = 0; i < largeCount; i++)
            keep[large[i]] = 1;
        for (var i = 0; i < smallCount; i++)
            if (weights[small[i]] > 0)
                keep[small[i]] = 1;
            else
                alias[small[i]] = Largest(weights);
    }

    private static int Largest(ReadOnlySpan<double> weights)
    {
        var largest = 0;
        for (var i = 1; i < weights.Length; i++)
            largest = weights[i] > weights[largest] ? i : largest;
        return largest;
    }

    internal static int Draw(ReadOnlySpan<double> keep, ReadOnlySpan<int> alias, ref SplitMix64 random)
    {
        var column = random.Next(keep.Length);
        return random.NextDouble() < keep[column] ? column : alias[column];
    }
}
