namespace GraphsInTime.Data;

/// <summary>Links between places where no file gives them.</summary>
internal static class PlaceLinks
{
    private const double KilometersPerDegree = 111.2;

    /// <summary>Every place with every other one.</summary>
    internal static (int, int)[] All(int places) => [.. Enumerable.Range(0, places).SelectMany(from =>
        Enumerable.Range(0, places).Where(to => to != from).Select(to => (from, to)))];

    /// <summary>
    /// Each place with its nearest ones, with the length in kilometers and the direction of each link. A place that isn't known where it is
    /// (NaN) is linked with all others, at their mean distance in no direction.
    /// </summary>
    internal static PlaceData Nearest(PlaceData data, (double Latitude, double Longitude)[] at, int neighbors)
    {
        var count = at.Length;
        int[] known = [.. Enumerable.Range(0, count).Where(place => IsKnown(at[place]))];
        (int From, int To)[] links =
        [
            .. known.SelectMany(to => known.Where(from => from != to).OrderBy(from => Length(at[from], at[to])).Take(neighbors)
                .Select(from => (from, to))),
            .. All(count).Where(link => !IsKnown(at[link.Item1]) || !IsKnown(at[link.Item2])),
        ];
        double[] lengths = [.. links.Select(link => Length(at[link.From], at[link.To])).Where(double.IsFinite)];
        var usual = lengths.Length > 0 ? lengths.Average() : 1;
        return data with
        {
            Links = links, LinkFeatures = [.. links.Select(link => Features(at[link.From], at[link.To], usual))],
            Source = $"the {Math.Min(neighbors, known.Length - 1)} nearest places by their coordinates"
                + (known.Length == count ? "" : $" ({count - known.Length} without coordinates, linked with every other place)"),
        };
    }

    private static bool IsKnown((double Latitude, double Longitude) place) =>
        !double.IsNaN(place.Latitude) && !double.IsNaN(place.Longitude);

    // In kilometers; meridians come together towards the poles.
    private static (double East, double North) Way((double Latitude, double Longitude) from, (double Latitude, double Longitude) to) =>
        ((to.Longitude - from.Longitude) * Math.Cos((to.Latitude + from.Latitude) * Math.PI / 360) * KilometersPerDegree,
            (to.Latitude - from.Latitude) * KilometersPerDegree);

    private static double Length((double, double) from, (double, double) to) =>
        Way(from, to) is var (east, north) ? Math.Sqrt(east * east + north * north) : 0;

    private static float[] Features((double, double) from, (double, double) to, double usual)
    {
        var (east, north) = Way(from, to);
        var length = Length(from, to);
        return double.IsNaN(length) ? [(float)usual, 0, 0] : length == 0 ? [0, 0, 0]
            : [(float)length, (float)(east / length), (float)(north / length)];
    }
}
