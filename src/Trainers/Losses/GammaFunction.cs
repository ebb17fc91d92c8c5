using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Logarithms of the gamma function, of standard operations that can be differentiated.</summary>
internal static class GammaFunction
{
    // From here on Stirling's series has an error below that of Single.
    private const int Shifts = 8;

    /// <summary>log Γ(x) for x > 0, by Stirling's series for x + 8: Γ(x) = Γ(x + 8) / (x (x + 1) … (x + 7)).</summary>
    internal static Value Log(Value x)
    {
        // The product in two halves, so that that of large numbers stays finite.
        var (low, high) = (x, x + Shifts / 2);
        for (var i = 1; i < Shifts / 2; i++)
            (low, high) = (low * (x + i), high * (x + (Shifts / 2 + i)));
        var y = x + Shifts;
        return (y - 0.5) * Op.Log(y) - y + (0.5 * Math.Log(2 * Math.PI)) + Series(y) - Op.Log(low) - Op.Log(high);
    }

    /// <summary>
    /// log Γ(x + d) - log Γ(x) for x > 0, x + d > 0, without the difference of two large numbers: with a = x + 8 + d and b = x + 8 it is
    /// (b - ½) log(a/b) + d log a - d + S(a) - S(b) - Σ log(1 + d / (x + i)), S being Stirling's series.
    /// </summary>
    internal static Value LogRatio(Value x, Value d)
    {
        var (b, a) = (x + Shifts, x + Shifts + d);
        var sum = (b - 0.5) * LogOfOnePlus(d / b) + d * Op.Log(a) - d + Series(a) - Series(b);
        for (var i = 0; i < Shifts; i++)
            sum -= LogOfOnePlus(d / (x + i));
        return sum;
    }

    /// <summary>log(1 + u) for u > -1, as precise for small u as for large: 2 atanh(u / (2 + u)) by its series for |u| below ½.</summary>
    internal static Value LogOfOnePlus(Value u)
    {
        var half = u.Number(0.5f);
        // Values that the other branch takes are replaced, so that neither gives an infinite gradient.
        var isSmall = Op.Less(Op.Abs(u), half);
        var small = Op.Where(isSmall, u, Op.ZerosLike(u));
        var s = small / (small + 2);
        var square = s * s;
        var series = s * 2 * (1 + square * (1 / 3.0 + square * (1 / 5.0 + square * (1 / 7.0 + square * (1 / 9.0)))));
        return Op.Where(isSmall, series, Op.Log(Op.Where(isSmall, Op.ZerosLike(u), u) + 1));
    }

    // 1 / 12y - 1 / 360y³ + 1 / 1260y⁵
    private static Value Series(Value y)
    {
        var inverse = Op.Reciprocal(y);
        var square = inverse * inverse;
        return inverse * (1 / 12.0 - square * (1 / 360.0 - square * (1 / 1260.0)));
    }
}
