using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>Sigmoid and hyperbolic tangent of vectors, with relative errors of about 3e-7; NaN gives NaN.</summary>
internal static unsafe class SimdMath<TSimd>
    where TSimd : struct, ISimd<TSimd>
{
    /// <summary>1 / (1 + exp(-x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TSimd Sigmoid(TSimd x)
    {
        var one = TSimd.All(1);
        return one / (one + ExpOfNegative(x));
    }

    /// <summary>
    /// The hyperbolic tangent: a quotient of polynomials, odd by even, of degree 13 by 6, whose coefficients are Eigen's.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TSimd Tanh(TSimd x)
    {
        x = Clamp(x, 7.90531110763549805f);
        var square = x * x;
        var p = TSimd.MultiplyAdd(square, TSimd.All(-2.76076847742355e-16f), TSimd.All(2.00018790482477e-13f));
        p = TSimd.MultiplyAdd(square, p, TSimd.All(-8.60467152213735e-11f));
        p = TSimd.MultiplyAdd(square, p, TSimd.All(5.12229709037114e-08f));
        p = TSimd.MultiplyAdd(square, p, TSimd.All(1.48572235717979e-05f));
        p = TSimd.MultiplyAdd(square, p, TSimd.All(6.37261928875436e-04f));
        p = TSimd.MultiplyAdd(square, p, TSimd.All(4.89352455891786e-03f));
        var q = TSimd.MultiplyAdd(square, TSimd.All(1.19825839466702e-06f), TSimd.All(1.18534705686654e-04f));
        q = TSimd.MultiplyAdd(square, q, TSimd.All(2.26843463243900e-03f));
        q = TSimd.MultiplyAdd(square, q, TSimd.All(4.89352518554385e-03f));
        return x * p / q;
    }

    // exp(-x) = 2^n exp(r), |r| <= ln 2 / 2; the second factor is a Taylor series with the coefficients of Cephes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd ExpOfNegative(TSimd x)
    {
        x = Clamp(x, 87);
        // Adding and subtracting 1.5 · 2^23 rounds to the nearest whole number.
        var shift = TSimd.All(12582912);
        var n = TSimd.MultiplyAdd(x, TSimd.All(-1.44269504088896341f), shift) - shift;
        var r = TSimd.MultiplyAdd(n, TSimd.All(-0.693359375f), TSimd.All(0) - x);
        r = TSimd.MultiplyAdd(n, TSimd.All(2.12194440e-4f), r);
        var p = TSimd.MultiplyAdd(r, TSimd.All(1.9875691500e-4f), TSimd.All(1.3981999507e-3f));
        p = TSimd.MultiplyAdd(r, p, TSimd.All(8.3334519073e-3f));
        p = TSimd.MultiplyAdd(r, p, TSimd.All(4.1665795894e-2f));
        p = TSimd.MultiplyAdd(r, p, TSimd.All(1.6666665459e-1f));
        p = TSimd.MultiplyAdd(r, p, TSimd.All(5.0000001201e-1f));
        p = TSimd.MultiplyAdd(r * r, p, r + TSimd.All(1));
        return p * TSimd.PowerOfTwo(n);
    }

    // NaN stays.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd Clamp(TSimd x, float limit)
    {
        TSimd most = TSimd.All(limit), least = TSimd.All(-limit);
        x = TSimd.IfGreater(x, most, most, x);
        return TSimd.IfGreater(least, x, least, x);
    }
}
