using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>The exponential of numbers that are at most 0, as in a softmax, with a relative error below 3e-7; 0 below -87.</summary>
internal static class Exponential
{
    private const float Lowest = -87f, BitsOfE = 1.44269504f, Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;

    // exp(x) = 2ⁿ · exp(r) with n whole and |r| ≤ ln 2 / 2, whose exponential is a polynomial (Cephes, expf).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Of<V>(V x) where V : struct, ISimd<V>
    {
        var lowest = V.All(Lowest);
        var n = V.Round(V.IfGreater(lowest, x, lowest, x) * V.All(BitsOfE));
        var r = V.MultiplyAdd(n, V.All(-Ln2Low), V.MultiplyAdd(n, V.All(-Ln2High), x));
        var p = V.All(1.9875691500e-4f);
        p = V.MultiplyAdd(p, r, V.All(1.3981999507e-3f));
        p = V.MultiplyAdd(p, r, V.All(8.3334519073e-3f));
        p = V.MultiplyAdd(p, r, V.All(4.1665795894e-2f));
        p = V.MultiplyAdd(p, r, V.All(1.6666665459e-1f));
        p = V.MultiplyAdd(p, r, V.All(5.0000001201e-1f));
        p = V.MultiplyAdd(p, r * r, r + V.All(1));
        return V.IfGreater(lowest, x, V.All(0), p * V.PowerOfTwo(n)); // NaN passes
    }
}
