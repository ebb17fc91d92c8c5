namespace MLSeqGraph.Onnx;

/// <summary>
/// A dropout mask: 0 with probability rate, else 1 / (1 - rate) (Srivastava et al. 2014). It is a function of seed, step and
/// element alone, so the same on every number of threads and after a resumed run; ONNX's own Dropout keeps a generator whose
/// position can't be restored.
/// </summary>
internal sealed class DropoutMask(Value input, float rate, int layer) : HostInput
{
    internal override IEnumerable<Value> Inputs => [input];

    internal override void Fill(HostFeed feed)
    {
        var sizes = new long[input.Shape.Rank];
        for (var i = 0; i < sizes.Length; i++)
            sizes[i] = feed.SizeOf(input.Shape[i]);
        var (step, seed) = feed.Position;
        Fill(feed.Write<float>(input, sizes), rate, Mix((ulong)step * 0x9E3779B97F4A7C15 ^ Mix((ulong)(uint)seed << 32 | (uint)layer)));
    }

    // A counter run through a mixing function gives four 16-bit draws a word: enough to choose, and fast.
    internal static void Fill(Span<float> mask, float rate, ulong key)
    {
        var threshold = (ushort)Math.Clamp(MathF.Round(rate * 65536), 0, 65535);
        var kept = 1 / (1 - rate);
        ulong counter = key;
        var i = 0;
        for (; i + 4 <= mask.Length; i += 4)
        {
            var word = Mix(counter += 0x9E3779B97F4A7C15);
            mask[i] = (ushort)word >= threshold ? kept : 0;
            mask[i + 1] = (ushort)(word >> 16) >= threshold ? kept : 0;
            mask[i + 2] = (ushort)(word >> 32) >= threshold ? kept : 0;
            mask[i + 3] = (ushort)(word >> 48) >= threshold ? kept : 0;
        }
        for (var word = Mix(counter + 0x9E3779B97F4A7C15); i < mask.Length; i++, word >>= 16)
            mask[i] = (ushort)word >= threshold ? kept : 0;
    }

    // The finalizer of splitmix64 (Steele, Lea and Flood 2014).
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
