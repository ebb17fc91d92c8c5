using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLSeqGraph.Onnx;

/// <summary>
/// A dropout mask: 0 with probability rate, else 1 / (1 - rate) (Srivastava et al. 2014). It is a function of seed, step and
/// element alone, so the same on every number of threads and after a resumed run; ONNX's own Dropout keeps a generator whose
/// position can't be restored.
/// </summary>
internal sealed class DropoutMask(Value input, float rate, int layer) : HostInput
{
    internal override IEnumerable<Value> Inputs => [input];

    internal override void Fill(HostFeed feed) => Fill(feed.Write(input), rate, feed.Key(layer));

    // A counter run through a mixing function gives four 16-bit draws a word: enough to choose, and fast.
    internal static void Fill(Span<float> mask, float rate, ulong key)
    {
        var threshold = Vector256.Create((ushort)Math.Clamp(MathF.Round(rate * 65536), 0, 65535));
        var kept = Vector256.Create(1 / (1 - rate)).AsInt32();
        Span<ulong> words = stackalloc ulong[64];
        Span<int> drawn = stackalloc int[4 * words.Length];
        var draws = MemoryMarshal.Cast<ulong, ushort>(words);
        var counter = key;
        for (var elements = MemoryMarshal.Cast<float, int>(mask); elements.Length > 0; elements = elements[Math.Min(drawn.Length, elements.Length)..])
        {
            for (var i = 0; i < words.Length; i++)
                words[i] = Mix(counter += 0x9E3779B97F4A7C15);
            var target = elements.Length >= drawn.Length ? elements[..drawn.Length] : drawn;
            for (var i = 0; i < target.Length; i += Vector256<ushort>.Count)
            {
                // all ones or zeros, as wide as a float
                var (low, high) = Vector256.Widen(Vector256.GreaterThanOrEqual(Vector256.Create<ushort>(draws[i..]), threshold).AsInt16());
                (low & kept).CopyTo(target[i..]);
                (high & kept).CopyTo(target[(i + Vector256<int>.Count)..]);
            }
            if (elements.Length < drawn.Length)
                drawn[..elements.Length].CopyTo(elements);
        }
    }

    // The finalizer of splitmix64 (Steele, Lea and Flood 2014).
    internal static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
