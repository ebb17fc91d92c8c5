namespace MLSeqGraph.Transforms;

/// <summary>
/// Random numbers that are the same on every platform and version for one seed (Steele, Lea and Flood, "Fast splittable pseudorandom
/// number generators", 2014).
/// </summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A generator of its own for each pair.</summary>
    public static SplitMix64 Of(int seed, int stream) => new(new SplitMix64(((ulong)(uint)seed << 32) | (uint)stream).Next());

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 to <paramref name="limit"/> − 1.</summary>
    public int Next(int limit) => (int)(((UInt128)Next() * (uint)limit) >> 64);

    /// <summary>0 to below 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    public void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
