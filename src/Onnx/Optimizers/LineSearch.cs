namespace MLSeqGraph.Onnx;

/// <summary>The length of a step along a direction.</summary>
internal static class LineSearch
{
    private const double Sufficient = 1e-2, Shrink = 0.7;

    private const int Most = 40;

    /// <summary>1, or as much less of it as it takes to lower the loss by a share of what the slope promises (Armijo 1966); 0 where
    /// none does.</summary>
    internal static double Backtrack(Func<double, float> loss, double start, double slope)
    {
        if (!(slope < 0))
            return 0;
        var length = 1.0;
        for (var i = 0; i < Most; i++, length *= Shrink)
            if (loss(length) is var there && there <= start + Sufficient * length * slope)
                return length;
        return 0;
    }
}
