using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Transforms;

/// <summary>MurmurHash3 with 32 bits (Appleby 2011), fed with values of columns. The numbers differ from those of ML.NET.</summary>
internal static class HashFunction
{
    /// <summary>The hash so far and another value.</summary>
    public static uint Add<T>(uint hash, T value)
    {
        if (value is ReadOnlyMemory<char> text)
        {
            foreach (char character in text.Span)
                hash = Round(hash, character);
            return hash;
        }
        ulong bits = value switch
        {
            float number => BitConverter.SingleToUInt32Bits(number),
            double number => BitConverter.DoubleToUInt64Bits(number),
            bool flag => flag ? 1u : 0u,
            sbyte or short or int or long => (ulong)Convert.ToInt64(value, CultureInfo.InvariantCulture),
            byte or ushort or uint or ulong => Convert.ToUInt64(value, CultureInfo.InvariantCulture),
            _ => throw new ArgumentOutOfRangeException("inputSchema",
                $"Values of {typeof(T)} can't be hashed: expected text, numbers, booleans or keys"),
        };
        hash = Round(hash, (uint)bits);
        return Marshal.SizeOf<T>() > 4 ? Round(hash, (uint)(bits >> 32)) : hash;
    }

    /// <summary>The hash of so many values.</summary>
    public static uint Finish(uint hash, int count)
    {
        hash ^= (uint)count;
        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
        return hash ^ (hash >> 16);
    }

    private static uint Round(uint hash, uint data) =>
        BitOperations.RotateLeft(hash ^ (BitOperations.RotateLeft(data * 0xcc9e2d51, 15) * 0x1b873593), 13) * 5 + 0xe6546b64;
}
