namespace MLSeqGraph.Trainers;

/// <summary>
/// Recognizes how many steps a season of a series has: from what is between two steps first, then from the series.
/// </summary>
/// <remarks>
/// Months and quarters make years. Shorter steps make days, weeks or years, whichever foretells most of what is left of a cycle without
/// its moving average from the other cycles. Steps without such a unit, or in which it
/// foretells nothing, have the season of the highest peak of the autocorrelation, if that is clear.
/// </remarks>
public static class Seasonality
{
    // Shares of the variance: below the first a unit's season is none; a correlation below the second is no clear peak.
    private const double LeastShare = 0.1, LeastCorrelation = 0.3;

    // Longer seasons than this are none that a correlation shows.
    private const int MostSteps = 400;

    /// <summary>The season of some series of one kind.</summary>
    /// <param name="series">The series.</param>
    /// <param name="step">What is between two steps, a month as 30 days or so; null where it isn't known.</param>
    /// <returns>Steps of a season; 1 where there is none.</returns>
    public static int Of(IEnumerable<IReadOnlyList<float>> series, TimeSpan? step)
    {
        ArgumentNullException.ThrowIfNull(series);
        double[][] all = [.. series.Select(of => of.Select(value => (double)value).Where(double.IsFinite).ToArray()).Where(of =>
            of.Length > 7)];
        if (all.Length == 0)
            return 1;
        var longest = all.Max(of => of.Length);
        var days = step?.TotalDays ?? 0;
        if (days is > 27 and < 32 or > 88 and < 93)
            return days < 32 ? longest >= 24 ? 12 : 1 : longest >= 8 ? 4 : 1;
        int[] units = [.. (days is > 0 and < 1.5 ? [1 / days, 7 / days, 365 / days] : days is > 6.5 and < 7.5 ? [52] : (double[])[])
            .Select(unit => (int)Math.Round(unit)).Where(unit => unit > 1 && 2 * unit <= longest)];
        var found = units.Select(unit => (Unit: unit, Share: all.Where(of => of.Length >= 2 * unit).Average(of => Share(of, unit)),
            Cycles: longest / unit)).Where(of => of.Share >= LeastShare + 0.5 / Math.Max(1, of.Cycles - 2)).ToArray();
        // A week repeats its days: a longer season has to leave clearly less.
        if (found.Length > 0)
            return found.First(of => 1 - of.Share <= 1.2 * (1 - found.Max(other => other.Share)) + 0.01).Unit;
        // Of several series most must agree.
        var peaks = all.Select(Peak).GroupBy(peak => peak).OrderByDescending(group => group.Count()).First();
        return 2 * peaks.Count() > all.Length ? peaks.Key : 1;
    }

    // 1 - variance of what the same phases of other cycles leave of the series without its moving average, by the variance of that.
    private static double Share(double[] x, int season)
    {
        double all = 0, left = 0;
        foreach (var phase in WithoutTrend(x, season).GroupBy(of => of.At % season).Select(group => group.Select(of => of.Value).ToArray()))
        {
            var (mean, n) = (phase.Average(), phase.Length);
            (all, left) = (all + phase.Sum(Square), left + phase.Sum(value => Square(n > 1 ? (value - mean) * n / (n - 1) : value)));
        }
        return all > 0 ? 1 - left / all : 0;
    }

    private static List<(int At, double Value)> WithoutTrend(double[] x, int season)
    {
        List<(int, double)> rest = [];
        var half = season / 2;
        var sum = x.Take(season).Sum();
        for (var start = 0; start + season <= x.Length; start++)
        {
            if (start > 0)
                sum += x[start + season - 1] - x[start - 1];
            rest.Add((start + half, x[start + half] - sum / season));
        }
        return rest;
    }

    // The lag of the highest peak of the autocorrelation without a straight line, behind a dip.
    private static int Peak(double[] x)
    {
        var (n, middle) = (x.Length, (x.Length - 1) / 2.0);
        var (mean, slope) = (x.Average(), 0.0);
        for (var i = 0; i < n; i++)
            slope += (i - middle) * (x[i] - mean);
        slope /= n * ((double)n * n - 1) / 12;
        var rest = x.Select((value, i) => value - mean - slope * (i - middle)).ToArray();
        var variance = rest.Sum(Square);
        var most = Math.Min(n / 3, MostSteps);
        if (variance <= 1e-12 * x.Sum(Square) || most < 2)
            return 1;
        var correlations = new double[most + 2];
        for (var lag = 0; lag < correlations.Length && lag < n; lag++)
            for (var i = lag; i < n; i++)
                correlations[lag] += rest[i] * rest[i - lag] / variance;
        var (best, dip) = (1, 1.0);
        for (var lag = 2; lag <= most; lag++)
        {
            var here = correlations[lag];
            dip = Math.Min(dip, correlations[lag - 1]);
            var isPeak = here >= correlations[lag - 1] && here >= correlations[lag + 1];
            if (isPeak && here >= Math.Max(LeastCorrelation, 3 / Math.Sqrt(n)) && here - dip > LeastCorrelation
                && (best == 1 || here > correlations[best] + 0.1))
                best = lag;
        }
        return best;
    }

    private static double Square(double x) => x * x;
}
