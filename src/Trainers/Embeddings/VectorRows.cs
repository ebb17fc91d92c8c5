using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLSeqGraph.Trainers;

/// <summary>Arithmetic of vectors whose length is a multiple of a SIMD register's.</summary>
internal static class VectorRows
{
    /// <summary>Σ a b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Dot(ref float a, ref float b, int count)
    {
        Vector<float> even = default, odd = default;
        var i = 0;
        for (; i + 2 * Vector<float>.Count <= count; i += 2 * Vector<float>.Count)
        {
            even += Vector.LoadUnsafe(ref a, (nuint)i) * Vector.LoadUnsafe(ref b, (nuint)i);
            odd += Vector.LoadUnsafe(ref a, (nuint)(i + Vector<float>.Count)) * Vector.LoadUnsafe(ref b, (nuint)(i + Vector<float>.Count));
        }
        if (i < count)
            even += Vector.LoadUnsafe(ref a, (nuint)i) * Vector.LoadUnsafe(ref b, (nuint)i);
        return Vector.Sum(even + odd);
    }

    /// <summary>error += factor · output, then output += factor · hidden, in one pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Exchange(ref float error, ref float output, ref float hidden, float factor, int count)
    {
        var times = new Vector<float>(factor);
        for (var i = 0; i < count; i += Vector<float>.Count)
        {
            var of = Vector.LoadUnsafe(ref output, (nuint)i);
            (Vector.LoadUnsafe(ref error, (nuint)i) + times * of).StoreUnsafe(ref error, (nuint)i);
            (of + times * Vector.LoadUnsafe(ref hidden, (nuint)i)).StoreUnsafe(ref output, (nuint)i);
        }
    }

    /// <summary>a += b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Add(ref float a, ref float b, int count)
    {
        for (var i = 0; i < count; i += Vector<float>.Count)
            (Vector.LoadUnsafe(ref a, (nuint)i) + Vector.LoadUnsafe(ref b, (nuint)i)).StoreUnsafe(ref a, (nuint)i);
    }

    /// <summary>target += value - old.</summary>
    internal static void AddDifference(Span<float> target, ReadOnlySpan<float> value, ReadOnlySpan<float> old)
    {
        for (var i = 0; i + Vector<float>.Count <= target.Length; i += Vector<float>.Count)
            (new Vector<float>(target[i..]) + new Vector<float>(value[i..]) - new Vector<float>(old[i..])).CopyTo(target[i..]);
    }
}
