namespace GraphsInTime.Data;

/// <summary>Which regions of a recording move together: correlations of what remains without the nuisance signals.</summary>
/// <param name="Names">The regions.</param>
/// <param name="Correlations">[regions][regions].</param>
/// <param name="Removed">Columns that were taken out of the others by least squares.</param>
internal sealed record Regions(string[] Names, double[][] Correlations, string[] Removed)
{
    private static readonly string[] Nuisances = ["WM", "Vent", "Brain", "CSF", "Global"];

    /// <summary>Computes them.</summary>
    /// <exception cref="InvalidDataException">There are fewer than two regions, or a value is missing.</exception>
    internal static Regions Of(PlaceData data, bool removesNuisances)
    {
        int[] nuisances = [.. Enumerable.Range(0, data.Places.Length).Where(place => Nuisances.Contains(data.Places[place]))];
        int[] regions = [.. Enumerable.Range(0, data.Places.Length).Except(nuisances)];
        if (regions.Length < 2)
            throw new InvalidDataException($"{data.Name} has {regions.Length} regions beside {string.Join(", ", Nuisances)}; expected at "
                + "least 2.");
        for (var time = 0; time < data.Values.Length; time++)
            if (Array.FindIndex(data.Values[time], float.IsNaN) is >= 0 and var place)
                throw new InvalidDataException($"{data.Name}, time {data.Times[time]}: {data.Places[place]} is missing; expected a value "
                    + "of each region at each time.");
        double[][] all = [.. Enumerable.Range(0, data.Places.Length).Select(place => Centered([.. data.Values.Select(row =>
            (double)row[place])]))];
        if (removesNuisances)
            Remove(all, nuisances);
        return new([.. regions.Select(region => data.Places[region])], [.. regions.Select(to => regions.Select(from =>
            Brains.Correlation(all[to], all[from])).ToArray())], removesNuisances ? [.. nuisances.Select(at => data.Places[at])] : []);
    }

    /// <summary>
    /// The same region on the other side, where names begin with L and R and stand in the same order: how many of the left ones correlate
    /// with it most among the right ones, and how many there are.
    /// </summary>
    internal (int Found, int Count) Opposite()
    {
        // Names of a pair may differ in spelling: the order counts.
        var half = Names.Length / 2;
        if (Names.Length % 2 != 0 || Names.Count(name => name.StartsWith('R')) != half)
            return (0, 0);
        return (Enumerable.Range(0, half).Count(left => Enumerable.Range(half, half).MaxBy(right => Correlations[left][right])
            == left + half), half);
    }

    /// <summary>The strongest pairs, each once.</summary>
    internal (int One, int Other)[] Strongest(int count) => [.. Enumerable.Range(0, Names.Length).SelectMany(one =>
        Enumerable.Range(one + 1, Names.Length - one - 1).Select(other => (one, other))).OrderByDescending(pair =>
            Correlations[pair.one][pair.other]).Take(count)];

    // Gram and Schmidt: nuisances one after another, out of the later ones too.
    private static void Remove(double[][] all, int[] nuisances)
    {
        foreach (var nuisance in nuisances)
        {
            var nuisanceSeries = all[nuisance];
            var square = nuisanceSeries.Sum(x => x * x);
            for (var place = 0; place < all.Length && square > 0; place++)
                if (place != nuisance)
                {
                    var share = all[place].Zip(nuisanceSeries, (x, y) => x * y).Sum() / square;
                    all[place] = [.. all[place].Zip(nuisanceSeries, (x, y) => x - share * y)];
                }
        }
    }

    private static double[] Centered(double[] series)
    {
        var mean = series.Average();
        return Array.ConvertAll(series, x => x - mean);
    }
}
