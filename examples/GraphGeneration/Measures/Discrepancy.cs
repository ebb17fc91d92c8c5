using GraphGeneration.Data;

namespace GraphGeneration.Measures;

/// <summary>How far two sets of graphs are apart: squared maximum mean discrepancies (Gretton et al. 2012), 0 for the same sets.</summary>
/// <param name="Degree">Of degrees.</param>
/// <param name="Clustering">Of clustering coefficients.</param>
/// <param name="Orbit">Of orbit counts.</param>
internal sealed record Discrepancy(double Degree, double Clustering, double Orbit)
{
    internal static Discrepancy Between(IReadOnlyList<SmallGraph> one, IReadOnlyList<SmallGraph> other) => new(
        Of(one, other, GraphStatistics.Degrees, (a, b) => Gauss(EarthMovers(a, b), 1)),
        Of(one, other, GraphStatistics.Clustering, (a, b) => Gauss(EarthMovers(a, b) / a.Length, 0.1)),
        Of(one, other, GraphStatistics.OrbitCounts, (a, b) => Gauss(Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum()), 30)));

    // The means over all pairs, those of a graph with itself too: above 0 for samples of one distribution, less so for large ones.
    private static double Of(IReadOnlyList<SmallGraph> one, IReadOnlyList<SmallGraph> other, Func<SmallGraph, double[]> statistic,
        Func<double[], double[], double> kernel)
    {
        double[][] a = [.. one.Select(statistic)], b = [.. other.Select(statistic)];
        double Mean(double[][] left, double[][] right) => left.Average(x => right.Average(y => kernel(x, y)));
        return Mean(a, a) + Mean(b, b) - 2 * Mean(a, b);
    }

    private static double Gauss(double distance, double deviation) => Math.Exp(-distance * distance / (2 * deviation * deviation));

    /// <summary>The work to turn one distribution over 0, 1, 2, … into another.</summary>
    internal static double EarthMovers(double[] a, double[] b)
    {
        double work = 0, moved = 0;
        for (var i = 0; i < Math.Max(a.Length, b.Length); i++)
        {
            moved += (i < a.Length ? a[i] : 0) - (i < b.Length ? b[i] : 0);
            work += Math.Abs(moved);
        }
        return work;
    }
}
