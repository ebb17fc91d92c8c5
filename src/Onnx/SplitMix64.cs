namespace MLSeqGraph.Onnx;

/// <summary>
/// SplitMix64: random numbers that are the same on every platform and version for one seed (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", 2014). Separate generators for numbered parts of a run let any number of threads share the work without
/// changing the numbers.
/// </summary>
internal struct SplitMix64(ulong seed)
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>A generator for each pair of a seed and a stream, such as an epoch.</summary>
    internal static SplitMix64 Of(int seed, int stream) => new(new SplitMix64(Pair(seed, stream)).Next());

    /// <summary>A generator for each pair of a seed and the number of an item, such as a random walk.</summary>
    internal static SplitMix64 OfItem(long seed, long item) => new(Mix(Mix((ulong)seed) + (ulong)item));

    /// <summary>A seed for each part of a run, such as an epoch.</summary>
    internal static long SeedOf(long seed, long part) => (long)OfItem(seed, part).Next();

    /// <summary>A generator for a layer's numbers in a training step.</summary>
    internal static SplitMix64 OfStep(long step, int seed, int layer) => new(Mix((ulong)step * Increment ^ Mix(Pair(seed, layer))));

    /// <summary>64 random bits.</summary>
    internal ulong Next() => Mix(_state += Increment);

    /// <summary>At least 0 and below <paramref name="limit"/>, which is above 0.</summary>
    internal int Next(int limit) => (int)Math.BigMul(Next(), (uint)limit, out _);

    /// <summary>At least 0 and below 1.</summary>
    internal double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Above 0, so that it has a logarithm, and at most 1.</summary>
    internal double NextPositive() => ((Next() >> 11) + 0.5) * (1.0 / (1UL << 53));

    /// <summary>Puts the items in random order.</summary>
    internal void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var other = Next(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    private static ulong Pair(int seed, int number) => (ulong)(uint)seed << 32 | (uint)number;

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
