using System.Numerics;

namespace MLSeqGraph.Transforms;

/// <summary>Arrays that values are added to.</summary>
internal static class GrowingArray
{
    /// <summary>Makes room for a number of values, growing by powers of two; existing values are kept.</summary>
    /// <exception cref="OutOfMemoryException">More are needed than an array can hold.</exception>
    public static void Ensure<T>(ref T[] values, long needed)
    {
        if (needed <= values.Length)
            return;
        if (needed > Array.MaxLength)
            throw new OutOfMemoryException($"{needed} values of sequences were to be held at once; the limit is {Array.MaxLength}.");
        long doubled = Math.Max(16, (long)BitOperations.RoundUpToPowerOf2((ulong)needed));
        Array.Resize(ref values, (int)Math.Min(doubled, Array.MaxLength));
    }
}
