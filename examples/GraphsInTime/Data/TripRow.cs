namespace GraphsInTime.Data;

/// <summary>
/// A row of the data view: the segments of a trip and those that follow them as a graph, and how much longer than the sum of the mean times
/// the trip took.
/// </summary>
internal sealed class TripRow
{
    // Share of the sum, whether the route has it, when it is reached.
    private const int OfTrip = 3;

    public float[] NodeFeatures { get; set; } = [];

    /// <summary>From each follower to the segment, the way in which queues spread: sources, then targets.</summary>
    public int[] Edges { get; set; } = [];

    /// <summary>The logarithm of the time by the sum of the mean times.</summary>
    public float Label { get; set; }

    /// <summary>Features of a segment.</summary>
    internal static int Width(RoadData data) => OfTrip + data.Features[0].Length + data.Training[0].Known.Length
        + (data.Seen?[data.Training[0].Departure][0].Length ?? 0);

    internal static TripRow Of(RoadData data, Trip trip, bool hasEdges)
    {
        var sum = data.Sum(trip);
        var reached = new Dictionary<int, (float Share, float At)>();
        var at = 0f;
        foreach (var segment in trip.Segments)
        {
            reached[segment] = (data.MeanTimes[segment] / sum, at / sum);
            at += data.MeanTimes[segment];
        }
        List<int> nodes = [.. reached.Keys];
        var number = nodes.Select((segment, i) => (segment, i)).ToDictionary(of => of.segment, of => of.i);
        List<(int From, int To)> links = [];
        for (int hop = 0, from = 0; hop < (hasEdges ? data.Reach : 0); hop++)
        {
            var last = nodes.Count;
            for (var node = from; node < last; node++)
                foreach (var next in data.Followers[nodes[node]])
                {
                    if (number.TryAdd(next, nodes.Count))
                        nodes.Add(next);
                    links.Add((number[next], node));
                }
            from = last;
        }
        return new()
        {
            NodeFeatures = [.. nodes.SelectMany(segment => (IEnumerable<float>)[.. reached.TryGetValue(segment, out var on)
                ? (float[])[on.Share, 1, on.At] : new float[OfTrip], .. data.Features[segment], .. trip.Known,
                .. data.Seen?[trip.Departure][segment] ?? []])],
            Edges = [.. links.Select(link => link.From), .. links.Select(link => link.To)],
            Label = MathF.Log(trip.Time / sum),
        };
    }
}
