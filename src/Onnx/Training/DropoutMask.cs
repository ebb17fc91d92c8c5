using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLSeqGraph.Onnx;

/// <summary>
/// A dropout mask: 0 with probability rate, otherwise 1 / (1 - rate) (Srivastava et al. 2014). It depends only on seed, step
/// and element, so it is the same on any number of threads and in a resumed run; ONNX's own Dropout keeps a generator whose position
/// can't be restored.
/// </summary>
internal sealed class DropoutMask(Value input, float rate, int layer) : HostInput
{
    internal override IEnumerable<Value> Inputs => [input];

    internal override void Fill(HostFeed feed) => Fill(feed.Write(input), rate, feed.Random(layer));

    // Each word gives four 16-bit draws: enough to choose, and fast.
    internal static void Fill(Span<float> mask, float rate, SplitMix64 random)
    {
        var threshold = Vector256.Create((ushort)Math.Clamp(MathF.Round(rate * 65536), 0, 65535));
        var kept = Vector256.Create(1 / (1 - rate)).AsInt32();
        Span<ulong> words = stackalloc ulong[64];
        Span<int> drawn = stackalloc int[4 * words.Length];
        var draws = MemoryMarshal.Cast<ulong, ushort>(words);
        for (var elements = MemoryMarshal.Cast<float,
            int>(mask); elements.Length > 0; elements = elements[Math.Min(drawn.Length, elements.Length)..])
        {
            for (var i = 0; i < words.Length; i++)
                words[i] = random.Next();
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
}
