using Microsoft.ML;

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

    /// <summary>What needs weights that aren't negative.</summary>
    /// <param name="By">What needs them, and why: the start of a sentence.</param>
    /// <param name="MayBeZero">Whether 0 will do.</param>
    internal sealed record Need(string By, bool MayBeZero = false)
    {
        /// <summary>That of a network that divides by sums of weights; null where any weights will do.</summary>
        internal static Need? Of(string network, bool needsPositive) => needsPositive ? new($"{network} divides by sums of weights") : null;

        /// <exception cref="InvalidDataException">A weight of an edge isn't what is needed.</exception>
        internal void Check(float weight, string column, DataViewRow row, string edge)
        {
            if (!(weight > 0 || (MayBeZero && weight == 0)))
                throw new InvalidDataException(FormattableString.Invariant(
                    $"Column '{column}', {RowName.Of(row)}: {edge} weighs {weight}; {By} and needs weights ")
                    + (MayBeZero ? "of at least 0." : "above 0."));
        }
    }
}
