namespace MLSeqGraph.Transforms;

/// <summary>
/// Which weights edges may have. Networks sum them, divide by the sums and take roots of these: of numbers near the least and the largest
/// that a Single holds, sums and inverses are 0 or infinite, and a loss that is no number wouldn't tell which edge made it so.
/// </summary>
internal static class EdgeWeight
{
    private const float Least = 1e-30f, Most = 1e30f;

    internal const string Expected = "0, or a number of magnitude 1e-30 to 1e30: sums of others, and their inverses, may be 0 or infinite";

    internal static bool Fits(float weight) => weight == 0 || Math.Abs(weight) is >= Least and <= Most;
}
