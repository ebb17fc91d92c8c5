namespace MLSeqGraph.Transforms;

/// <summary>
/// SplitMix64 (Steele et al. 2014): random numbers from a seed and the number of what is drawn, so that work may be shared among any
/// number of threads without changing a draw.
/// </summary>
internal struct SampleRandom
{
    private ulong _state;

    private SampleRandom(ulong state) => _state = state;

    /// <summary>The generator of one item of one run.</summary>
    internal static SampleRandom Of(long seed, long item) => new(Mixed(Mixed((ulong)seed) + (ulong)item));

    /// <summary>A seed for a part of a run, such as an epoch.</summary>
    internal static long Seed(long seed, long part)
    {
        var random = Of(seed, part);
        return (long)random.Next();
    }

    internal ulong Next() => Mixed(_state += 0x9E3779B97F4A7C15);

    /// <summary>From 0 to one below the count.</summary>
    internal int Next(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>At least 0 and below 1.</summary>
    internal double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    internal void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var other = Next(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    private static ulong Mixed(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
