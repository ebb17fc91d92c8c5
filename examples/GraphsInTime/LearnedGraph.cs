using Examples;
using GraphsInTime.Data;

namespace GraphsInTime;

/// <summary>Learned connections beside the links of the data.</summary>
internal static class LearnedGraph
{
    private const int MostPlaces = 40;

    /// <summary>Whether some places are linked and others aren't.</summary>
    internal static bool CanBeCompared(PlaceData data) => data.Links.Length > 0
        && data.Links.Length < data.Places.Length * (data.Places.Length - 1);

    /// <summary>
    /// The share of the links that are learned: of each place, of as many connections as it has links to it, the strongest from others.
    /// </summary>
    /// <param name="data">The places and links.</param>
    /// <param name="connections">How much each place (row) reads of each other one.</param>
    internal static double Found(PlaceData data, float[][] connections)
    {
        var found = 0;
        foreach (var ofPlace in data.Links.GroupBy(link => link.To))
        {
            int[] known = [.. ofPlace.Select(link => link.From)];
            found += Enumerable.Range(0, data.Places.Length).Where(from => from != ofPlace.Key)
                .OrderByDescending(from => connections[ofPlace.Key][from]).Take(known.Length).Count(known.Contains);
        }
        return found / (double)Math.Max(1, data.Links.Length);
    }

    /// <summary>The share that connections at random would have.</summary>
    internal static double ByChance(PlaceData data) => data.Links.GroupBy(link => link.To).Sum(ofPlace =>
        (double)ofPlace.Count() * ofPlace.Count() / (data.Places.Length - 1)) / Math.Max(1, data.Links.Length);

    /// <summary>Draws them; not for more than 40 places.</summary>
    internal static void Write(string path, PlaceData data, float[][] connections)
    {
        if (data.Places.Length > MostPlaces)
            return;
        var links = data.Links.ToHashSet();
        HeatMap.WriteConnections(path, $"{data.Name}: what is learned (dark), and the true links (dots)", data.Places, connections,
            (to, from) => links.Contains((from, to)));
    }
}
